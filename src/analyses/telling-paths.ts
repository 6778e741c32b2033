/**
 * Graph → the path to every object that tells most: the cheapest one from a root node, by the costs of telling-costs.ts. One pass of
 * Dial's algorithm (R. B. Dial, "Algorithm 360", CACM 1969): nodes wait in a ring of buckets, one for each cost that may be next.
 *
 * The result does not depend on the order of the pass. A node's cost is final when its bucket comes up, because every pointer costs at
 * least 1; so when an object is settled, all nodes from which a cheapest path may enter it have been settled and have offered each of
 * their pointers to it, at their final cost. What is kept of these offers is the least by (rank of the holder's name, offset, holder's
 * node), an order without ties among different pointers: the minimum of a set, however it is listed.
 *
 * Costs that are waited for lie within one turn of the ring, so a byte tells them apart: the cost modulo CYCLE.
 * Memory: 12 bytes a node of results, 1 of scratch, a quarter of a byte a pointer, and 4 for each entry that waits; an object waits again when it has become cheaper.
 */
import {Column} from '../base/columns.js';
import {freeColumn} from '../base/free-column.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import {computeNameRanks, type NameRanks} from './name-ranks.js';
import {RootOrigins} from './root-origins.js';
import {createScratch, type Scratch} from './scratch.js';
import {buildInteriorEdges, buildSkippedEdges} from './skipped-edges.js';
import {computeTellingCosts, LARGEST_COST, type TellingCosts} from './telling-costs.js';

const RING = LARGEST_COST + 1;
/** More than the ring has buckets, and a power of two. */
const CYCLE = 64;
/** In the column of costs; all others are costs modulo CYCLE. */
const UNREACHED = 255;
const SETTLED = 254;
const SLICE = 1 << 21;
/** A bucket that was longer gives its memory back. */
const LARGE_BUCKET = 1 << 16;

/** Per node. */
export interface TellingPaths {
  readonly depth: Uint32Array; // pointers from a root node; 0 for the program and root nodes; NONE when unreachable
  readonly holder: Uint32Array; // NodeIndex before this object; for root nodes their parent; NONE for the program and when unreachable
  readonly holderSlot: Uint32Array; // word offset of that pointer in the holder; NONE where there is no such pointer
}

interface Search extends TellingPaths {
  readonly graph: HeapGraph;
  readonly costs: TellingCosts;
  readonly ranks: NameRanks;
  readonly skipped: Uint8Array; // bit per edge
  readonly interior: Uint8Array; // bit per edge
  readonly known: Uint8Array; // per node: of the cheapest path known
  readonly ring: Column<Uint32Array>[]; // by cost modulo RING: nodes, some of which have become cheaper since
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
    const bucket = search.ring[cost % RING]!;
    settle(search, bucket, cost);
    empty = bucket.length === 0 ? empty + 1 : 0;
    for (let from = 0; from < bucket.length; from += SLICE) {
      const end = Math.min(bucket.length, from + SLICE);
      followPointers(search, bucket.data, cost, from, end);
      followed += end - from;
      if (end - from === SLICE) await pause(search, followed, work);
    }
    if (bucket.data.length > LARGE_BUCKET) {
      freeColumn(bucket.data);
      search.ring[cost % RING] = createBucket();
    } else bucket.length = 0;
  }
  await pause(search, followed, work);
  const {depth, holder, holderSlot} = search;
  return {depth, holder, holderSlot};
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
    known: new Uint8Array(nodeCount(graph)).fill(UNREACHED),
    ring: Array.from({length: RING}, createBucket),
  };
  search.depth.fill(0, 0, roots.count + 1);
  search.holder.set(roots.parent, 1);
  search.known.set(search.costs.start, 1);
  for (let row = 0; row < roots.count; row++) search.ring[search.costs.start[row]!]!.push(row + 1);
  return search;
}

function createBucket(): Column<Uint32Array> {
  return new Column(Uint32Array, undefined, {isOwn: true});
}

/** Leaves in the bucket the nodes of this cost: they have their final holders. */
function settle({known}: Search, bucket: Column<Uint32Array>, cost: number): void {
  const {data, length} = bucket;
  let settled = 0;
  for (let index = 0; index < length; index++) {
    const node = data[index]!;
    if (known[node] !== cost % CYCLE) continue; // it was settled when it was cheaper
    known[node] = SETTLED;
    data[settled++] = node;
  }
  bucket.length = settled;
}

/** Offers to every object that the settled nodes from position `from` up to `end` point to what a path through them costs. */
function followPointers(search: Search, settled: Uint32Array, cost: number, from: number, end: number): void {
  const {graph, costs, ranks, skipped, interior, known, depth, holder, holderSlot, ring} = search;
  const {firstEdge, target, slot} = graph.edges;
  const {type} = graph.objects;
  const firstObject = 1 + graph.roots.count;
  const rankOf = (node: number) => (node < firstObject ? ranks.root[node - 1]! : ranks.type[type[node - firstObject]!]!);
  for (let position = from; position < end; position++) {
    const node = settled[position]!;
    const usual = node < firstObject ? costs.rootPointer[node - 1]! : costs.typePointer[type[node - firstObject]!]!;
    const below = depth[node]! + 1;
    const endOfEdges = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < endOfEdges; edge++) {
      const object = target[edge]!;
      const price = ((interior[edge >>> 3]! >>> (edge & 7)) & 1) === 0 ? usual : usual + costs.interiorPointer;
      const offer = (cost + price) % CYCLE;
      const other = known[object]!;
      if (other === SETTLED || ((skipped[edge >>> 3]! >>> (edge & 7)) & 1) !== 0) continue;
      if (other !== offer) {
        if (other !== UNREACHED && ((other - cost) & (CYCLE - 1)) < price) continue;
        known[object] = offer;
        ring[(cost + price) % RING]!.push(object);
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
