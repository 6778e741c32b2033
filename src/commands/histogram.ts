/**
 * `goheap histogram`: the live variables grouped by type, package or kind, most bytes first.
 */
import {Flags} from '@oclif/core';
import {BaseCommand} from '../cli/base-command.js';
import {coreFlags, inputArg, tableFlags, topFlag} from '../cli/flags.js';
import {pickColumns} from '../cli/pick-columns.js';
import {histogramByKind, histogramByPackage, histogramByType} from '../database/queries/histogram-queries.js';
import {runQuery} from '../database/queries/run-query.js';

const GROUPINGS = {
  type: {query: histogramByType, columns: pickColumns(histogramByType, 'bytes', 'share', 'objects', 'values', 'retained', 'type')},
  package: {query: histogramByPackage, columns: pickColumns(histogramByPackage, 'bytes', 'share', 'types', 'objects', 'values', 'package')},
  kind: {query: histogramByKind, columns: pickColumns(histogramByKind, 'bytes', 'share', 'types', 'objects', 'values', 'kind')},
} as const;

export default class HistogramCommand extends BaseCommand {
  static override summary = 'Group the live variables by type, package or kind.';
  static override examples = ['<%= config.bin %> histogram core', '<%= config.bin %> histogram heap.db --by package --top 10'];
  static override args = {input: inputArg};
  static override flags = {
    by: Flags.option({options: ['type', 'package', 'kind'] as const, default: 'type' as const, description: 'what to group by'})(),
    top: topFlag(30, 'how many groups'),
    filter: Flags.string({default: '', description: 'only names that contain this', helpValue: 'TEXT'}),
    ...tableFlags,
    ...coreFlags,
  };

  async run(): Promise<object> {
    const {args, flags} = await this.parse(HistogramCommand);
    const {query, columns} = GROUPINGS[flags.by];
    const params = {filter: flags.filter, limit: flags.top};
    const rows = await this.withInput(args.input, flags, (database) => runQuery(database, query, params));
    this.printTable(columns, rows, flags.bytes);
    return rows;
  }
}
