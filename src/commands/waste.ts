/**
 * `goheap waste`: what the program holds and does not use, most bytes first, each with what to do about it.
 */
import * as Flags from '@oclif/core/flags';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import {type RowOf, runQuery} from '../database/queries/run-query.js';
import {waste, wasteByKind, wasteByOwner, wasteByType, wasteLacks} from '../database/queries/waste-queries.js';
import {WASTE_KINDS} from '../findings/waste-kinds.js';

const GROUPINGS = {
  path: {query: waste, columns: pickColumns(waste, 'bytes', 'share', 'count', 'kind', 'path', 'type')},
  type: {query: wasteByType, columns: pickColumns(wasteByType, 'bytes', 'share', 'count', 'places', 'type')},
  owner: {query: wasteByOwner, columns: pickColumns(wasteByOwner, 'bytes', 'share', 'count', 'places', 'owner')},
  kind: {query: wasteByKind, columns: pickColumns(wasteByKind, 'bytes', 'share', 'count', 'places', 'kind')},
} as const;

/** By what `wasteLacks` says. */
const LACKS: Readonly<Record<string, string>> = {
  contents:
    'this database was made from one without the bytes of objects: what arrays and maps waste is not known. Convert the core instead.',
  duplicates: 'equal strings and byte slices were not looked for (--no-duplicates).',
};

type GroupRow = Partial<RowOf<typeof waste>>;

export default class WasteCommand extends BaseCommand {
  static override summary = 'List memory that is held and not used, and what to do about it.';
  static override examples = [
    '<%= config.bin %> waste core',
    '<%= config.bin %> waste heap.db --by kind',
    '<%= config.bin %> waste heap.db --kind pinned --bytes',
  ];
  static override args = {input: inputArg};
  static override flags = {
    kind: Flags.option({options: WASTE_KINDS, description: 'only this kind'})(),
    by: Flags.option({
      options: ['path', 'type', 'owner', 'kind'] as const,
      default: 'path' as const,
      description: 'one row for each place, or these added up',
    })(),
    top: topFlag(20, 'how many rows'),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(WasteCommand);
    const {kind = '', by, top: limit} = flags;
    const {query, columns} = GROUPINGS[by];
    const rows: GroupRow[] = await this.withInput(args.input, flags, async (database) => {
      for (const {lacks} of await runQuery(database, wasteLacks, {})) if (LACKS[lacks!]) this.note(`Note: ${LACKS[lacks!]}`, flags.quiet);
      return runQuery(database, query, {kind, limit});
    });
    this.printTable(columns, rows, flags.bytes, by === 'path' ? rows.map(({fix}) => [fix ?? '']) : undefined);
    return rows;
  }
}
