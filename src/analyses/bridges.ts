/**
 * Dominators → the bridges (docs/model.md "Bridges"): pointers u → v that every path from the roots to v goes through, so that setting
 * this one pointer to nil releases exactly what v retains.
 *
 * Edges into v from nodes that v dominates never matter. If exactly one other edge remains, its owner is v's immediate dominator
 * (all paths come through it), and it is the bridge; so an edge from elsewhere rules v out unless v dominates its owner. Whether it
 * does is told by intervals: a node's position in a walk of the dominator tree lies within [start, end) of what dominates it.
 * Edges of unreachable owners and edges that are not followed count neither as bridges nor as other edges.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import type {Work} from '../base/progress.js';
import {type Bytes, NONE} from '../base/units.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';
import type {Dominators} from './dominators.js';
import {createScratch, type Scratch} from './scratch.js';
import {buildSkippedEdges} from './skipped-edges.js';
import {inSlices} from './slices.js';

/** More than one way into the node. */
const SEVERAL = NONE - 1;

interface Intervals {
  readonly graph: GraphStructure;
  readonly dominator: Uint32Array;
  readonly retainedObjects: Uint32Array;
  readonly end: Uint32Array; // per node: the end of its interval; the start is `retainedObjects` before it
  readonly skipped: Uint8Array; // bit per edge
}
interface Search extends Intervals {
  readonly entry: Uint32Array; // per node: the only edge found so far that may be a bridge; NONE or SEVERAL
}

/** Bit per edge. Gives the order of the dominators back: nobody needs it after that. */
export async function computeBridges(
  graph: GraphStructure,
  dominators: Dominators,
  retainedObjects: Uint32Array,
  scratch: Scratch = createScratch(nodeCount(graph)),
  work?: Work,
): Promise<Uint8Array> {
  const nodes = nodeCount(graph);
  const intervals: Intervals = {
    graph,
    dominator: dominators.dominator,
    retainedObjects,
    end: scratch.take(),
    skipped: buildSkippedEdges(graph.edges),
  };
  intervals.end[0] = 0;
  await inSlices('bridges', dominators.count, work, (from, to) => assignIntervals(intervals, dominators.order, from, to));
  scratch.give(dominators.order);
  const search: Search = {...intervals, entry: scratch.take().fill(NONE)};
  await inSlices('bridges', nodes, work, (from, to) => findEntries(search, from, to));
  const bridge = createBitset(graph.edges.count);
  for (let node = firstObjectNode(graph); node < nodes; node++) {
    if (search.entry[node]! < SEVERAL) setBit(bridge, search.entry[node]!);
  }
  scratch.give(search.end);
  scratch.give(search.entry);
  return bridge;
}

/** Each node takes its interval from the front of what is left of its dominator's; `end` holds that front until all are served. */
function assignIntervals({graph, dominator, retainedObjects, end}: Intervals, order: Uint32Array, from: number, to: number): void {
  const roots = graph.roots.count;
  for (let position = Math.max(from, 1); position < to; position++) {
    const node = order[position]!;
    const owner = dominator[node]!;
    const start = end[owner]!;
    end[owner] = start + retainedObjects[node]!;
    end[node] = node > roots ? start + 1 : start; // the node's own position comes first; root nodes have none
  }
}

function findEntries({graph, dominator, retainedObjects, end, entry, skipped}: Search, from: number, to: number): void {
  const {firstEdge, target} = graph.edges;
  const roots = graph.roots.count;
  for (let node = Math.max(from, 1); node < to; node++) {
    if (dominator[node] === NONE) continue;
    const last = firstEdge[node + 1]!;
    const start = node > roots ? end[node]! - retainedObjects[node]! : NONE; // no object dominates a root node
    for (let edge = firstEdge[node]!; edge < last; edge++) {
      if (((skipped[edge >>> 3]! >>> (edge & 7)) & 1) !== 0) continue;
      const to = target[edge]!;
      const known = entry[to]!;
      if (known === SEVERAL) continue;
      if (dominator[to] === node) entry[to] = known === NONE ? edge : SEVERAL;
      else if (start >= end[to]! || start < end[to]! - retainedObjects[to]!) entry[to] = SEVERAL;
    }
  }
}

/** The bytes that become garbage when this one pointer is set to nil: all its target retains for a bridge, else nothing. `edge` is an index into the edge table. */
export function computeReleases({graph, bridge, retained}: Pick<AnalysisColumns, 'graph' | 'bridge' | 'retained'>, edge: number): Bytes {
  return getBit(bridge, edge) ? retained[graph.edges.target[edge]!]! : 0;
}
