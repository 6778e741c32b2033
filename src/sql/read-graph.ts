/**
 * A goheap database → the graph and the analyses it was written from, so that the library works without the core.
 *
 * Contents come from the table `contents`; without it every byte is unknown. Wrong or manipulated databases end in a GoheapError: rows
 * are read in key order into growing columns, whatever the file claims about their number, and the graph is checked at the end.
 */
import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import type {Work} from '../base/progress.js';
import {StringTable} from '../base/string-table.js';
import {checkGraph} from '../graph/check.js';
import {freezeGraph} from '../graph/freeze.js';
import {type HeapGraph, SPAN_EVIDENCE, SPAN_STATES, type SpanTable} from '../graph/heap-graph.js';
import {isJava} from '../graph/language.js';
import {nodeCount} from '../graph/objects.js';
import {databaseContents} from './database-contents.js';
import type {Connection} from './open-database.js';
import {readAllocations} from './read-allocations.js';
import {readEdges} from './read-edges.js';
import {readObjectSpans} from './read-object-spans.js';
import {checkAnalyses, readObjects} from './read-objects.js';
import {readRoots, readStacks, readWaits} from './read-roots.js';
import {readTimers} from './read-timers.js';
import {readTypes, typeIndex} from './read-types.js';
import {fileError} from './sqlite-errors.js';
import {checkRead, contradiction, numberOr, positionOf, readRows} from './table-reader.js';

/** Rows of `meta` that the writer derives from the graph: they are no metadata of it. */
const DERIVED = new Set(
  'schema_version goheap_version heap_objects heap_bytes reachable_objects reachable_bytes roots edges value_layouts'.split(' '),
);

/** Reads everything; O(rows). Throws `bad-format` when the rows contradict each other. The connection must stay open as long as the contents are used. */
export async function readGraph(connection: Connection, work: Work = {}): Promise<AnalysisColumns> {
  try {
    return await readAll(connection, work);
  } catch (error) {
    throw fileError(connection.name, error);
  }
}

async function readAll(connection: Connection, work: Work): Promise<AnalysisColumns> {
  const strings = new StringTable();
  const meta = readMeta(connection);
  const types = readTypes(connection);
  const spans = isJava(meta) ? await readObjectSpans(connection, types, work) : readSpans(connection);
  const wordBytes = meta.metadata.word_bytes === 4 ? 4 : 8;
  const stacks = readStacks(connection, strings);
  const roots = readRoots(connection, stacks, types.count, strings);
  const {objects, analyses} = await readObjects(connection, spans, roots, wordBytes, work);
  const {edges, bridge} = await readEdges(connection, {spans, objects, roots: roots.table}, wordBytes, work);
  const graph = freezeGraph({
    spans,
    objects,
    roots: roots.table,
    edges,
    types,
    goroutines: stacks.goroutines,
    frames: stacks.frames,
    waits: readWaits(connection, stacks, types.count),
    itabs: readItabs(connection, types.count),
    functions: readFunctions(connection),
    allocations: readAllocations(connection, roots.table.count, objects.count),
    timers: readTimers(connection, nodeCount({roots: roots.table, objects}), strings),
    ...meta,
    ...readLists(connection),
    strings: strings.list(),
  });
  checkRead(() => checkGraph(graph));
  checkAnalyses(graph, analyses);
  return {graph, contents: databaseContents(connection), ...analyses, bridge};
}

/** Only what typed values need: types, interfaces and functions, no objects. `metadata` has the level of contents too. */
export function readValueGraph(connection: Connection): Pick<HeapGraph, 'types' | 'itabs' | 'functions' | 'valueLayouts' | 'metadata'> {
  const types = readTypes(connection);
  const {metadata, valueLayouts} = readMeta(connection, new Set(['schema_version']));
  return {types, itabs: readItabs(connection, types.count), functions: readFunctions(connection), metadata, valueLayouts};
}

function readSpans(connection: Connection): SpanTable {
  const rows = readRows(connection, 'spans', 'id, address, size, slot_size, slots, allocated, tail, header, scan, state, evidence');
  rows.forEach(([id], row) => {
    if (id !== row) throw contradiction('spans', id, `expected id ${row}`);
  });
  const numbers = (column: number) => Float64Array.from(rows, (row) => numberOr(row[column], 0));
  return {
    count: rows.length,
    start: numbers(1),
    length: numbers(2),
    slotSize: numbers(3),
    slots: Uint32Array.from(numbers(4)),
    allocated: Uint32Array.from(numbers(5)),
    tail: numbers(6),
    header: Uint8Array.from(numbers(7)),
    scan: Uint8Array.from(numbers(8)),
    state: Uint8Array.from(rows, (row) => positionOf(SPAN_STATES, row[9], 'spans', row[0])),
    evidence: Uint8Array.from(rows, (row) => positionOf(SPAN_EVIDENCE, row[10], 'spans', row[0])),
  };
}

function readItabs(connection: Connection, typeCount: number): HeapGraph['itabs'] {
  const rows = readRows(connection, 'itabs', 'address, type_id');
  return {
    address: Float64Array.from(rows, (row) => numberOr(row[0], 0)),
    type: Uint32Array.from(rows, (row) => typeIndex(row[1], typeCount, row[0])),
  };
}

function readFunctions(connection: Connection): HeapGraph['functions'] {
  const rows = readRows(connection, 'functions', 'address, name');
  return {address: Float64Array.from(rows, (row) => numberOr(row[0], 0)), name: rows.map((row) => String(row[1]))};
}

function readMeta(connection: Connection, left = DERIVED): Pick<HeapGraph, 'metadata' | 'valueLayouts'> {
  const metadata: Record<string, string | number> = {};
  let valueLayouts: HeapGraph['valueLayouts'] = {};
  for (const [key, value] of readRows(connection, 'meta', 'key, value')) {
    if (key === 'value_layouts') valueLayouts = parseLayouts(String(value));
    else if (!left.has(String(key)) && (typeof value === 'string' || typeof value === 'number')) metadata[String(key)] = value;
  }
  return {metadata, valueLayouts};
}

function parseLayouts(json: string): HeapGraph['valueLayouts'] {
  try {
    return JSON.parse(json) as HeapGraph['valueLayouts'];
  } catch {
    throw contradiction('meta', 'value_layouts', 'not JSON');
  }
}

function readLists(connection: Connection): Pick<HeapGraph, 'memory' | 'warnings'> {
  return {
    memory: readRows(connection, 'memory', 'category, part, bytes, touched', 'rowid').map(([category, part, bytes, touched]) => ({
      category: String(category),
      part: String(part),
      bytes: numberOr(bytes, 0),
      touched: numberOr(touched, 0),
    })),
    warnings: readRows(connection, 'warnings', 'code, message, count', 'rowid').map(([code, message, count]) => ({
      code: String(code),
      message: String(message),
      count: numberOr(count, 0),
    })),
  };
}
