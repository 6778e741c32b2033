/**
 * Root nodes → the types of the variables that they are: those that were known before (static data), else from DWARF where it describes
 * them, else what the runtime says: the type of a channel's elements for what is on its way there, and the names of its own variables' types.
 * What nothing tells stays 0.
 */
import type {TypeStore} from '../catalog/type-store.js';
import type {TracedHeap} from '../evidence/traced-heap.js';

/** Per root: TypeIndex; 0 = unknown. */
export function findRootTypes(heap: TracedHeap, store: TypeStore): Uint32Array {
  return Uint32Array.from(heap.rootTypeDie, (die, root) => {
    const known = heap.roots.type[root]!;
    if (known !== 0) return known;
    if (!Number.isNaN(die)) return store.rowOfDie(die);
    const address = heap.rootTypeAddress.get(root);
    return address === undefined ? store.rowOfName(heap.rootTypeName.get(root) ?? '') : store.rowOfLikelyType(address);
  });
}
