/**
 * The analyzed heap → the tables of schema.sql, in the order in which a format writes them: formats transcribe these and compute nothing.
 * Each table is a loop over columns.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import type {HeldKindLimits} from '../answers/held-kinds.js';
import type {Work} from '../base/progress.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {sumSpans} from '../graph/sum-spans.js';
import {withoutPrivateData} from '../privacy/private-data.js';
import {Redactor} from '../privacy/redactor.js';
import {type ArrayViews, computeArrayViews} from '../values/array-views.js';
import {allocationTables} from './allocation-rows.js';
import {type BatchTable, type ContentsLevel, listTable} from './batch-table.js';
import {capacityTable} from './capacity-rows.js';
import {contentTable} from './content-rows.js';
import {edgeTable, referrerTable} from './edge-rows.js';
import {frameTable, goroutineTable, rootTable, waitTable} from './goroutine-rows.js';
import {LateAnswers} from './holder-rows.js';
import {instanceEndTable} from './instance-end-rows.js';
import {memoryTable} from './memory-rows.js';
import {objectTable} from './object-rows.js';
import {PreviewReader} from './preview-reader.js';
import {rankingTables} from './ranking-rows.js';
import {functionTable, itabTable, spanTable} from './span-rows.js';
import {timerTable} from './suspect-rows.js';
import {fieldTable, typeTable} from './type-rows.js';

export type {BatchTable, ContentsLevel} from './batch-table.js';

export interface HeapTableOptions {
  readonly contents: ContentsLevel;
  /** What matches it is replaced by asterisks in contents, previews, labels and arguments. */
  readonly redact?: RegExp | undefined;
  /** false: equal strings and byte slices are not looked for. */
  readonly duplicates?: boolean | undefined;
  /** Rows of `meta` that only the format knows: schema_version, goheap_version. */
  readonly meta: Readonly<Record<string, string | number>>;
  /** Which rows `held_by` has, instead of those of kinds with very many objects. */
  readonly held?: HeldKindLimits | undefined;
  readonly work?: Work | undefined;
}

/** Every table once, in the order in which they must be written: those that are asked first, those that are `late`, those that are `sorted`. */
export function tablesOf(analyzed: AnalysisColumns, options: HeapTableOptions): BatchTable[] {
  const kept = options.contents !== 'none';
  const redactor = kept && options.redact ? new Redactor(options.redact) : undefined;
  const graph = kept && !redactor ? analyzed.graph : withoutPrivateData(analyzed.graph, redactor);
  const columns = {...analyzed, graph};
  const previews = kept ? new PreviewReader(graph, columns.contents, redactor) : undefined;
  let views: ArrayViews | undefined; // made by the first table that needs them, dropped by the last
  const viewsOnce = () => {
    views ??= computeArrayViews(graph, columns.contents, columns.reachable);
    return views;
  };
  const takeViews = () => {
    const taken = viewsOnce();
    views = undefined;
    return taken;
  };
  const answers = new LateAnswers(columns, viewsOnce, {duplicates: options.duplicates ?? true, held: options.held}, options.work);
  const takeOwners = async () => {
    const {ownerOf} = await answers.ofNodes();
    answers.drop();
    return ownerOf;
  };
  return [
    ...answers.firstTables(),
    timerTable(graph),
    spanTable(graph),
    typeTable(columns, () => answers.histogram()),
    fieldTable(graph.types),
    rootTable(columns),
    goroutineTable(graph, () => answers.verdicts()),
    frameTable(graph),
    waitTable(graph),
    itabTable(graph),
    functionTable(graph),
    ...allocationTables(graph),
    memoryTable(columns),
    listTable(
      'warnings',
      ['code', 'message', 'count'],
      graph.warnings.map((warning) => [warning.code, warning.message, warning.count]),
    ),
    listTable('meta', ['key', 'value'], metaRows(columns, options)),
    ...answers.findingTables(),
    ...(options.contents === 'full' ? [contentTable(columns, redactor)] : []),
    instanceEndTable(columns),
    capacityTable(graph, takeViews),
    objectTable(columns, () => answers.ofNodes(), previews),
    ...rankingTables(columns, takeOwners),
    edgeTable(columns),
    referrerTable(graph),
  ];
}

/** What the stages know, what the analyses found, and how this database was written; by key. */
function metaRows(
  {graph, reachableObjects, reachableBytes}: AnalysisColumns,
  options: HeapTableOptions,
): [string, string | number | bigint][] {
  const rows = Object.entries({
    complete: 1,
    ...graph.metadata,
    heap_objects: graph.objects.count,
    heap_bytes: sumSpans(graph.spans).objectBytes,
    reachable_objects: reachableObjects,
    reachable_bytes: reachableBytes,
    roots: graph.roots.count,
    edges: graph.edges.count,
    value_layouts: JSON.stringify(graph.valueLayouts),
    contents: options.contents,
    ...wasteLack(graph, options),
    ...options.meta,
  });
  rows.sort(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([key, value]) => [key, Number.isSafeInteger(value) ? BigInt(value) : value]);
}

/** What `waste` lacks: everything that is read from bytes of a database that has none, or the kinds that were not looked for. */
function wasteLack({metadata}: HeapGraph, {duplicates}: HeapTableOptions): Record<string, string> {
  if (metadata.contents !== undefined && metadata.contents !== 'full') return {waste_lacks: 'contents'};
  return duplicates === false ? {waste_lacks: 'duplicates'} : {};
}
