/**
 * Pointers → rows of `edges` (by source) and `referrers` (by target).
 *
 * The second order comes from a counting sort of bounded size: a range of targets at a time, so that the scratch stays the same
 * however large the graph is, and each range costs one sequential pass over the targets of all edges.
 */

import type {AnalysisColumns} from '../analyses/analysis-columns.js';
import {getBit} from '../base/bitset.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount, objectsWithHeader} from '../graph/objects.js';

import type {RowSink, RowTable} from './row-table.js';

/** Edges that one pass of the counting sort may hold (8 bytes each), unless a single target has more. */
const EDGES_PER_PASS = 1 << 23;

export function edgeTable(columns: AnalysisColumns): RowTable {
  return {
    name: 'edges',
    sorted: true,
    columns: ['source_id', 'offset', 'target_id', 'target_offset', 'bridge', 'followed'],
    rowCount: columns.graph.edges.count,
    write: (sink) => writeEdges(columns, sink),
  };
}

/** `edgesPerPass` bounds the scratch of the sort. */
export function referrerTable(graph: HeapGraph, edgesPerPass = EDGES_PER_PASS): RowTable {
  return {
    name: 'referrers',
    sorted: true,
    columns: ['target_id', 'source_id', 'offset'],
    rowCount: graph.edges.count,
    write: (sink) => writeReferrers(graph, edgesPerPass, sink),
  };
}

async function writeEdges(columns: AnalysisColumns, sink: RowSink): Promise<void> {
  const {graph} = columns;
  const {edges} = graph;
  const hasHeader = objectsWithHeader(graph);
  const firstObject = firstObjectNode(graph);
  const nodes = nodeCount(graph);
  let interior = 0; // next of the sorted exceptions
  let notFollowed = 0;
  for (let node = 0; node < nodes; node++) {
    const end = edges.firstEdge[node + 1]!;
    for (let edge = edges.firstEdge[node]!; edge < end; edge++) {
      const target = edges.target[edge]!;
      sink.put(node);
      sink.put(edges.slot[edge]! * 8);
      sink.put(target);
      if (edges.interiorEdge[interior] === edge) sink.put(edges.interiorOffset[interior++]!);
      else sink.put(getBit(hasHeader, target - firstObject) ? 8 : 0);
      sink.put(getBit(columns.bridge, edge) ? 1 : 0);
      if (edges.notFollowed[notFollowed] === edge) {
        notFollowed++;
        sink.put(0);
      } else sink.put(1);
      if (sink.endRow()) await sink.pause();
    }
  }
}

async function writeReferrers(graph: HeapGraph, edgesPerPass: number, sink: RowSink): Promise<void> {
  const {edges} = graph;
  const nodes = nodeCount(graph);
  const position = new Uint32Array(nodes + 1); // how many edges lead to each node, then where the next one goes
  for (let edge = 0; edge < edges.count; edge++) position[edges.target[edge]!]++;
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
    for (let target = low, at = 0; target < high; target++) {
      for (; at < position[target]!; at++) {
        sink.put(target);
        sink.put(source[at]!);
        sink.put(slot[at]! * 8);
        if (sink.endRow()) await sink.pause();
      }
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
  const {target, firstEdge} = edges;
  for (let node = 0, edge = 0; node < nodes; node++) {
    for (const end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = target[edge]!;
      if (to < low || to >= high) continue;
      const at = position[to]++;
      source[at] = node;
      slot[at] = edges.slot[edge]!;
    }
  }
}
