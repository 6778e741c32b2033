/**
 * The analyzed heap → the tables of SQLITE.md, in the order in which a format writes them: formats transcribe these and compute nothing.
 * Each table is a loop over columns (see tables/); `allocations` and `sites` stay empty until the graph knows allocation sites.
 */
import type {HeapGraph} from '../graph/heap-graph.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {contentTable} from './tables/content-rows.js';
import {edgeTable, referrerTable} from './tables/edge-rows.js';
import {frameTable, goroutineTable, rootTable} from './tables/goroutine-rows.js';
import {objectTable} from './tables/object-rows.js';
import {PreviewReader} from './tables/preview-reader.js';
import {rankingTables} from './tables/ranking-rows.js';
import {itabTable, listTable, spanTable} from './tables/span-rows.js';
import type {ContentsLevel, Table} from './tables/table.js';
import {fieldTable, typeTable} from './tables/type-rows.js';

export type {Cell, ContentsLevel, RowSink, Table} from './tables/table.js';

/** Keys of the graph's metadata that repeat the program's own data: left out where contents are. */
const PRIVATE_METADATA: readonly string[] = ['command_line'];

export interface TableOptions {
  readonly contents: ContentsLevel;
  /** Rows of `meta` that only the format knows: schema_version, goheap_version. */
  readonly meta: Readonly<Record<string, string | number>>;
}

/** `rowCount` is undefined where only writing tells it. */
export type HeapTable = Omit<Table, 'rowCount'> & Partial<Pick<Table, 'rowCount'>>;

/** Every table once. Those that are `sorted` must be written in this order. */
export function tablesOf(columns: AnalysisColumns, options: TableOptions): HeapTable[] {
  const {graph} = columns;
  const previews = options.contents === 'none' ? undefined : new PreviewReader(graph, columns.contents);
  return [
    spanTable(graph.spans),
    typeTable(columns),
    fieldTable(graph.types),
    objectTable(columns, previews),
    rootTable(columns),
    edgeTable(columns),
    referrerTable(graph),
    ...rankingTables(columns),
    goroutineTable(graph, options.contents !== 'none'),
    frameTable(graph),
    itabTable(graph),
    ...(options.contents === 'full' ? [contentTable(columns)] : []),
    listTable(
      'memory',
      ['category', 'part', 'bytes'],
      graph.memory.map((use) => [use.category, use.part, use.bytes]),
    ),
    listTable(
      'warnings',
      ['code', 'message', 'count'],
      graph.warnings.map((warning) => [warning.code, warning.message, warning.count]),
    ),
    listTable('meta', ['key', 'value'], metaRows(columns, options)),
  ];
}

/** What the stages know, what the analyses found, and how this database was written; by key. */
function metaRows({graph, reachableObjects, reachableBytes}: AnalysisColumns, options: TableOptions): [string, string | number | bigint][] {
  const metadata: Record<string, string | number> = {complete: 1, ...graph.metadata};
  if (options.contents === 'none') for (const key of PRIVATE_METADATA) delete metadata[key];
  const rows = Object.entries({
    ...metadata,
    heap_objects: graph.objects.count,
    heap_bytes: heapBytes(graph),
    reachable_objects: reachableObjects,
    reachable_bytes: reachableBytes,
    roots: graph.roots.count,
    edges: graph.edges.count,
    value_layouts: JSON.stringify(graph.valueLayouts),
    contents: options.contents,
    ...options.meta,
  });
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([key, value]) => [key, Number.isSafeInteger(value) ? BigInt(value) : value]);
}

/** The slots of all objects, garbage included. */
function heapBytes({spans, objects}: HeapGraph): number {
  let bytes = 0;
  for (let span = 0; span < spans.count; span++) {
    bytes += (objects.firstObject[span + 1]! - objects.firstObject[span]!) * spans.slotSize[span]!;
  }
  return bytes;
}
