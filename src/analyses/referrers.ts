/**
 * Graph → the edges the other way round: per node the edges that lead to it, and the owner of an edge.
 * All edges are listed, also those of unreachable owners and those that are not followed.
 */
import {buildCsr, type Csr} from '../base/csr.js';
import type {NodeIndex} from '../base/units.js';
import type {EdgeTable} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';

/** Group n holds the indexes of the edges that lead to node n, ascending: by owner, then by slot. 4 bytes a node and 4 an edge. */
export function computeReferrers(graph: {
  readonly edges: Pick<EdgeTable, 'target'>;
  readonly roots: {readonly count: number};
  readonly objects: {readonly count: number};
}): Csr {
  return buildCsr(graph.edges.target, nodeCount(graph));
}

/** The node that owns the edge. O(log nodes). */
export function ownerOfEdge({firstEdge}: Pick<EdgeTable, 'firstEdge'>, edge: number): NodeIndex {
  let low = 0;
  let high = firstEdge.length - 1; // firstEdge[low] <= edge < firstEdge[high]
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstEdge[middle]! <= edge) low = middle;
    else high = middle;
  }
  return low;
}
