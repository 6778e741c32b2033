/**
 * Graph → the path to every object that tells most: the cheapest one from a root node, by the costs of telling-costs.ts. One pass of
 * Dial's algorithm (R. B. Dial, "Algorithm 360", CACM 1969): nodes wait in a ring of buckets, one for each cost that may be next.
 *
 * The result does not depend on the order of the pass. A node's cost is final when its bucket comes up, because every pointer costs at
 * least 1; so when an object is settled, all nodes from which a cheapest path may enter it have been settled and have offered each of
 * their pointers to it, at their final cost. What is kept of these offers is the least by (rank of the holder's name, offset, holder's
 * node), an order without ties among different pointers: the minimum of a set, however it is listed.
 *
 * Memory: 16 bytes a node of results, 4 of scratch, a quarter of a byte a pointer, and 4 for each entry that waits; an object waits again when it has become cheaper.
 */
import {Column} from '../base/columns.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import {computeNameRanks, type NameRanks} from './name-ranks.js';
import {RootOrigins} from './root-origins.js';
import {createScratch, type Scratch} from './scratch.js';
import type {ShortestPaths} from './shortest-paths.js';
import {buildInteriorEdges, buildSkippedEdges} from './skipped-edges.js';
import {computeTellingCosts, LARGEST_COST, type TellingCosts} from './telling-costs.js';

const RING = LARGEST_COST + 1;
const SLICE = 1 << 21;

/** Per node, as `AnalysisColumns` describes them, of the cheapest path: `depth` is the number of its pointers. */
export interface TellingPaths extends ShortestPaths {
  readonly order: Uint32Array; // the reachable nodes but the program, cheapest first: holders of objects come before them; only [0, count) counts
  readonly count: number;
}

interface Search extends ShortestPaths {
  readonly graph: HeapGraph;
  readonly costs: TellingCosts;
  readonly ranks: NameRanks;
  readonly skipped: Uint8Array; // bit per edge
  readonly interior: Uint8Array; // bit per edge
  readonly cost: Uint32Array; // per node: of the cheapest path known
  readonly order: Uint32Array;
  readonly ring: readonly Column<Uint32Array>[]; // by cost modulo RING: nodes, some of which have become cheaper since
  settled: number; // in `order`
}

/** Rejects with `signal.reason` when `work` is cancelled. O(nodes + edges). */
export async function computeTellingPaths(
  graph: HeapGraph,
  origins: RootOrigins = new RootOrigins(graph),
  scratch: Scratch = createScratch(nodeCount(graph)),
  work?: Work,
): Promise<TellingPaths> {
  const search = beginAtRoots(graph, origins, scratch);
  let followed = 0;
  let empty = 0; // buckets in a row
  for (let cost = 0; empty < RING; cost++) {
    settleBucket(search, cost);
    empty = followed === search.settled ? empty + 1 : 0;
    while (followed < search.settled) {
      const end = Math.min(search.settled, followed + SLICE);
      followPointers(search, cost, followed, end);
      if (end - followed === SLICE) await pause(search, end, work);
      followed = end;
    }
  }
  await pause(search, followed, work);
  scratch.give(search.cost);
  const {depth, holder, holderSlot, order} = search;
  return {depth, holder, holderSlot, order, count: followed};
}

async function pause({graph}: Search, done: number, work: Work | undefined): Promise<void> {
  work?.onProgress?.('telling paths', done, nodeCount(graph));
  await checkpoint(work);
}

function beginAtRoots(graph: HeapGraph, origins: RootOrigins, scratch: Scratch): Search {
  const {roots} = graph;
  const search: Search = {
    graph,
    costs: computeTellingCosts(graph),
    ranks: computeNameRanks(graph, origins),
    skipped: buildSkippedEdges(graph.edges),
    interior: buildInteriorEdges(graph.edges),
    depth: scratch.take().fill(NONE),
    holder: scratch.take().fill(NONE),
    holderSlot: scratch.take().fill(NONE),
    order: scratch.take(),
    cost: scratch.take().fill(NONE),
    ring: Array.from({length: RING}, () => new Column(Uint32Array)),
    settled: 0,
  };
  search.depth.fill(0, 0, roots.count + 1);
  search.holder.set(roots.parent, 1);
  search.cost.set(search.costs.start, 1);
  for (let row = 0; row < roots.count; row++) search.ring[search.costs.start[row]!]!.push(row + 1);
  return search;
}

/** Moves the nodes of this cost to the order: they have their final holders. */
function settleBucket(search: Search, cost: number): void {
  const {cost: known, order, ring} = search;
  const bucket = ring[cost % RING]!;
  const {data, length} = bucket;
  let {settled} = search;
  for (let index = 0; index < length; index++) {
    const node = data[index]!;
    if (known[node] === cost) order[settled++] = node; // else it was settled when it was cheaper
  }
  bucket.length = 0;
  search.settled = settled;
}

/** Offers to every object that the settled nodes from position `from` up to `end` point to what a path through them costs. */
function followPointers(search: Search, cost: number, from: number, end: number): void {
  const {graph, costs, ranks, skipped, interior, cost: known, depth, holder, holderSlot, order, ring} = search;
  const {firstEdge, target, slot} = graph.edges;
  const {type} = graph.objects;
  const firstObject = 1 + graph.roots.count;
  const rankOf = (node: number) => (node < firstObject ? ranks.root[node - 1]! : ranks.type[type[node - firstObject]!]!);
  for (let position = from; position < end; position++) {
    const node = order[position]!;
    const usual = cost + (node < firstObject ? costs.rootPointer[node - 1]! : costs.typePointer[type[node - firstObject]!]!);
    const below = depth[node]! + 1;
    const endOfEdges = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < endOfEdges; edge++) {
      const object = target[edge]!;
      const offer = ((interior[edge >>> 3]! >>> (edge & 7)) & 1) === 0 ? usual : usual + costs.interiorPointer;
      if (offer > known[object]! || ((skipped[edge >>> 3]! >>> (edge & 7)) & 1) !== 0) continue;
      if (offer < known[object]!) {
        known[object] = offer;
        ring[offer % RING]!.push(object);
      } else if (!isBefore(rankOf(node), slot[edge]!, node, rankOf(holder[object]!), holderSlot[object]!, holder[object]!)) continue;
      holder[object] = node;
      holderSlot[object] = slot[edge]!;
      depth[object] = below;
    }
  }
}

function isBefore(rank: number, slot: number, node: number, otherRank: number, otherSlot: number, other: number): boolean {
  if (rank !== otherRank) return rank < otherRank;
  return slot !== otherSlot ? slot < otherSlot : node < other;
}
