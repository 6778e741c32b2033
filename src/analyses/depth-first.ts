/**
 * Graph → depth-first tree from the program, with what semi-NCA needs to know about every edge that is not in the tree.
 *
 * Index convention: nodes are named by their preorder *number*, 0 for the program; `order` leads from a number to the node.
 * The structure program → root node → child of a goroutine counts as edges here, so root nodes get dominators like objects.
 * An edge u → w that is met when w already has a number is one of two kinds. number(u) < number(w): u is an ancestor of w, and
 * only the smallest such u matters; `lowest` keeps it. number(u) > number(w): a *late* edge, to be evaluated when w's turn comes;
 * late edges are chained by target while the search meets them, which saves the predecessor lists and two passes over all edges.
 */
import {buildCsr} from '../base/csr.js';
import {checkpoint, type Work} from '../base/progress.js';
import {NONE, type NodeIndex} from '../base/units.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';
import type {Scratch} from './scratch.js';
import {buildSkippedEdges} from './skipped-edges.js';

/** All columns but `number` are indexed by number, and only [0, count) counts. */
export interface DepthFirstTree {
  count: number; // reachable nodes
  readonly order: Uint32Array; // NodeIndex
  readonly number: Uint32Array; // per node; NONE when not reached
  readonly parent: Uint32Array; // number of the tree parent; 0 for the program itself
  readonly lowest: Uint32Array; // smallest number that has an edge to this node and comes before it
  readonly lastLate: Uint32Array; // this node's last late edge; NONE when it has none
  readonly late: Uint32Array; // late edge k: number of its source at 2k, the previous late edge to the same target (or NONE) at 2k + 1
}

interface Search extends DepthFirstTree {
  readonly graph: GraphStructure;
  readonly skipped: Uint8Array; // bit per edge
  readonly cursor: Uint32Array; // per number on the search's path: the next edge to look at; 0 when none is left
  lateCount: number;
  current: number; // where the search stands
  edge: number; // the next edge of `current`
}

const SLICE = 1 << 20;

/** Visits all that the program reaches. The columns come from `scratch`; whoever uses the tree gives them back. */
export async function searchDepthFirst(graph: GraphStructure, scratch: Scratch, work?: Work): Promise<DepthFirstTree> {
  const search: Search = {
    graph,
    skipped: buildSkippedEdges(graph.edges),
    count: 0,
    order: scratch.take(),
    number: scratch.take().fill(NONE),
    parent: scratch.take(),
    lowest: scratch.take(),
    lastLate: scratch.take(),
    cursor: scratch.take(),
    // Reserved for the worst case; the operating system provides only the pages that are written.
    late: new Uint32Array(2 * graph.edges.count),
    lateCount: 0,
    current: 0,
    edge: 0,
  };
  const children = buildCsr(graph.roots.parent, firstObjectNode(graph));
  enter(search, 0, 0);
  const waiting = Array.from(rowsOf(children.first, children.item, 0)).reverse();
  for (let root = waiting.pop(); root !== undefined; root = waiting.pop()) {
    await exploreRoot(search, root + 1, search.number[graph.roots.parent[root]!]!, work);
    const below = rowsOf(children.first, children.item, root + 1);
    for (let i = below.length - 1; i >= 0; i--) waiting.push(below[i]!);
  }
  await pause(search, work);
  scratch.give(search.cursor);
  return search;
}

function rowsOf(first: Uint32Array, item: Uint32Array, group: number): Uint32Array {
  return item.subarray(first[group]!, first[group + 1]!);
}

/** Enters a root node and visits all below it. A million root nodes are common, so only full slices wait for a checkpoint. */
async function exploreRoot(search: Search, node: NodeIndex, parent: number, work: Work | undefined): Promise<void> {
  const base = enter(search, node, parent);
  search.current = base;
  search.edge = search.graph.edges.firstEdge[node]!;
  for (;;) {
    const sliceEnd = search.count - (search.count % SLICE) + SLICE;
    if (descend(search, base, sliceEnd)) return;
    await pause(search, work);
  }
}

async function pause(search: Search, work: Work | undefined): Promise<void> {
  work?.onProgress?.('depth-first search', search.count, nodeCount(search.graph));
  await checkpoint(work);
}

function enter(search: Search, node: NodeIndex, parent: number): number {
  const number = search.count++;
  search.number[node] = number;
  search.order[number] = node;
  search.parent[number] = parent;
  search.lowest[number] = parent;
  search.lastLate[number] = NONE;
  return number;
}

/** Visits from where the search stands until all below `base` is done (true) or the node count reaches `sliceEnd` (false). */
function descend(search: Search, base: number, sliceEnd: number): boolean {
  const {order, number, parent, lowest, lastLate, late, cursor, skipped} = search;
  const {firstEdge, target} = search.graph.edges;
  let {count, lateCount, current, edge} = search;
  let end = firstEdge[order[current]! + 1]!;
  let finished = false;
  for (;;) {
    if (edge === end) {
      // Back to the nearest ancestor that has edges left.
      do {
        finished = current === base;
        if (finished) break;
        current = parent[current]!;
      } while (cursor[current] === 0);
      if (finished) break;
      edge = cursor[current]!;
      end = firstEdge[order[current]! + 1]!;
    }
    const here = edge++;
    if (((skipped[here >>> 3]! >>> (here & 7)) & 1) !== 0) continue;
    const node = target[here]!;
    const known = number[node]!;
    if (known === NONE) {
      const entered = count++;
      number[node] = entered;
      order[entered] = node;
      parent[entered] = current;
      lowest[entered] = current;
      lastLate[entered] = NONE;
      const first = firstEdge[node]!;
      const last = firstEdge[node + 1]!;
      if (first !== last) {
        cursor[current] = edge === end ? 0 : edge;
        current = entered;
        edge = first;
        end = last;
      }
      if (count === sliceEnd) break;
    } else if (known > current) {
      if (current < lowest[known]!) lowest[known] = current;
    } else if (known < current) {
      late[2 * lateCount] = current;
      late[2 * lateCount + 1] = lastLate[known]!;
      lastLate[known] = lateCount++;
    }
  }
  search.count = count;
  search.lateCount = lateCount;
  search.current = current;
  search.edge = edge;
  return finished;
}
