/**
 * Can this object be what a pointer claims it is? Decided from the allocator's and the collector's own records: the slot's size, whether
 * its span holds pointers, and the object's pointer bits. The answer is one number, because propagation asks for every pointer:
 *
 * 0 and more (`isWhole`): nothing contradicts – an allocation of one value gets exactly this slot, or the claim is for several values and
 *   their pointer bits tile the object to its last pointer. The number of elements; 0: only the memory that points here tells how many.
 * FIT.partial: the claim is true for the first value, but something larger was allocated: an array, or a struct whose first field this is.
 * FIT.reject: the claim exceeds the slot, has pointers where the allocator knows none (or the other way round), or its pointer words differ
 *   from the object's bits within one value.
 */
import type {Bytes, NodeIndex, ObjectIndex, TypeIndex} from '../../base/units.js';
import {firstObjectNode} from '../../graph/objects.js';
import {slotSizeFor} from '../../runtime/memory/size-classes.js';
import type {TypeFormat} from '../../runtime/types/type-format.js';
import {CLAIM} from '../catalog/claim.js';
import type {PointerShapes} from '../catalog/pointer-shape.js';
import {LARGEST_SMALL, type ObjectSlots, WINDOW} from './object-slots.js';
import type {TracedHeap} from './traced-heap.js';

export const FIT = {reject: -2, partial: -1} as const;

/** What the collector knows of a span's objects: no pointers, pointers, and which words these are. */
const POINTERS = {none: 0, some: 1, bits: 2} as const;
/** Numbers a span: slot size, header, POINTERS. */
const RECORD = 4;

export function isWhole(fit: number): boolean {
  return fit >= 0;
}
/** Elements of the claimed type that an object holds whose fit is not `reject`; 0: not known yet. */
export function elementsOf(fit: number): number {
  return fit === FIT.partial ? 1 : fit;
}

export class ClaimFit {
  readonly #heap: TracedHeap;
  readonly #shapes: PointerShapes;
  readonly #slots: ObjectSlots;
  readonly #firstObjectNode: NodeIndex;
  readonly #headers: boolean; // the allocator puts the type in front of larger objects
  readonly #slotSizes: Uint32Array | undefined;
  readonly #mixedSpans: boolean;
  readonly #bits = new Uint32Array(2);
  readonly #span: Float64Array; // RECORD numbers each
  #tiles = new Int32Array(0); // two numbers a type; 0 and 0 = not looked at

  /** `allocator`: the newest one where nothing is said. */
  constructor(heap: TracedHeap, shapes: PointerShapes, slots: ObjectSlots, allocator?: Pick<TypeFormat, 'slotSizes' | 'mixedSpans'>) {
    this.#slotSizes = allocator?.slotSizes;
    this.#mixedSpans = allocator?.mixedSpans === true;
    this.#heap = heap;
    this.#shapes = shapes;
    this.#slots = slots;
    this.#firstObjectNode = firstObjectNode(heap);
    this.#headers = heap.spans.header.some((bytes) => bytes > 0);
    this.#span = packSpans(heap);
  }

  /** For a pointer to the start of the object's data; `many`: it points to several values. */
  fit(object: ObjectIndex, type: TypeIndex, many: boolean): number {
    const span = this.#slots.spanOf(object);
    const record = span * RECORD;
    const slotSize = this.#span[record]!;
    const header = this.#span[record + 1]!;
    const pointers = this.#span[record + 2]!;
    const size = this.#shapes.size[type]!;
    const hasPointers = this.#shapes.pointerWords[type]! > 0;
    if (size === 0 || size > slotSize - header) return FIT.reject;
    if (hasPointers && pointers === POINTERS.none) return this.#shapes.hidesPointers[type] === 0 ? FIT.reject : many ? 0 : 1;
    if (hasPointers !== (pointers !== POINTERS.none)) {
      if (!this.#mixedSpans || hasPointers || pointers !== POINTERS.bits || !this.#lacksBits(object, span, slotSize)) return FIT.reject;
      return many ? 0 : this.#fitSlot(size, false, slotSize);
    }
    if (pointers === POINTERS.bits) {
      if (slotSize > LARGEST_SMALL) return this.#fitManyBits(object, span, type, many);
      if (this.#heap.pointerBits(object, span, this.#bits)) return this.#fitBits(type, size, slotSize, many);
    } else if (hasPointers && !this.#fitEdges(object, type, header / 8)) return FIT.reject;
    return many ? 0 : this.#fitSlot(size, hasPointers, slotSize);
  }

  /** As `fit`, for a pointer to `offset` bytes into the data: whole when values of the type tile the object from its start, else reject. */
  fitInterior(object: ObjectIndex, type: TypeIndex, offset: Bytes): number {
    const size = this.#shapes.size[type]!;
    if (size === 0 || offset < 0 || offset % size !== 0 || this.#slots.isTiny(object)) return FIT.reject;
    if (offset + size > this.#slots.spaceOf(object)) return FIT.reject;
    const fit = this.fit(object, type, true);
    return isWhole(fit) ? fit : FIT.reject;
  }

  /** Whether the object, which has pointers, can begin with a value of the type, which has none. */
  beginsWithout(object: ObjectIndex, type: TypeIndex): boolean {
    const size = this.#shapes.size[type]!;
    if (this.#shapes.pointerWords[type]! > 0 || size === 0 || size > this.#slots.spaceOf(object)) return false;
    const span = this.#slots.spanOf(object);
    const first = this.#heap.spans.header[span]! / 8;
    return this.#heap.spans.scan[span] === 1 && this.#slots.mayLackPointers(object, first, first + Math.ceil(size / 8));
  }

  /** Whether objects of the type have pointer bits of their own. */
  isWithBits(type: TypeIndex): boolean {
    return this.#slots.hasLargeBits || this.#shapes.size[type]! <= LARGEST_SMALL;
  }

  /** Equal for types that no object tells apart by its slot and its pointer bits; large ones are not compared. */
  layoutKey(type: TypeIndex): string {
    const tile = this.#tileOf(type);
    return `${this.#shapes.size[type]} ${this.#tiles[tile]} ${this.#tiles[tile + 1]} ${this.#shapes.size[type]! <= LARGEST_SMALL ? '' : type}`;
  }

  /** The object has no pointers, in a span in which others have some. */
  #lacksBits(object: ObjectIndex, span: number, slotSize: Bytes): boolean {
    for (let word = 0; word < slotSize / 8; word += WINDOW) {
      if (!this.#heap.pointerBits(object, span, this.#bits, word) || (this.#bits[0]! | this.#bits[1]!) !== 0) return false;
    }
    return true;
  }

  /** One value in a slot: whole when the allocator would choose this slot for it. */
  #fitSlot(size: Bytes, hasPointers: boolean, slotSize: Bytes): number {
    return slotSizeFor(size, hasPointers, this.#headers, this.#slotSizes) === slotSize ? 1 : FIT.partial;
  }

  #fitBits(type: TypeIndex, size: Bytes, slotSize: Bytes, many: boolean): number {
    const low = this.#bits[0]!;
    const high = this.#bits[1]!;
    if ((low | high) === 0) return FIT.reject;
    const words = size / 8;
    const tile = this.#tileOf(type);
    const tileLow = this.#tiles[tile]!;
    const tileHigh = this.#tiles[tile + 1]!;
    if (((low ^ tileLow) & lowMask(words)) !== 0 || ((high ^ tileHigh) & highMask(words)) !== 0) return FIT.reject;
    const last = high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(low);
    const length = Math.floor(last / words) + 1;
    const end = length * words;
    const tiled = ((low ^ (tileLow & lowMask(end))) | (high ^ (tileHigh & highMask(end)))) === 0;
    if (!tiled || end * 8 > slotSize) return FIT.partial;
    return many ? length : this.#fitSlot(size, true, slotSize);
  }

  /** `#fitBits` for bits that do not fit into two numbers. */
  #fitManyBits(object: ObjectIndex, span: number, type: TypeIndex, many: boolean): number {
    const slotSize = this.#heap.spans.slotSize[span]!;
    const words = this.#shapes.words[type]!;
    let agreed = Number.POSITIVE_INFINITY; // words before the first that is a pointer only here or only in the type
    let last = -1;
    for (let word = 0; word < slotSize / 8; word++) {
      if (word % WINDOW === 0 && !this.#heap.pointerBits(object, span, this.#bits, word)) return FIT.reject;
      const isPointer = ((this.#bits[(word >>> 5) & 1]! >>> (word & 31)) & 1) === 1;
      if (isPointer) last = word;
      if (word < agreed && isPointer !== this.#isPointerOf(type, word % words)) {
        if (word < words) return FIT.reject;
        agreed = word;
      }
    }
    const length = Math.floor(last / words) + 1;
    if (last < 0) return FIT.reject;
    if (agreed < length * words || length * words * 8 > slotSize) return FIT.partial;
    return many ? length : this.#fitSlot(words * 8, true, slotSize);
  }

  /** Whether every edge of an object without bits lies on a pointer word of the type, repeated to the object's end. */
  #fitEdges(object: ObjectIndex, type: TypeIndex, headerWords: number): boolean {
    const {firstEdge, slot} = this.#heap.edges;
    const node = this.#firstObjectNode + object;
    const words = this.#shapes.words[type]!;
    if (words === 1) return true; // which is a pointer, as its caller knows
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (!this.#isPointerOf(type, (slot[edge]! - headerWords) % words)) return false;
    }
    return true;
  }

  #isPointerOf(type: TypeIndex, word: number): boolean {
    const entry = this.#shapes.find(type, word); // first: it may make the columns anew
    return this.#shapes.claim.data[entry] !== CLAIM.none;
  }

  /** Where in #tiles the pointer words of values of the type are that follow each other, as far as 64 words: two numbers of 32. */
  #tileOf(type: TypeIndex): number {
    const at = type * 2;
    if (at >= this.#tiles.length) this.#growTiles(at);
    if ((this.#tiles[at]! | this.#tiles[at + 1]!) === 0) {
      const words = this.#shapes.words[type]!;
      for (let word = 0; word < 64; word++) {
        if (this.#isPointerOf(type, word % words)) this.#tiles[at + (word >>> 5)]! |= 1 << (word & 31);
      }
    }
    return at;
  }

  #growTiles(at: number): void {
    const larger = new Int32Array(Math.max(1024, at * 2));
    larger.set(this.#tiles);
    this.#tiles = larger;
  }
}

/** What `fit` asks about a span, in one place: objects of claims lie anywhere. */
function packSpans(heap: TracedHeap): Float64Array {
  const {spans} = heap;
  const packed = new Float64Array(spans.count * RECORD);
  for (let span = 0; span < spans.count; span++) {
    packed[span * RECORD] = spans.slotSize[span]!;
    packed[span * RECORD + 1] = spans.header[span]!;
    packed[span * RECORD + 2] = spans.scan[span] === 0 ? POINTERS.none : heap.hasPointerBits(span) ? POINTERS.bits : POINTERS.some;
  }
  return packed;
}

function lowMask(words: number): number {
  return words >= 32 ? -1 : (1 << words) - 1;
}
function highMask(words: number): number {
  return words >= 64 ? -1 : words <= 32 ? 0 : (1 << (words - 32)) - 1;
}
