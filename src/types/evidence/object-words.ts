/**
 * The words of objects' data, one at a time: for the few objects whose types must be told from what they hold.
 */

import {indexOfSorted, lowerBound} from '../../base/lower-bound.js';
import type {Address, NodeIndex, ObjectIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import type {MemoryImage} from '../../image/memory-image.js';
import type {ObjectSlots} from './object-slots.js';
import type {TracedHeap} from './traced-heap.js';

export class ObjectWords {
  readonly #image: MemoryImage;
  readonly #heap: TracedHeap;
  readonly #slots: ObjectSlots;
  readonly #firstObjectNode: NodeIndex;

  constructor(image: MemoryImage, heap: TracedHeap, slots: ObjectSlots) {
    this.#image = image;
    this.#heap = heap;
    this.#slots = slots;
    this.#firstObjectNode = firstObjectNode(heap);
  }

  /** Address of the object's data. */
  addressOf(object: ObjectIndex): Address {
    const {spans, slot} = this.#heap;
    const span = this.#slots.spanOf(object);
    return spans.start[span]! + slot[object]! * spans.slotSize[span]! + spans.header[span]!;
  }

  /** The word at `offset` of the data; NaN when the dump lacks it. */
  wordAt(object: ObjectIndex, offset: number): number {
    const address = this.addressOf(object) + offset;
    return this.#image.isMapped(address, 8) ? this.#image.word(address) : Number.NaN;
  }

  /** The byte at `offset` of the data; NaN when the dump lacks it. */
  byteAt(object: ObjectIndex, offset: number): number {
    const address = this.addressOf(object) + offset;
    return this.#image.isMapped(address, 1) ? this.#image.u8(address) : Number.NaN;
  }

  /** The edge of the word at `offset` of the data; −1 when it leads to no object. */
  edgeAt(object: ObjectIndex, offset: number): number {
    const {firstEdge, slot} = this.#heap.edges;
    const wanted = (offset + this.#heap.spans.header[this.#slots.spanOf(object)]!) / 8;
    const node = this.#firstObjectNode + object;
    return indexOfSorted(slot, wanted, firstEdge[node], firstEdge[node + 1]); // an object's edges are in the order of its words
  }

  /** Offsets in the data of what seem to be interface values, whose first word is a type or an itab and whose second leads to an object. */
  interfacesOf(object: ObjectIndex): number[] {
    const {edges, interfaceEdge, spans} = this.#heap;
    const node = this.#firstObjectNode + object;
    const end = edges.firstEdge[node + 1]!;
    const offsets: number[] = [];
    for (let at = lowerBound(interfaceEdge, edges.firstEdge[node]!); interfaceEdge[at]! < end; at++) {
      offsets.push(edges.slot[interfaceEdge[at]!]! * 8 - spans.header[this.#slots.spanOf(object)]! - 8);
    }
    return offsets;
  }

  /** How many words of the object lead to objects. */
  pointersOf(object: ObjectIndex): number {
    const node = this.#firstObjectNode + object;
    return this.#heap.edges.firstEdge[node + 1]! - this.#heap.edges.firstEdge[node]!;
  }

  /** The object that the word at `offset` of the data leads to. */
  targetAt(object: ObjectIndex, offset: number): ObjectIndex | undefined {
    const edge = this.edgeAt(object, offset);
    return edge < 0 ? undefined : this.#heap.edges.target[edge]! - this.#firstObjectNode;
  }
}
