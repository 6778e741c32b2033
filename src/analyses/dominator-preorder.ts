/**
 * Dominators → the reachable objects in an order in which everything that an object dominates follows it directly: one loop over a stretch of
 * it sees a whole subtree. An object's subtree is [position, position + retainedObjects), and so is that of a root node and the program.
 *
 * No tree is built. The order of any path search lists dominators before what they dominate – they lie on every path –, so one walk
 * in that order gives each object the next free place below its dominator. 8 bytes a node of results.
 */
import {NONE} from '../base/units.js';
import {type HeapGraph, PROGRAM} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';
import {createScratch, type Scratch} from './scratch.js';
import type {TellingPaths} from './telling-paths.js';

export interface DominatorPreorder {
  readonly node: Uint32Array; // by position: NodeIndex
  readonly position: Uint32Array; // per node: where its subtree begins; NONE when unreachable
}

/** O(nodes). */
export function computeDominatorPreorder(
  {graph, dominator, retainedObjects}: Pick<AnalysisColumns, 'graph' | 'dominator' | 'retainedObjects'>,
  {order, count}: Pick<TellingPaths, 'order' | 'count'>,
  scratch: Scratch = createScratch(nodeCount(graph)),
): DominatorPreorder {
  const next = scratch.take().fill(NONE); // per node: the free place below it; in the end the end of its subtree
  next[PROGRAM] = 0;
  for (let root = 1; root <= graph.roots.count; root++) placeRoot(graph, next, retainedObjects, root);
  const node = new Uint32Array(retainedObjects[PROGRAM]!);
  for (let index = 0; index < count; index++) {
    const object = order[index]!;
    if (object <= graph.roots.count) continue;
    const position = next[dominator[object]!]!;
    next[dominator[object]!] = position + retainedObjects[object]!;
    next[object] = position + 1;
    node[position] = object;
  }
  for (let any = 0; any < next.length; any++) if (next[any] !== NONE) next[any]! -= retainedObjects[any]!;
  return {node, position: next};
}

/** Root nodes may stand before the root node that they belong to. */
function placeRoot({roots}: HeapGraph, next: Uint32Array, retainedObjects: Uint32Array, root: number): void {
  const waiting: number[] = [];
  for (let node = root; next[node] === NONE; node = roots.parent[node - 1]!) waiting.push(node);
  for (const node of waiting.reverse()) {
    const parent = roots.parent[node - 1]!;
    next[node] = next[parent]!;
    next[parent]! += retainedObjects[node]!;
  }
}
