/**
 * How many elements typed objects hold. The numbers stand beside the pointers: a slice's capacity, a string's length, a map's
 * buckets, groups and tables. One pass over the typed owners in address order, so that the dump is read in large chunks.
 *
 * The largest claim counts, clipped to the slot; a pointer into the middle counts the elements before it too. An exactly typed object
 * holds at least as many elements as its size class needs (fewer would have got a smaller slot) and as its last pointer tells.
 * Arrays of small objects with pointers are not counted here: their pointer bits have told (`claim-fit`).
 */
import {getBit} from '../../base/bitset.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Address, NodeIndex, ObjectIndex, TypeIndex} from '../../base/units.js';
import {LONG_LENGTH} from '../../graph/heap-graph.js';
import {firstObjectNode, lengthOf} from '../../graph/objects.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {CHUNK, SequentialReader} from '../../image/sequential-reader.js';
import {previousSlotSize} from '../../runtime/memory/size-classes.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import type {ObjectSlots} from '../evidence/object-slots.js';
import type {TracedHeap} from '../evidence/traced-heap.js';
import type {Propagated} from './object-types.js';

/** Where the number's word is, in bytes from the pointer's address, by claim. */
const NUMBER_AT: Readonly<Record<number, number>> = {
  [CLAIM.directory]: 8,
  [CLAIM.cap]: 16,
  [CLAIM.len]: 8,
  [CLAIM.mask]: 8,
  [CLAIM.ring]: -8,
  [CLAIM.buckets]: -8,
  [CLAIM.oldBuckets]: -16,
};
/** Bytes that are looked at together: most spans are one page of the heap. */
const WINDOW = 8192;
/** From so many buckets on, overflow buckets are made with them and fill the slot (runtime/map.go, makeBucketArray). */
const LOG_WITH_OVERFLOW = 4;
const SAME_SIZE_GROW = 8; // of hmap.flags

export interface CountInput {
  readonly image: MemoryImage;
  readonly heap: TracedHeap;
  readonly shapes: PointerShapes;
  readonly found: Propagated; // its lengths are filled in
  readonly slots: ObjectSlots;
  readonly rootType: Uint32Array;
}

/** Fills `found.length`. */
export async function countElements(input: CountInput, work?: Work): Promise<void> {
  const counter = new ElementCounter(input);
  const {heap, rootType, shapes} = input;
  for (let root = 0; root < heap.roots.count; root++) {
    const type = rootType[root]!;
    if (type === 0 || shapes.counted[type] !== 1 || Number.isNaN(heap.roots.address[root]!)) continue;
    if (heap.roots.size[root]! < shapes.size[type]!) counter.countWithoutNumber(root + 1, type);
    else counter.countNode(root + 1, type, heap.roots.address[root]!, 0, true);
  }
  let sinceCheckpoint = 0;
  for (let span = 0; span < heap.spans.count; span++) {
    counter.countSpan(span);
    sinceCheckpoint += heap.spans.length[span]!;
    if (sinceCheckpoint < 8 * CHUNK) continue;
    sinceCheckpoint = 0;
    work?.onProgress?.('elements', span, heap.spans.count);
    await checkpoint(work);
  }
  counter.completeExact();
}

class ElementCounter {
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #found: Propagated;
  readonly #slots: ObjectSlots;
  readonly #reader: SequentialReader;
  readonly #firstObjectNode: NodeIndex;
  #words: Uint32Array = new Uint32Array(0); // of [#start, #end), as pairs of 32 bits
  #start: Address = 0;
  #end: Address = 0;
  #limit: Address = 0; // end of the span: what lies behind it may not be in the dump
  #nextInterior = 0; // row of `interiorEdge`: nodes are visited in edge order

  constructor(input: CountInput) {
    this.#heap = input.heap;
    this.#shapes = input.shapes;
    this.#found = input.found;
    this.#slots = input.slots;
    this.#reader = new SequentialReader(input.image);
    this.#firstObjectNode = firstObjectNode(input.heap);
  }

  countSpan(span: number): void {
    const {firstObject, slot, spans} = this.#heap;
    if (spans.scan[span] === 0) return;
    const {type, length} = this.#found;
    const {counted} = this.#shapes;
    this.#limit = spans.start[span]! + spans.length[span]!;
    for (let object = firstObject[span]!; object < firstObject[span + 1]!; object++) {
      if (counted[type[object]!] !== 1) continue;
      const address = spans.start[span]! + slot[object]! * spans.slotSize[span]!;
      this.countNode(this.#firstObjectNode + object, type[object]!, address, spans.header[span]! / 8, length[object] === 1);
    }
  }

  /** Reads the numbers beside the node's pointers. `address` is of its slot, `headerWords` before its data; `single`: it holds one value. */
  countNode(node: NodeIndex, type: TypeIndex, address: Address, headerWords: number, single: boolean): void {
    const {firstEdge, slot, target} = this.#heap.edges;
    const shapes = this.#shapes;
    const first = shapes.first[type]!;
    const words = shapes.words[type]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      let word = slot[edge]! - headerWords;
      if (word >= words) {
        if (single) return;
        word %= words;
      }
      const entry = first >= 0 ? first + word : shapes.find(type, word);
      const claim = shapes.claim.data[entry]!;
      if (claim < CLAIM.directory || claim > CLAIM.oldBuckets) continue;
      const object = target[edge]! - this.#firstObjectNode;
      const element = shapes.target.data[entry]!;
      if (this.#found.type[object] === element) this.#raise(edge, object, element, this.#readNumber(address + slot[edge]! * 8, claim));
    }
  }

  /** Of a slice or string only the pointer is left: its elements are at least as many as the size class needs. */
  countWithoutNumber(node: NodeIndex, type: TypeIndex): void {
    const {edges, spans} = this.#heap;
    const entry = this.#shapes.find(type, 0);
    const element = this.#shapes.target.data[entry]!;
    const size = this.#shapes.size[element]!;
    for (let edge = edges.firstEdge[node]!; edge < edges.firstEdge[node + 1]! && size > 0; edge++) {
      const object = edges.target[edge]! - this.#firstObjectNode;
      const slotSize = spans.slotSize[this.#slots.spanOf(object)]!;
      if (this.#found.type[object] === element) this.#raise(edge, object, element, Math.floor(previousSlotSize(slotSize) / size) + 1);
    }
  }

  /** Exactly typed objects: at least what their size class and their last pointer tell; at least one element for all. */
  completeExact(): void {
    const {headerObject, edges, spans} = this.#heap;
    const {length, type, exact} = this.#found;
    const slots = this.#slots;
    for (const object of headerObject) {
      if (!getBit(exact, object)) continue;
      const size = this.#shapes.size[type[object]!]!;
      const span = slots.spanOf(object);
      const node = this.#firstObjectNode + object;
      const header = spans.header[span]!;
      // Data of up to 512 bytes would have got a slot without a header.
      const smallest = Math.max(previousSlotSize(spans.slotSize[span]!) - header, header === 0 ? 0 : 512);
      let least = Math.floor(smallest / size) + 1;
      const last = edges.firstEdge[node + 1]! - 1;
      if (last >= edges.firstEdge[node]!) least = Math.max(least, Math.floor((edges.slot[last]! * 8 - header) / size) + 1);
      this.#atLeast(object, least, Math.floor(slots.spaceOf(object) / size));
    }
    for (let object = 0; object < length.length; object++) if (type[object] !== 0 && length[object] === 0) length[object] = 1;
  }

  /** `number` elements from where the edge points on. */
  #raise(edge: number, object: ObjectIndex, element: TypeIndex, number: number): void {
    const slots = this.#slots;
    const {interiorEdge, interiorOffset} = this.#heap.edges;
    const size = this.#shapes.size[element]!;
    if (this.#shapes.pointerWords[element]! > 0 && slots.hasBits(object)) return;
    while (this.#nextInterior < interiorEdge.length && interiorEdge[this.#nextInterior]! < edge) this.#nextInterior++;
    let before = 0;
    if (interiorEdge[this.#nextInterior] === edge) {
      before = (interiorOffset[this.#nextInterior]! - this.#heap.spans.header[slots.spanOf(object)]!) / size;
      if (before < 0 || !Number.isInteger(before)) return;
    }
    this.#atLeast(object, before + number, Math.floor(slots.spaceOf(object) / size));
  }

  #atLeast(object: ObjectIndex, length: number, limit: number): void {
    const clipped = Math.min(length, limit);
    if (clipped <= lengthOf(this.#found, object)) return;
    if (clipped >= LONG_LENGTH) this.#found.longLength.set(object, clipped);
    this.#found.length[object] = Math.min(clipped, LONG_LENGTH);
  }

  /** Elements behind the pointer at `address`; 0 when the dump lacks the number. */
  #readNumber(address: Address, claim: number): number {
    const wanted = address + NUMBER_AT[claim]!;
    if (wanted < this.#start || wanted + 8 > this.#end) this.#load(wanted);
    const at = (wanted - this.#start) / 4;
    const low = this.#words[at]!;
    if (claim === CLAIM.buckets || claim === CLAIM.oldBuckets) return countBuckets(low, claim === CLAIM.oldBuckets);
    const number = this.#words[at + 1]! * 4294967296 + low;
    return claim === CLAIM.mask ? number + 1 : number;
  }

  #load(address: Address): void {
    const length = Math.max(8, Math.min(WINDOW, this.#limit - address));
    this.#words = this.#reader.words(address, length);
    this.#start = address;
    this.#end = address + length;
  }
}

/** Of the word that has hmap.flags and hmap.B in its lowest bytes. */
function countBuckets(word: number, old: boolean): number {
  const log = ((word >>> 8) & 0xff) - (old && (word & SAME_SIZE_GROW) === 0 ? 1 : 0);
  return log >= LOG_WITH_OVERFLOW ? Number.MAX_SAFE_INTEGER : 2 ** Math.max(0, log);
}
