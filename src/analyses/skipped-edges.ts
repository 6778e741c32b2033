/**
 * The edges that no analysis uses (`edges.notFollowed`, docs/model.md "Goroutines own their g") as bits: the list is short, but
 * inner loops ask for every edge.
 */
import {createBitset, setBit} from '../base/bitset.js';
import type {EdgeTable} from '../graph/heap-graph.js';

/** Bit per edge: 1 when the edge is not followed. */
export function buildSkippedEdges(edges: Pick<EdgeTable, 'count' | 'notFollowed'>): Uint8Array {
  const skipped = createBitset(edges.count);
  for (const edge of edges.notFollowed) setBit(skipped, edge);
  return skipped;
}
