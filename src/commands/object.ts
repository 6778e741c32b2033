/**
 * `goheap object`: one node from all sides: its sizes, its value, what it points to and what points to it, what each pointer releases.
 */
import * as Flags from '@oclif/core/flags';
import {formatBytes} from '../base/format-bytes.js';
import {hex} from '../base/units.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, objectArg, tableFlags, topFlag} from '../cli/flags.js';
import {jsonRow} from '../cli/json-row.js';
import {objectLines} from '../cli/object-text.js';
import {writePieces} from '../cli/write-pieces.js';
import {type CoreFlags, dumpPlace} from '../database/core-files.js';
import {findNode} from '../database/find-node.js';
import {LateValues} from '../database/late-values.js';
import {node} from '../database/queries/node-queries.js';
import {runQuery} from '../database/queries/run-query.js';
import {rawPieces} from '../database/raw-bytes.js';
import {readObject} from '../database/read-object.js';

export default class ObjectCommand extends BaseCommand {
  static override summary = 'Show the sizes, the value and the pointers of an object or a variable.';
  static override examples = [
    '<%= config.bin %> object core 0xc000012340',
    '<%= config.bin %> object heap.db main.cache --top 50',
    '<%= config.bin %> object core 0xc000012340 --raw -o bytes',
  ];
  static override args = {
    input: inputArg,
    object: objectArg,
  };
  static override flags = {
    raw: Flags.boolean({description: 'write its bytes as they lie in memory, of an object the whole slot', dependsOn: ['output']}),
    output: Flags.string({char: 'o', description: 'the new file for --raw', helpValue: 'FILE', dependsOn: ['raw']}),
    top: topFlag(20, 'how many pointers of each direction'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(ObjectCommand);
    if (flags.output !== undefined) return this.#writeRaw(args, flags, flags.output);
    const result = await this.withInput(args.input, flags, async (database) => {
      await using values = new LateValues(database.path, dumpPlace(args.input, flags));
      return readObject(database, args.object, flags.top, values);
    });
    this.printLines(objectLines(result, flags.top, {exact: flags.bytes, width: this.tableWidth}));
    return jsonRow(node.columns, result);
  }

  async #writeRaw({input, object}: {readonly input: string; readonly object: string}, flags: CoreFlags, output: string): Promise<object> {
    const place = await this.withInput(input, flags, async (database) => {
      await using values = new LateValues(database.path, dumpPlace(input, flags));
      const [row] = await runQuery(database, node, {id: await findNode(database, object)});
      writePieces(output, rawPieces(await values.open(), row!));
      return row!;
    });
    const {id, address, size} = place;
    this.log('%s', `${output}: ${formatBytes(size!)} from ${hex(address!)}`);
    return {id, address: hex(address!), bytes: size, output};
  }
}
