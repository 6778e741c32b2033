/**
 * Types that reflect made while the program ran (StructOf, SliceOf, MapOf, FuncOf, …) lie in the heap, where no module lists them. The first word of
 * an interface value leads there. That word is no pointer for the collector, so the tracer does not see it: it is read where a type says that
 * an interface lies, and what it leads to must be a sound type. Such types are named by their parts; the names of fields are in the heap as well.
 * Truth: reflect/type.go, map.go, internal/abi/type.go, Go 1.17 – 1.27.
 */
import {isGoheapError} from '../../base/errors.js';
import {lowerBound} from '../../base/lower-bound.js';
import type {Address, NodeIndex, TypeIndex} from '../../base/units.js';
import {firstObjectNode, spanAt} from '../../graph/objects.js';
import {KIND} from '../../runtime/types/kinds.js';
import {readRuntimeType} from '../catalog/read-runtime-type.js';
import type {TypeSource} from '../catalog/type-source.js';
import type {TypeStore} from '../catalog/type-store.js';
import type {ObjectSlots} from './object-slots.js';
import type {TracedHeap} from './traced-heap.js';

export class ReflectedTypes {
  readonly #source: TypeSource;
  readonly #heap: TracedHeap;
  readonly #slots: ObjectSlots;
  readonly #store: TypeStore;
  readonly #firstObjectNode: NodeIndex;
  readonly #known = new Map<Address, TypeIndex>(); // 0: no type lies there

  constructor(source: TypeSource, heap: TracedHeap, slots: ObjectSlots, store: TypeStore) {
    this.#source = source;
    this.#heap = heap;
    this.#slots = slots;
    this.#store = store;
    this.#firstObjectNode = firstObjectNode(heap);
  }

  /** The type that the word before an edge's word leads to, which is the first of an interface value; 0 when none lies in the heap there. */
  typeBefore(edge: number): TypeIndex {
    const {image} = this.#source;
    const word = this.#addressOf(edge) - 8;
    if (!image.isMapped(word, 8)) return 0; // NaN, too: what lies in registers
    const address = image.word(word);
    let type = this.#known.get(address);
    if (type === undefined) {
      type = this.#isType(address) ? this.#store.rowOfAddress(address) : 0;
      this.#known.set(address, type);
    }
    return type;
  }

  #isType(address: Address): boolean {
    if (address % 8 !== 0 || spanAt(this.#heap.spans, address) === undefined) return false;
    try {
      const {kind} = readRuntimeType(this.#source, address, {rowOfAddress: () => 0, rowOfDie: () => 0});
      return kind !== KIND.unknown;
    } catch (error) {
      if (!isGoheapError(error)) throw error;
      return false;
    }
  }

  /** Of the pointer's own word. */
  #addressOf(edge: number): Address {
    const {edges, spans, slot, roots} = this.#heap;
    const node = lowerBound(edges.firstEdge, edge + 1) - 1;
    const offset = edges.slot[edge]! * 8;
    if (node < this.#firstObjectNode) return roots.address[node - 1]! + offset;
    const object = node - this.#firstObjectNode;
    const span = this.#slots.spanOf(object);
    return spans.start[span]! + slot[object]! * spans.slotSize[span]! + offset;
  }
}
