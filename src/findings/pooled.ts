/**
 * What only the program's sync.Pools keep: objects that one of their structures dominates. The collector drops it by itself, after two cycles
 * in which nobody asked for it. What two pools hold, or a pool and somebody else, is not only the pool's.
 */
import type {ToldHeap} from '../answers/told-heap.js';
import {createBitset, setBit} from '../base/bitset.js';
import {firstObjectNode, nodeCount} from '../graph/objects.js';

/** What hangs on a pool for each processor: its free objects, alone or in chains of rings. */
const STRUCTURE = /^sync\.(?:pool\w+|eface)$/;

/** `pools`: nodes of such structures. Bit per node; the structures themselves are left out. O(what they keep). */
export function computePooled({columns, preorder}: Pick<ToldHeap, 'columns' | 'preorder'>, pools: Uint32Array): Uint8Array {
  const {graph, retainedObjects} = columns;
  const {objects, types} = graph;
  const first = firstObjectNode(graph);
  const pooled = createBitset(nodeCount(graph));
  const isStructure = Uint8Array.from(types.name, (name) => (STRUCTURE.test(name) ? 1 : 0));
  for (const pool of pools) {
    const from = preorder.position[pool]!;
    for (let at = from; at < from + retainedObjects[pool]!; at++) {
      const node = preorder.node[at]!;
      if (isStructure[objects.type[node - first]!] === 0) setBit(pooled, node);
    }
  }
  return pooled;
}
