/**
 * `goheap path`: who holds this? The telling path from a root, or that with the fewest pointers, or several, or one around given pointers.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag, objectArg, tableFlags} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {staticNote} from '../cli/static-note.js';
import type {TableRow} from '../cli/table.js';
import {dumpPlace} from '../database/core-files.js';
import {findEdge, findNode} from '../database/find-node.js';
import {LateValues} from '../database/late-values.js';
import {searchPathForms} from '../database/path-forms.js';
import {describePath, type PathStep} from '../database/path-steps.js';
import {askForTypes} from '../sql/read-types.js';

/** Each is a search of its own. */
const MOST_PATHS = 1000;

const COLUMNS = {
  step: 'count',
  node_id: 'node',
  kind: 'text',
  retained: 'bytes',
  size: 'bytes',
  offset: 'number',
  field: 'text',
  name: 'text',
  type: 'text',
} as const;
/** What only --json has besides. */
const JSON_COLUMNS = {...COLUMNS, address: 'address'} as const;

export default class PathCommand extends BaseCommand {
  static override summary = 'Show the path from a root to an object that tells most, or several paths.';
  static override examples = [
    '<%= config.bin %> path core 0xc000012340',
    '<%= config.bin %> path heap.db 4711 --all 3',
    '<%= config.bin %> path heap.db 4711 --avoid main.cache --avoid 0xc000010000+24',
  ];
  static override args = {
    input: inputArg,
    object: objectArg,
  };
  static override flags = {
    all: numberFlag({
      default: 1,
      min: 1,
      max: MOST_PATHS,
      description: 'up to this many paths that differ in more than keys, indices and goroutines',
    }),
    shortest: Flags.boolean({description: 'the path with the fewest pointers first, whatever it goes through'}),
    avoid: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'EDGE',
      description: 'not through this pointer (OBJECT+OFFSET) or any pointer of OBJECT',
    }),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(PathCommand);
    const result = await this.withInput(args.input, flags, async (database) => {
      await using values = new LateValues(database.path, dumpPlace(args.input, flags));
      const id = await findNode(database, args.object);
      const avoid = await Promise.all((flags.avoid ?? []).map((text) => findEdge(database, text)));
      const types = await askForTypes(database);
      const wanted = {count: flags.all, avoid, shortest: flags.shortest};
      const {paths, exact, dominates} = await searchPathForms(database, types, id, wanted, this.work(flags.quiet));
      const described = await Promise.all(
        paths.map(async ({path, count}) => {
          const {expression, steps} = await describePath(database, path, id, {types, dominates, values});
          return {expression, count: flags.all > 1 ? count : null, steps: withWhatLeadsThere(steps)};
        }),
      );
      return {id, exact: flags.all > 1 ? exact : null, paths: described};
    });
    if (result.paths.length === 0) this.log(flags.avoid ? 'No other path leads there.' : 'No root reaches it: it is garbage.');
    for (const {expression, count, steps} of result.paths) {
      this.log('%s', expression);
      this.printTable(COLUMNS, steps, flags.bytes);
      if (count !== null && count > 1) this.log('%s', likeIt(count - 1, result.exact === false));
    }
    const note = staticNote(result.paths.flatMap(({steps}) => steps.slice(0, 2)));
    if (note !== undefined) this.log('%s', note);
    return {
      ...result,
      paths: result.paths.map(({steps, ...path}) => ({...path, steps: steps.map((step) => jsonRow(JSON_COLUMNS, step))})),
    };
  }
}

function likeIt(others: number, atLeast: boolean): string {
  return `And ${atLeast ? 'at least ' : ''}${others} like it from ${others === 1 ? 'another root' : 'other roots'}: only keys, indices and goroutines differ.`;
}

/** In a table read downwards, a pointer stands with what it leads to; a pointer that is the whole value has no field to show. */
function withWhatLeadsThere(steps: readonly PathStep[]): (TableRow & Pick<PathStep, 'kind' | 'name'>)[] {
  return steps.map((step, at) => {
    const {offset = null, field = null, releases = null} = steps[at - 1] ?? {};
    return {...step, offset, field: field || null, releases};
  });
}
