/**
 * `goheap histogram`: the live variables grouped by owner, type, package or kind, most bytes first.
 */
import * as Flags from '@oclif/core/flags';
import {GoheapError} from '../base/errors.js';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import {histogramByKind, histogramByOwner, histogramByPackage, histogramByType} from '../database/queries/histogram-queries.js';
import {runQuery} from '../database/queries/run-query.js';
import type {SqlDatabase} from '../sql/index.js';

const GROUPINGS = {
  type: {query: histogramByType, columns: pickColumns(histogramByType, 'bytes', 'share', 'objects', 'values', 'retained', 'type')},
  owner: {
    query: histogramByOwner,
    columns: pickColumns(histogramByOwner, 'bytes', 'share', 'own_bytes', 'held_bytes', 'objects', 'retained', 'kind', 'owner'),
  },
  package: {
    query: histogramByPackage,
    columns: pickColumns(histogramByPackage, 'bytes', 'share', 'owners', 'objects', 'retained', 'package'),
  },
  kind: {query: histogramByKind, columns: pickColumns(histogramByKind, 'bytes', 'share', 'types', 'objects', 'values', 'kind')},
} as const;

export default class HistogramCommand extends BaseCommand {
  static override summary = 'Group the live variables by type, owner, package or kind.';
  static override examples = [
    '<%= config.bin %> histogram core',
    '<%= config.bin %> histogram heap.db --by owner --sort retained --top 10',
  ];
  static override args = {input: inputArg};
  static override flags = {
    by: Flags.option({
      options: ['type', 'owner', 'package', 'kind'] as const,
      default: 'type' as const,
      description: 'what to group by',
    })(),
    sort: Flags.option({
      options: ['bytes', 'retained', 'objects'] as const,
      default: 'bytes' as const,
      description: 'biggest first by',
    })(),
    top: topFlag(30, 'how many groups'),
    filter: Flags.string({default: '', description: 'only names that contain this', helpValue: 'TEXT'}),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(HistogramCommand);
    const {by, sort, filter} = flags;
    const {query, columns} = GROUPINGS[by];
    if (!(sort in query.columns))
      throw new GoheapError('usage', `--sort ${sort}: groups by ${by} have no such size`, {hint: 'Sort by bytes or objects.'});
    const ask = async (database: SqlDatabase): Promise<GroupRow[]> => {
      const rows: GroupRow[] = await runQuery(database, query, {filter, limit: -1});
      return rows.sort((a, b) => (b[sort] ?? 0) - (a[sort] ?? 0)).slice(0, flags.top); // equal ones stay in the order of their bytes
    };
    return this.withInput(args.input, flags, ask, (rows) => this.printTable(columns, rows.map(withPackage), flags.bytes));
  }
}

type GroupRow = Readonly<Record<string, unknown>> & {readonly [Column in 'bytes' | 'retained' | 'objects']?: number | null};

/** Words that no variable leads to have no package: as what has no type, they are of an unknown one. */
function withPackage(row: GroupRow): GroupRow {
  return row.package === null ? {...row, package: 'unknown'} : row;
}
