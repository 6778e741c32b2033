/**
 * `goheap path`: who holds this? The telling path from a root, or that with the fewest pointers, or several, or one around given pointers.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, numberFlag, objectArg, tableFlags} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {pathColumns, pathLines, stepsWithField} from '../cli/paths-text.js';
import {dumpPlace} from '../database/core-files.js';
import {LateValues} from '../database/late-values.js';
import {readPaths} from '../database/read-paths.js';

/** Each is a search of its own. */
const MOST_PATHS = 1000;

/** What only --json has besides. */
const JSON_COLUMNS = {...pathColumns, address: 'address'} as const;

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
      const question = {object: args.object, count: flags.all, avoid: flags.avoid ?? [], shortest: flags.shortest, values};
      return readPaths(database, question, this.work(flags.quiet));
    });
    this.printLines(pathLines(result, flags.avoid !== undefined, {exact: flags.bytes, width: this.tableWidth}));
    return {
      ...result,
      paths: result.paths.map(({steps, ...path}) => ({...path, steps: stepsWithField(steps).map((step) => jsonRow(JSON_COLUMNS, step))})),
    };
  }
}
