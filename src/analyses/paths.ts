/**
 * A node → paths from the roots, one for each root node that reaches it: the telling path when its columns are there, then the shortest first.
 *
 * Those that are no telling paths come from a breadth-first search against the pointers; it visits every node once, so a path that differs from an earlier one only before they meet is not listed twice.
 * Example: a -> c, b -> a c with roots a and b gives `a c` and `b c`, but not `b a c`.
 */
import {createBitset, getBit, setBit} from '../base/bitset.js';
import {Column} from '../base/columns.js';
import type {Csr} from '../base/csr.js';
import {lowerBound} from '../base/lower-bound.js';
import {NONE, type NodeIndex} from '../base/units.js';
import type {HeapGraph} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import {computeReferrers, ownerOfEdge} from './referrers.js';
import type {TellingPaths} from './telling-paths.js';

/** From `root` along `edges` (indexes into the edge table, in this order). Without an edge: the node asked for is the root node. */
export interface RootPath {
  readonly root: NodeIndex;
  readonly edges: readonly number[];
}

export interface PathOptions {
  /** Edges (indexes) that no path may use. */
  readonly avoid?: ((edge: number) => boolean) | undefined;
  /** Which comes first, where it is allowed. */
  readonly telling?: TellingPaths | undefined;
  /** Who points to a node; made by `computeReferrers` when the second path is asked for, unless given. */
  readonly referrers?: (() => Csr) | undefined;
}

/** Lazy: the search goes only as far as paths are asked for. Nothing for the program and for unreachable objects. */
export function* computePaths(graph: HeapGraph, node: NodeIndex, options: PathOptions = {}): Generator<RootPath, void> {
  if (node <= graph.roots.count) {
    if (node > 0) yield {root: node, edges: []};
    return;
  }
  const first = options.telling && pathOfHolders(graph, node, options.telling);
  const isAllowed = first !== undefined && !first.edges.some((edge) => options.avoid?.(edge));
  if (isAllowed) yield first;
  if (options.telling && options.telling.depth[node] === NONE) return;
  for (const path of searchBackwards(graph, node, options)) {
    if (!isAllowed || path.root !== first.root) yield path;
  }
}

function pathOfHolders({edges, roots}: HeapGraph, node: NodeIndex, {depth, holder, holderSlot}: TellingPaths): RootPath | undefined {
  if (depth[node] === NONE) return undefined;
  const path: number[] = [];
  let root = node;
  for (; root > roots.count; root = holder[root]!) path.push(edgeAt(edges, holder[root]!, holderSlot[root]!));
  return {root, edges: path.reverse()};
}

/** The edge of `owner` at `slot`, which is there. */
function edgeAt({firstEdge, slot}: HeapGraph['edges'], owner: NodeIndex, wanted: number): number {
  return lowerBound(slot, wanted, firstEdge[owner], firstEdge[owner + 1]);
}

function* searchBackwards(graph: HeapGraph, node: NodeIndex, {avoid, referrers}: PathOptions): Generator<RootPath, void> {
  const {first, item} = referrers?.() ?? computeReferrers(graph);
  const notFollowed = new Set(graph.edges.notFollowed);
  const visited = createBitset(nodeCount(graph));
  // Found node k was reached over edge `via` k to found node `next` k.
  const found = new Column(Uint32Array);
  const via = new Column(Uint32Array);
  const next = new Column(Uint32Array);
  found.push(node);
  via.push(NONE);
  next.push(NONE);
  setBit(visited, node);
  for (let position = 0; position < found.length; position++) {
    const end = first[found.data[position]! + 1]!;
    for (let at = first[found.data[position]!]!; at < end; at++) {
      const edge = item[at]!;
      const owner = ownerOfEdge(graph.edges, edge);
      if (getBit(visited, owner) || notFollowed.has(edge) || avoid?.(edge)) continue;
      setBit(visited, owner);
      if (owner <= graph.roots.count) {
        yield {root: owner, edges: [edge, ...edgesOnwards(via.data, next.data, position)]};
        continue;
      }
      found.push(owner);
      via.push(edge);
      next.push(position);
    }
  }
}

function edgesOnwards(via: Uint32Array, next: Uint32Array, from: number): number[] {
  const edges: number[] = [];
  for (let at = from; via[at] !== NONE; at = next[at]!) edges.push(via[at]!);
  return edges;
}
