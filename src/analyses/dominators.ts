/**
 * Graph → immediate dominators, by the semi-NCA algorithm (L. Georgiadis, "Linear-Time Algorithms for Dominators and Related
 * Problems", Princeton 2005, chapter 2): semidominators as Lengauer and Tarjan compute them with simple path compression, then
 * each node's dominator as the nearest common ancestor of its tree parent and its semidominator. Worst case O(edges × log nodes)
 * for the first half; the second may be quadratic on contrived graphs and is linear on heaps.
 *
 * Index convention: as in depth-first.ts, everything inside is a preorder number; only the results are in nodes.
 * Scratch memory: six columns of 4 bytes a node, and until there are semidominators 8 bytes for each edge that depth-first.ts calls late.
 */
import {freeColumn} from '../base/free-column.js';
import type {Work} from '../base/progress.js';
import {NONE} from '../base/units.js';
import type {GraphStructure} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import {searchDepthFirst} from './depth-first.js';
import {createScratch, type Scratch} from './scratch.js';
import {inSlices} from './slices.js';

export interface Dominators {
  readonly dominator: Uint32Array; // per node: NodeIndex; NONE for the program and where unreachable
  readonly order: Uint32Array; // the reachable nodes in an order in which dominators come before what they dominate; only [0, count) counts
  readonly count: number; // reachable nodes, root nodes and the program included
}

interface Forest {
  readonly parent: Uint32Array; // the tree; becomes the dominators
  readonly semi: Uint32Array; // semidominator
  readonly label: Uint32Array; // of linked numbers: the smallest semidominator on the compressed path; before that, `lastLate`
  readonly ancestor: Uint32Array; // of linked numbers: up the forest
  readonly path: Uint32Array; // stack of `evaluate`
  readonly late: Uint32Array;
}

/** `dominator` and `order` come from `scratch`; give `order` back when it has served. */
export async function computeDominators(
  graph: GraphStructure,
  scratch: Scratch = createScratch(nodeCount(graph)),
  work?: Work,
): Promise<Dominators> {
  const tree = await searchDepthFirst(graph, scratch, work);
  const {count, order, parent} = tree;
  const forest: Forest = {parent, semi: tree.lowest, label: tree.lastLate, ancestor: tree.number, path: scratch.take(), late: tree.late};
  await inSlices('semidominators', count, work, (from, to) => computeSemidominators(forest, count - to, count - from));
  freeColumn(tree.late);
  await inSlices('dominators', count, work, (from, to) => computeCommonAncestors(forest, from, to));
  const dominator = forest.ancestor.fill(NONE);
  await inSlices('dominators', count, work, (from, to) => {
    for (let number = Math.max(from, 1); number < to; number++) dominator[order[number]!] = order[parent[number]!]!;
  });
  for (const column of [parent, forest.semi, forest.label, forest.path]) scratch.give(column);
  return {dominator, order, count};
}

/** Semidominators of [from, to), from the last to the first; what is behind `to` is linked already. */
function computeSemidominators(forest: Forest, from: number, to: number): void {
  const {parent, semi, label, ancestor, late} = forest;
  for (let number = to - 1; number >= from; number--) {
    let smallest = semi[number]!;
    for (let edge = label[number]!; edge !== NONE; edge = late[2 * edge + 1]!) {
      const found = evaluate(forest, late[2 * edge]!, number);
      if (found < smallest) smallest = found;
    }
    semi[number] = smallest;
    label[number] = smallest;
    ancestor[number] = parent[number]!;
  }
}

/** The smallest semidominator on the forest path from `number` up to, but without, its root; roots are numbers up to `linked`. */
function evaluate(forest: Forest, number: number, linked: number): number {
  const {label, ancestor, path} = forest;
  let depth = 0;
  let top = number;
  for (let up = ancestor[top]!; up > linked; up = ancestor[top]!) {
    path[depth++] = top;
    top = up;
  }
  let smallest = label[top]!;
  const root = ancestor[top]!;
  while (depth > 0) {
    const below = path[--depth]!;
    if (label[below]! < smallest) smallest = label[below]!;
    else label[below] = smallest;
    ancestor[below] = root;
  }
  return smallest;
}

/** Replaces tree parents by dominators, in preorder: those of smaller numbers are done. */
function computeCommonAncestors({parent, semi}: Forest, from: number, to: number): void {
  for (let number = Math.max(from, 1); number < to; number++) {
    const limit = semi[number]!;
    let dominator = parent[number]!;
    while (dominator > limit) dominator = parent[dominator]!;
    parent[number] = dominator;
  }
}
