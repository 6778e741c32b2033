/**
 * The edges that no analysis uses (`edges.notFollowed`, docs/model.md "Goroutines own their g"), and those into the middle of objects, as
 * bits: the lists are short, but inner loops ask for every edge.
 */
import {createBitset, setBit} from '../base/bitset.js';
import type {EdgeTable} from '../graph/heap-graph.js';

/** Bit per edge: 1 when the edge is not followed. */
export function buildSkippedEdges({count, notFollowed}: Pick<EdgeTable, 'count' | 'notFollowed'>): Uint8Array {
  return bitsOf(notFollowed, count);
}

/** Bit per edge: 1 when it points elsewhere than at the start of its target. */
export function buildInteriorEdges({count, interiorEdge}: Pick<EdgeTable, 'count' | 'interiorEdge'>): Uint8Array {
  return bitsOf(interiorEdge, count);
}

function bitsOf(edges: Uint32Array, count: number): Uint8Array {
  const bits = createBitset(count);
  for (const edge of edges) setBit(bits, edge);
  return bits;
}
