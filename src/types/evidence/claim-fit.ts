/**
 * Can this object be what a pointer claims it is? Decided from the allocator's and the collector's own records: the slot's size, whether
 * its span holds pointers, and the object's pointer bits.
 *
 * whole: nothing contradicts – an allocation of one value gets exactly this slot, or the claim is for several values and their
 *   pointer bits tile the object to its last pointer.
 * partial: the claim is true for the first bytes, but something larger was allocated: an array, or a struct whose first field this is.
 * reject: the claim exceeds the slot, has pointers where the allocator knows none (or the other way round), or its pointer words differ
 *   from the object's bits within one value.
 */
import type {ObjectIndex, TypeIndex} from '../../base/units.js';
import {slotSizeFor} from '../../runtime/memory/size-classes.js';
import type {TracedHeap} from '../assign-input.js';
import {CLAIM, type PointerShapes} from '../catalog/pointer-shape.js';

export const FIT = {reject: 0, partial: 1, whole: 2} as const;

/** The bits of objects up to this size fit into two numbers; in Go 1.22 and newer, larger ones have none. */
const LARGEST_SMALL = 512;
const WINDOW = 64; // words whose bits are asked for together
/** Slots of the allocator that packs several small values into one. */
const TINY_SLOT = 16;
const SPAN_STEP = 6;

export class ClaimFit {
  /** Elements that the last `fit` or `fitInterior` found: 1 for a single value, 0 when only the memory that points here tells. */
  length = 0;
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #firstObjectNode: number;
  readonly #headers: boolean; // the allocator puts the type in front of larger objects
  readonly #largeBits: boolean;
  readonly #bits = new Uint32Array(2);
  readonly #tiles = new Map<TypeIndex, {low: number; high: number}>();
  #lastObject = -1; // questions about one object come together
  #lastSpan = 0;
  readonly #span: Uint32Array; // rows of the spans that hold objects
  readonly #spanOfBlock: Uint32Array; // per 64 objects: index into #span of the first one's

  constructor(heap: TracedHeap, shapes: PointerShapes) {
    this.#heap = heap;
    this.#shapes = shapes;
    this.#firstObjectNode = 1 + heap.roots.count;
    this.#headers = heap.spans.header.some((bytes) => bytes > 0);
    this.#span = Uint32Array.from(spansWithObjects(heap));
    this.#largeBits = this.#span.some((span) => heap.spans.slotSize[span]! > LARGEST_SMALL && heap.hasPointerBits(span));
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
  spaceOf(object: ObjectIndex): number {
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

  /** Whether objects of the type have pointer bits of their own. */
  isWithBits(type: TypeIndex): boolean {
    return this.#largeBits || this.#shapes.size[type]! <= LARGEST_SMALL;
  }

  /** Equal for types that no object tells apart by its slot and its pointer bits; large ones are not compared. */
  layoutKey(type: TypeIndex): string {
    const {low, high} = this.#tileOf(type);
    return `${this.#shapes.size[type]} ${low} ${high} ${this.#shapes.size[type]! <= LARGEST_SMALL ? '' : type}`;
  }

  /** Equal for objects of one slot size and one set of pointer bits; undefined where there are no bits. */
  signatureOf(object: ObjectIndex): string | undefined {
    const span = this.spanOf(object);
    const slotSize = this.#heap.spans.slotSize[span]!;
    if (!this.hasBits(object)) return undefined;
    const parts = [slotSize];
    for (let word = 0; word < slotSize / 8; word += WINDOW) {
      if (!this.#readBits(object, span, word)) return undefined;
      parts.push(this.#bits[0]!, this.#bits[1]!);
    }
    return parts.join(' ');
  }

  /** FIT for a pointer to the start of the object's data; `many`: it points to several values. */
  fit(object: ObjectIndex, type: TypeIndex, many: boolean): number {
    const span = this.spanOf(object);
    const {slotSize, header, scan} = this.#heap.spans;
    const size = this.#shapes.size[type]!;
    const hasPointers = this.#shapes.pointerWords[type]! > 0;
    this.length = many ? 0 : 1;
    if (size === 0 || size > slotSize[span]! - header[span]!) return FIT.reject;
    if (hasPointers && scan[span] === 0) return this.#shapes.hidesPointers[type] === 1 ? FIT.whole : FIT.reject;
    if (hasPointers !== (scan[span] === 1)) return FIT.reject;
    if (hasPointers && this.#heap.hasPointerBits(span)) {
      if (slotSize[span]! > LARGEST_SMALL) return this.#fitManyBits(object, span, type, many);
      if (this.#readBits(object, span, 0)) return this.#fitBits(type, size, slotSize[span]!, many);
    } else if (hasPointers && !this.#fitEdges(object, type, header[span]! / 8)) return FIT.reject;
    return many || slotSizeFor(size, hasPointers, this.#headers) === slotSize[span] ? FIT.whole : FIT.partial;
  }

  /** Whether the object, which has pointers, can begin with a value of the type, which has none. */
  beginsWithout(object: ObjectIndex, type: TypeIndex): boolean {
    const size = this.#shapes.size[type]!;
    if (this.#shapes.pointerWords[type]! > 0 || size === 0 || size > this.spaceOf(object)) return false;
    const span = this.spanOf(object);
    const first = this.#heap.spans.header[span]! / 8;
    return this.#heap.spans.scan[span] === 1 && this.mayLackPointers(object, first, first + Math.ceil(size / 8));
  }

  /** FIT for a pointer to `offset` bytes into the data: whole when values of the type tile the object from its start, else reject. */
  fitInterior(object: ObjectIndex, type: TypeIndex, offset: number): number {
    const size = this.#shapes.size[type]!;
    if (size === 0 || offset < 0 || offset % size !== 0 || this.isTiny(object)) return FIT.reject;
    if (offset + size > this.spaceOf(object)) return FIT.reject;
    return this.fit(object, type, true) === FIT.whole ? FIT.whole : FIT.reject;
  }

  #readBits(object: ObjectIndex, span: number, from: number): boolean {
    return this.#heap.pointerBits(object, span, this.#bits, from);
  }

  /** Of a word of the window that was read last. */
  #isSet(word: number): boolean {
    return ((this.#bits[(word >>> 5) & 1]! >>> (word & 31)) & 1) === 1;
  }

  #fitBits(type: TypeIndex, size: number, slotSize: number, many: boolean): number {
    const low = this.#bits[0]!;
    const high = this.#bits[1]!;
    if ((low | high) === 0) return FIT.reject;
    const words = size / 8;
    const tile = this.#tileOf(type);
    if (((low ^ tile.low) & lowMask(words)) !== 0 || ((high ^ tile.high) & highMask(words)) !== 0) return FIT.reject;
    const last = high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(low);
    const length = Math.floor(last / words) + 1;
    const end = length * words;
    const tiled = ((low ^ (tile.low & lowMask(end))) | (high ^ (tile.high & highMask(end)))) === 0;
    if (!tiled || end * 8 > slotSize) {
      this.length = 1;
      return FIT.partial;
    }
    if (many) this.length = length;
    return many || slotSizeFor(size, true, this.#headers) === slotSize ? FIT.whole : FIT.partial;
  }

  /** `#fitBits` for bits that do not fit into two numbers. */
  #fitManyBits(object: ObjectIndex, span: number, type: TypeIndex, many: boolean): number {
    const slotSize = this.#heap.spans.slotSize[span]!;
    const words = this.#shapes.words[type]!;
    let agreed = Number.POSITIVE_INFINITY; // words before the first that is a pointer only here or only in the type
    let last = -1;
    for (let word = 0; word < slotSize / 8; word++) {
      if (word % WINDOW === 0 && !this.#readBits(object, span, word)) return FIT.reject;
      const isPointer = this.#isSet(word);
      if (isPointer) last = word;
      if (word < agreed && isPointer !== this.#isPointerOf(type, word % words)) {
        if (word < words) return FIT.reject;
        agreed = word;
      }
    }
    const length = Math.floor(last / words) + 1;
    if (last < 0 || agreed < length * words || length * words * 8 > slotSize) {
      this.length = 1;
      return last < 0 ? FIT.reject : FIT.partial;
    }
    if (many) this.length = length;
    return many || slotSizeFor(words * 8, true, this.#headers) === slotSize ? FIT.whole : FIT.partial;
  }

  /** Whether every edge of an object without bits lies on a pointer word of the type, repeated to the object's end. */
  #fitEdges(object: ObjectIndex, type: TypeIndex, headerWords: number): boolean {
    const {firstEdge, slot} = this.#heap.edges;
    const node = this.#firstObjectNode + object;
    const words = this.#shapes.words[type]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (!this.#isPointerOf(type, (slot[edge]! - headerWords) % words)) return false;
    }
    return true;
  }

  #isPointerOf(type: TypeIndex, word: number): boolean {
    return this.#shapes.claim.data[this.#shapes.find(type, word)] !== CLAIM.none;
  }

  /** The pointer words of values of the type that follow each other, as far as 64 words. */
  #tileOf(type: TypeIndex): {low: number; high: number} {
    let tile = this.#tiles.get(type);
    if (!tile) {
      tile = {low: 0, high: 0};
      const words = this.#shapes.words[type]!;
      for (let word = 0; word < 64; word++) {
        if (!this.#isPointerOf(type, word % words)) continue;
        if (word < 32) tile.low |= 1 << word;
        else tile.high |= 1 << (word - 32);
      }
      this.#tiles.set(type, tile);
    }
    return tile;
  }
}

function* spansWithObjects(heap: TracedHeap): Iterable<number> {
  for (let span = 0; span < heap.spans.count; span++) if (heap.firstObject[span]! < heap.firstObject[span + 1]!) yield span;
}

function lowMask(words: number): number {
  return words >= 32 ? -1 : (1 << words) - 1;
}
function highMask(words: number): number {
  return words >= 64 ? -1 : words <= 32 ? 0 : (1 << (words - 32)) - 1;
}
