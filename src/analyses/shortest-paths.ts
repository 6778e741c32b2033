/**
 * Graph → the shortest way from a root node to every object: how many pointers, and the last of them. Breadth first from all
 * root nodes at once, in node and slot order, so that of several shortest ways the first in that order is taken, always the same.
 * Computed for who asks for it: an analyzed heap has the telling paths (telling-paths.ts).
 */
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import {createScratch, type Scratch} from './scratch.js';
import {buildSkippedEdges} from './skipped-edges.js';
import type {TellingPaths} from './telling-paths.js';

const SLICE = 1 << 21;

/** Columns as of telling paths. */
export type ShortestPaths = TellingPaths;

interface Search extends ShortestPaths {
  readonly graph: GraphStructure;
  readonly skipped: Uint8Array; // bit per edge
  readonly queue: Uint32Array;
  queued: number;
}

export async function computeShortestPaths(
  graph: GraphStructure,
  scratch: Scratch = createScratch(nodeCount(graph)),
  work?: Work,
): Promise<ShortestPaths> {
  const {roots} = graph;
  const search: Search = {
    graph,
    skipped: buildSkippedEdges(graph.edges),
    depth: scratch.take().fill(NONE),
    holder: scratch.take().fill(NONE),
    holderSlot: scratch.take().fill(NONE),
    queue: scratch.take(),
    queued: roots.count,
  };
  search.depth.fill(0, 0, firstObjectNode(graph));
  search.holder.set(roots.parent, 1);
  for (let root = 0; root < roots.count; root++) search.queue[root] = root + 1;
  for (let from = 0; from < search.queued; ) {
    from = visit(search, from);
    work?.onProgress?.('shortest paths', from, nodeCount(graph));
    await checkpoint(work);
  }
  scratch.give(search.queue);
  return {depth: search.depth, holder: search.holder, holderSlot: search.holderSlot};
}

/** Follows the pointers of a slice of the queue, from position `from` on; returns where it stopped. */
function visit(search: Search, from: number): number {
  const {graph, skipped, depth, holder, holderSlot, queue} = search;
  const {firstEdge, target, slot} = graph.edges;
  let queued = search.queued;
  let position = from;
  for (const stop = from + SLICE; position < queued && position < stop; position++) {
    const node = queue[position]!;
    const next = depth[node]! + 1;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      if (((skipped[edge >>> 3]! >>> (edge & 7)) & 1) !== 0) continue;
      const object = target[edge]!;
      if (depth[object] !== NONE) continue;
      depth[object] = next;
      holder[object] = node;
      holderSlot[object] = slot[edge]!;
      queue[queued++] = object;
    }
  }
  search.queued = queued;
  return position;
}
