/**
 * An object → what the allocator and the collector have written down about its slot: the span it lies in, the room for its data, and which of
 * its words are pointers. Sound whatever the program does with its types: claims are held against it (`claim-fit`).
 */
import type {Bytes, NodeIndex, ObjectIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import type {TracedHeap} from './traced-heap.js';

/** The bits of objects up to this size fit into two numbers; in Go 1.22 and newer, larger ones have none. */
export const LARGEST_SMALL: Bytes = 512;
/** Words whose bits are asked for together. */
export const WINDOW = 64;
/** Slots of the allocator that packs several small values into one. */
const TINY_SLOT: Bytes = 16;
const SPAN_STEP = 6;

export class ObjectSlots {
  /** Whether large objects have pointer bits, too. */
  readonly hasLargeBits: boolean;
  readonly #heap: TracedHeap;
  readonly #firstObjectNode: NodeIndex;
  readonly #bits = new Uint32Array(2);
  #lastObject = -1; // questions about one object come together
  #lastSpan = 0;
  readonly #span: Uint32Array; // rows of the spans that hold objects
  readonly #spanOfBlock: Uint32Array; // per 64 objects: index into #span of the first one's

  constructor(heap: TracedHeap) {
    this.#heap = heap;
    this.#firstObjectNode = firstObjectNode(heap);
    this.#span = Uint32Array.from(spansWithObjects(heap));
    this.hasLargeBits = this.#span.some((span) => heap.spans.slotSize[span]! > LARGEST_SMALL && heap.hasPointerBits(span));
    this.#spanOfBlock = new Uint32Array((heap.objectCount >>> SPAN_STEP) + 1);
    for (let i = 0, block = 0; i < this.#span.length; i++) {
      const end = heap.firstObject[this.#span[i]! + 1]!;
      for (; block << SPAN_STEP < end; block++) this.#spanOfBlock[block] = i;
    }
  }

  /** Row of the object's span. O(1): at most 64 spans lie between two entries of the index. */
  spanOf(object: ObjectIndex): number {
    if (object === this.#lastObject) return this.#lastSpan;
    let i = this.#spanOfBlock[object >>> SPAN_STEP]!;
    while (this.#heap.firstObject[this.#span[i]! + 1]! <= object) i++;
    this.#lastObject = object;
    this.#lastSpan = this.#span[i]!;
    return this.#lastSpan;
  }

  /** Bytes for the object's data: its slot without the header. */
  spaceOf(object: ObjectIndex): Bytes {
    const span = this.spanOf(object);
    return this.#heap.spans.slotSize[span]! - this.#heap.spans.header[span]!;
  }

  /** Whether the object may be a block that the allocator shares among several values. */
  isTiny(object: ObjectIndex): boolean {
    const span = this.spanOf(object);
    return this.#heap.spans.slotSize[span] === TINY_SLOT && this.#heap.spans.scan[span] === 0;
  }

  /** Whether the object's first word is a pointer for the collector. */
  startsWithPointer(object: ObjectIndex): boolean {
    const span = this.spanOf(object);
    if (this.#heap.spans.scan[span] === 0) return false;
    if (this.#heap.hasPointerBits(span)) return this.#readBits(object, span, 0) && (this.#bits[0]! & 1) === 1;
    const {firstEdge, slot} = this.#heap.edges;
    const first = firstEdge[this.#firstObjectNode + object]!;
    return first < firstEdge[this.#firstObjectNode + object + 1]! && slot[first] === this.#heap.spans.header[span]! / 8;
  }

  /** Whether the collector knows that this word of the object, counted from its slot's start, is no pointer. */
  isNoPointer(object: ObjectIndex, word: number): boolean {
    const span = this.spanOf(object);
    if (!this.#heap.hasPointerBits(span) || !this.#readBits(object, span, word - (word % WINDOW))) return false;
    return !this.#isSet(word);
  }

  /** Whether nothing says that one of words [from, to) of the object, counted from its slot's start, is a pointer. */
  mayLackPointers(object: ObjectIndex, from: number, to: number): boolean {
    if (this.hasBits(object)) {
      for (let word = from; word < to; word++) if (!this.isNoPointer(object, word)) return false;
      return true;
    }
    const {firstEdge, slot} = this.#heap.edges;
    const node = this.#firstObjectNode + object;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) if (slot[edge]! >= from && slot[edge]! < to) return false;
    return true;
  }

  /** Whether the number of elements of a type with pointers follows from the object's own pointer bits. */
  hasBits(object: ObjectIndex): boolean {
    const span = this.spanOf(object);
    return this.#heap.spans.scan[span] === 1 && this.#heap.hasPointerBits(span);
  }

  #readBits(object: ObjectIndex, span: number, from: number): boolean {
    return this.#heap.pointerBits(object, span, this.#bits, from);
  }

  /** Of a word of the window that was read last. */
  #isSet(word: number): boolean {
    return ((this.#bits[(word >>> 5) & 1]! >>> (word & 31)) & 1) === 1;
  }
}

function* spansWithObjects(heap: TracedHeap): Iterable<number> {
  for (let span = 0; span < heap.spans.count; span++) if (heap.firstObject[span]! < heap.firstObject[span + 1]!) yield span;
}
