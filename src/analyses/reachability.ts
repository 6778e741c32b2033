/**
 * Graph → which nodes the program reaches. `markReachable` walks by itself, for callers that need nothing else or ask what would
 * still be reachable without some nodes; `reachabilityOf` reads the answer off the dominators. Only followed edges count.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {NONE} from '../base/units.js';
import {type GraphStructure, PROGRAM} from '../graph/heap-graph.js';
import {nodeCount, nodeOfObject} from '../graph/objects.js';
import {buildSkippedEdges} from './skipped-edges.js';

export interface Reachability {
  readonly reachable: Uint8Array; // bit per node
  readonly reachableObjects: number;
  readonly reachableBytes: number; // Bytes
}

/** As `markReachable`, with the sums. O(nodes + edges). */
export function computeReachability(graph: GraphStructure): Reachability {
  return sumUp(graph, markReachable(graph));
}

/** From a `dominator` column: what the roots do not reach has none. O(nodes). */
export function reachabilityOf(graph: GraphStructure, dominator: Uint32Array): Reachability {
  const reachable = createBitset(nodeCount(graph));
  setBit(reachable, PROGRAM);
  for (let node = 1; node < dominator.length; node++) {
    if (dominator[node] !== NONE) setBit(reachable, node);
  }
  return sumUp(graph, reachable);
}

/** Bit per node: what the program reaches when it cannot enter the nodes of `without` (bit per node). A goroutine takes its children with it. */
export function markReachable(graph: GraphStructure, without: Uint8Array = createBitset(nodeCount(graph))): Uint8Array {
  const {firstEdge, target} = graph.edges;
  const skipped = buildSkippedEdges(graph.edges);
  const closed = without.slice(); // reached, or not to be entered
  const stack = new Uint32Array(nodeCount(graph));
  let depth = openRoots(graph, closed, stack);
  while (depth > 0) {
    const node = stack[--depth]!;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      if (getBit(skipped, edge)) continue;
      const object = target[edge]!;
      if (getBit(closed, object)) continue;
      setBit(closed, object);
      stack[depth++] = object;
    }
  }
  for (let byte = 0; byte < closed.length; byte++) closed[byte]! &= ~without[byte]!;
  return closed;
}

/** Closes the program and the root nodes, and puts on the stack those that can be entered; returns how many. */
function openRoots({roots}: GraphStructure, closed: Uint8Array, stack: Uint32Array): number {
  if (getBit(closed, 0)) return 0;
  const blocked = closed.slice(0, (roots.count >>> 3) + 1);
  let depth = 0;
  setBit(closed, 0);
  for (let root = 1; root <= roots.count; root++) {
    // Of nodes below each other the outer one comes first.
    if (getBit(blocked, roots.parent[root - 1]!)) setBit(blocked, root);
    if (getBit(blocked, root)) continue;
    setBit(closed, root);
    stack[depth++] = root;
  }
  return depth;
}

function sumUp(graph: GraphStructure, reachable: Uint8Array): Reachability {
  const {spans, objects} = graph;
  let reachableObjects = 0;
  let reachableBytes = 0;
  for (let span = 0; span < spans.count; span++) {
    let count = 0;
    const end = objects.firstObject[span + 1]!;
    for (let object = objects.firstObject[span]!; object < end; object++) {
      if (getBit(reachable, nodeOfObject(graph, object))) count++;
    }
    reachableObjects += count;
    reachableBytes += count * spans.slotSize[span]!;
  }
  return {reachable, reachableObjects, reachableBytes};
}
