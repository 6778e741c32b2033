/**
 * Which pointers the program can reach: those of root nodes and of objects that these lead to. The analyses tell that too, on a thread of their
 * own and later; here it is asked of the few pointers that contradict an exact type, and only if there are any.
 */
import {createBitset, getBit, setBit} from '../../base/bitset.js';
import {lowerBound} from '../../base/lower-bound.js';
import {firstObjectNode} from '../../graph/objects.js';
import type {TracedHeap} from './traced-heap.js';

/** O(nodes + edges) once; then O(log nodes) a question. */
export function findLiveEdges(heap: TracedHeap): (edge: number) => boolean {
  const {firstEdge, target, notFollowed} = heap.edges;
  const first = firstObjectNode(heap);
  const live = createBitset(first + heap.objectCount);
  const stack = new Uint32Array(first + heap.objectCount);
  let depth = 0;
  for (let root = 0; root < first; root++) {
    setBit(live, root);
    stack[depth++] = root;
  }
  const skipped = new Set(notFollowed);
  while (depth > 0) {
    const node = stack[--depth]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const object = target[edge]!;
      if (getBit(live, object) || skipped.has(edge)) continue;
      setBit(live, object);
      stack[depth++] = object;
    }
  }
  return (edge) => getBit(live, lowerBound(firstEdge, edge + 1) - 1);
}
