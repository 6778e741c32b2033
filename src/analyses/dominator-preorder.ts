/**
 * Dominators → the reachable objects in an order in which everything that an object dominates follows it directly: one loop over a stretch of
 * it sees a whole subtree. An object's subtree is [position, position + retainedObjects), and so is that of a root node and the program.
 *
 * No tree is built: a node takes the next free place below its dominator, which takes its own place first. 8 bytes a node of results, and
 * scratch memory for the longest chain of dominators.
 */
import {Column} from '../base/columns.js';
import {NONE} from '../base/units.js';
import {type HeapGraph, PROGRAM} from '../graph/heap-graph.js';
import {nodeCount} from '../graph/objects.js';
import type {AnalysisColumns} from './analysis-columns.js';

export interface DominatorPreorder {
  readonly node: Uint32Array; // by position: NodeIndex
  readonly position: Uint32Array; // per node: where its subtree begins; NONE when unreachable
}

/** O(nodes). */
export function computeDominatorPreorder({
  graph,
  dominator,
  retainedObjects,
}: Pick<AnalysisColumns, 'graph' | 'dominator' | 'retainedObjects'>): DominatorPreorder {
  const next = new Uint32Array(nodeCount(graph)).fill(NONE); // per node: the free place below it; in the end the end of its subtree
  next[PROGRAM] = 0;
  for (let root = 1; root <= graph.roots.count; root++) placeRoot(graph, next, retainedObjects, root);
  const node = new Uint32Array(retainedObjects[PROGRAM]!);
  const waiting = new Column(Uint32Array);
  for (let object = graph.roots.count + 1; object < next.length; object++) {
    if (dominator[object] === NONE) continue;
    for (let above = object; next[above] === NONE; above = dominator[above]!) waiting.push(above);
    while (waiting.length > 0) {
      const below = waiting.data[--waiting.length]!;
      const position = next[dominator[below]!]!;
      next[dominator[below]!] = position + retainedObjects[below]!;
      next[below] = position + 1;
      node[position] = below;
    }
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
