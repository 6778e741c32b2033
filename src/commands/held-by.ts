/**
 * `goheap held-by`: the paths by which many objects are held, as one tree, with what would become garbage without each step.
 */
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag, tableFlags, topFlag} from '../cli/flags.js';
import {formatCell} from '../cli/table.js';
import {findCuts} from '../database/find-cuts.js';
import {findLive} from '../database/find-live.js';
import {type HeldByRow, type HeldByTree, readHeldBy} from '../database/read-held-by.js';

const COLUMNS = {bytes: 'bytes', count: 'count', releases: 'text', name: 'text'} as const;
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
      const ids = await findLive(database, {type, owner, sql: objects});
      return readHeldBy(database, ids, {depth, top, exclude: await findCuts(database, exclude, [])}, this.work(flags.quiet));
    });
    this.#print(answer, flags);
    return answer;
  }

  #print({rows, objects, bytes, garbage, excluded, unknown}: HeldByTree, flags: {readonly bytes: boolean}): void {
    const cells = rows.map((row) => ({
      ...row,
      releases: releasesText(row, flags.bytes),
      name: `${'  '.repeat(row.level)}${row.name ?? 'others'}`,
    }));
    if (rows.length > 0) this.printTable(COLUMNS, cells, flags.bytes);
    this.log('%s', `${objects} ${objects === 1 ? 'object' : 'objects'}, ${formatCell(bytes, 'bytes', flags.bytes)}.`);
    if (excluded > 0) this.log('%s', `Nothing else holds ${excluded} of them.`);
    if (garbage > 0) this.log('%s', `Nothing reaches ${garbage} of them.`);
    if (unknown > 0) this.log('%s', `${unknown} are at the end of paths of more than a million pointers.`);
  }
}

function releasesText({releases, exact}: HeldByRow, isWhole: boolean): string {
  if (releases === null) return '-';
  return `${exact ? '' : '≥ '}${formatCell(releases, 'bytes', isWhole)}`;
}
