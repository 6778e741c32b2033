/**
 * `goheap held-by`: the paths by which many objects are held, as one tree, with what would become garbage without each step.
 */
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag, tableFlags, topFlag} from '../cli/flags.js';
import {heldByLines} from '../cli/held-by-text.js';
import {findCuts} from '../database/find-cuts.js';
import {findAsked} from '../database/find-live.js';
import {readHeldBy} from '../database/read-held-by.js';

/** Levels of a tree: more than any one reads. */
const DEEPEST = 1000;

export default class HeldByCommand extends BaseCommand {
  static override summary = 'Show what holds the objects of a type or an owner, as one tree of paths with what each step would release.';
  static override examples = [
    '<%= config.bin %> held-by core --type main.Session',
    '<%= config.bin %> held-by heap.db --owner main.Session --exclude main.server.sessions',
    `<%= config.bin %> held-by heap.db --objects "SELECT id FROM objects WHERE preview LIKE 'tenant-7%'"`,
  ];
  static override args = {input: inputArg};
  static override flags = {
    type: Flags.string({helpValue: 'T', description: 'objects of this type, as goheap histogram or goheap top names it'}),
    owner: Flags.string({helpValue: 'O', description: 'of this owner, as goheap histogram --by owner names it'}),
    objects: Flags.string({
      helpValue: 'SQL',
      description: 'those whose node ids this statement gives as its first column',
      exclusive: ['type', 'owner'],
    }),
    exclude: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
      description: 'leave this step out (main.srv.cache, main.Store.sessions): by which other paths are they held?',
    }),
    depth: numberFlag({default: 8, min: 1, max: DEEPEST, description: 'how many levels'}),
    top: topFlag(6, 'how many rows below one'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(HeldByCommand);
    const {type, owner, objects, exclude = [], depth, top} = flags;
    if (type === undefined && owner === undefined && objects === undefined)
      throw new GoheapError('usage', 'Whose paths?', {hint: 'Give --type T, --owner O or --objects SQL.'});
    const answer = await this.withInput(args.input, flags, async (database) => {
      const work = this.work(flags.quiet);
      const asked = await findAsked(database, {type, owner, sql: objects});
      return readHeldBy(database, asked, {depth, top, exclude: await findCuts(database, exclude, [], work)}, work);
    });
    this.printLines(heldByLines(answer, {exact: flags.bytes, width: this.tableWidth}));
    return answer;
  }
}
