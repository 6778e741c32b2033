/**
 * `goheap path`: who holds this? The shortest chain of pointers from a root, or several, or one around given pointers.
 */
import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag, objectArg, tableFlags} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {staticNote} from '../cli/static-note.js';
import type {TableRow} from '../cli/table.js';
import {findEdge, findNode} from '../database/find-node.js';
import {describePath, type PathStep} from '../database/path-steps.js';
import {searchPaths} from '../database/search-paths.js';
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
  static override summary = 'Show the shortest paths from a root to an object.';
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
    all: numberFlag({default: 1, min: 1, max: MOST_PATHS, description: 'up to this many paths, each from another root'}),
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
      const id = await findNode(database, args.object);
      const avoid = await Promise.all((flags.avoid ?? []).map((text) => findEdge(database, text)));
      const {paths, dominates} = await searchPaths(database, id, {count: flags.all, avoid}, this.work(flags.quiet));
      const types = await askForTypes(database);
      const described = await Promise.all(paths.map((found) => describePath(database, found, id, {types, dominates})));
      return {id, paths: described.map(({expression, steps}) => ({expression, steps: withWhatLeadsThere(steps)}))};
    });
    if (result.paths.length === 0) this.log(flags.avoid ? 'No other path leads there.' : 'No root reaches it: it is garbage.');
    for (const {expression, steps} of result.paths) {
      this.log('%s', expression);
      this.printTable(COLUMNS, steps, flags.bytes);
    }
    const note = staticNote(result.paths.flatMap(({steps}) => steps.slice(0, 2)));
    if (note !== undefined) this.log('%s', note);
    return {
      ...result,
      paths: result.paths.map(({expression, steps}) => ({expression, steps: steps.map((step) => jsonRow(JSON_COLUMNS, step))})),
    };
  }
}

/** In a table read downwards, a pointer stands with what it leads to; a pointer that is the whole value has no field to show. */
function withWhatLeadsThere(steps: readonly PathStep[]): (TableRow & Pick<PathStep, 'kind' | 'name'>)[] {
  return steps.map((step, at) => {
    const {offset = null, field = null, releases = null} = steps[at - 1] ?? {};
    return {...step, offset, field: field || null, releases};
  });
}
