/**
 * Pointers → rows of `edges` (by source) and `referrers` (by target).
 *
 * The second order comes from a counting sort of a range of targets at a time, with a quarter of all edges: two bytes an edge of scratch, and each
 * range costs one sequential pass over the targets of all.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import {BATCH_ROWS, type Batch} from '../base/column-batch.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount, ObjectHeaders} from '../graph/objects.js';
import {type BatchTable, rowRanges} from './batch-table.js';

/** One pass of the counting sort holds 8 bytes for each edge of its range: this part of all edges, unless a single target has more. */
const PASSES = 4;
/** So many fit anyway: 64 MB. */
const LEAST_PER_PASS = 1 << 23;

export function edgeTable(columns: AnalysisColumns): BatchTable {
  return {
    name: 'edges',
    sorted: true,
    columns: ['source_id', 'offset', 'target_id', 'bridge', 'target_offset', 'followed'], // a row ends behind what is not the default
    rowCount: columns.graph.edges.count,
    batches: () => edgeBatches(columns),
  };
}

/** `edgesPerPass` bounds the scratch of the sort. */
export function referrerTable(
  graph: HeapGraph,
  edgesPerPass = Math.max(LEAST_PER_PASS, Math.ceil(graph.edges.count / PASSES)),
): BatchTable {
  return {
    name: 'referrers',
    sorted: true,
    columns: ['target_id', 'source_id', 'offset'],
    rowCount: graph.edges.count,
    batches: () => referrerBatches(graph, edgesPerPass),
  };
}

function* edgeBatches({graph, bridge}: AnalysisColumns): Generator<Batch> {
  const {edges} = graph;
  const headers = new ObjectHeaders(graph);
  const firstObject = firstObjectNode(graph);
  const source = new Uint32Array(BATCH_ROWS);
  const offset = new Float64Array(BATCH_ROWS);
  const targetOffset = new Float64Array(BATCH_ROWS);
  const isBridge = new Uint8Array(BATCH_ROWS);
  const followed = new Uint8Array(BATCH_ROWS);
  let node = 0;
  let interior = 0; // next of the sorted exceptions
  let notFollowed = 0;
  for (const [first, end] of rowRanges(edges.firstEdge[nodeCount(graph)]!)) {
    for (let edge = first; edge < end; edge++) {
      while (edge >= edges.firstEdge[node + 1]!) node++;
      const row = edge - first;
      source[row] = node;
      offset[row] = edges.slot[edge]! * edges.wordBytes;
      targetOffset[row] = headers.of(edges.target[edge]! - firstObject);
      isBridge[row] = getBit(bridge, edge) ? 1 : 0;
    }
    for (; edges.interiorEdge[interior]! < end; interior++)
      targetOffset[edges.interiorEdge[interior]! - first] = edges.interiorOffset[interior]!;
    followed.fill(1);
    for (; edges.notFollowed[notFollowed]! < end; notFollowed++) followed[edges.notFollowed[notFollowed]! - first] = 0;
    yield {count: end - first, columns: [source, offset, edges.target.subarray(first, end), isBridge, targetOffset, followed]};
  }
}

function* referrerBatches(graph: HeapGraph, edgesPerPass: number): Generator<Batch> {
  const {edges} = graph;
  const nodes = nodeCount(graph);
  const position = new Uint32Array(nodes + 1); // how many edges lead to each node, then where the next one goes
  for (let edge = 0; edge < edges.count; edge++) position[edges.target[edge]!]++;
  const target = new Uint32Array(BATCH_ROWS);
  const offset = new Float64Array(BATCH_ROWS);
  let source = new Uint32Array(0);
  let slot = new Uint32Array(0);
  for (let low = 0, high = 0; low < nodes; low = high) {
    let size = 0;
    do {
      const count = position[high]!;
      position[high++] = size;
      size += count;
    } while (high < nodes && size + position[high]! <= edgesPerPass);
    if (source.length < size) {
      source = new Uint32Array(size);
      slot = new Uint32Array(size);
    }
    collectReferrers(graph, low, high, position, source, slot);
    let node = low;
    for (const [first, end] of rowRanges(size)) {
      for (let at = first; at < end; at++) {
        while (at >= position[node]!) node++;
        target[at - first] = node;
        offset[at - first] = slot[at]! * edges.wordBytes;
      }
      yield {count: end - first, columns: [target, source.subarray(first, end), offset]};
    }
  }
}

/** Puts the edges that lead to [low, high) in order of their targets; afterwards `position` says where each target's edges end. */
function collectReferrers(
  graph: HeapGraph,
  low: number,
  high: number,
  position: Uint32Array,
  source: Uint32Array,
  slot: Uint32Array,
): void {
  const {edges} = graph;
  const nodes = nodeCount(graph);
  const size = high - low;
  const {target, firstEdge} = edges;
  for (let node = 0, edge = 0; node < nodes; node++) {
    for (const end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = target[edge]!;
      if ((to - low) >>> 0 >= size) continue;
      const at = position[to]++;
      source[at] = node;
      slot[at] = edges.slot[edge]!;
    }
  }
}
