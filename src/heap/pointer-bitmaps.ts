/**
 * The collector's pointer bits of objects – of small ones, before Go 1.22 of all –, kept from the pass over the heap: a sixty-fourth of those
 * spans' bytes, against which type claims are checked in any order without reading the dump again.
 */
import {Column} from '../base/columns.js';
import {NONE, type ObjectIndex} from '../base/units.js';
import type {ObjectIndexTable} from './find-objects.js';

export class PointerBitmaps {
  readonly #index: ObjectIndexTable;
  readonly #firstWord: Uint32Array; // per span; NONE = has no bitmap
  readonly #words = new Column(Uint32Array);

  constructor(index: ObjectIndexTable) {
    this.#index = index;
    this.#firstWord = new Uint32Array(index.spans.count).fill(NONE);
  }

  /** Keeps a span's bits, or the next of them: one per word of the span, 32 in a number. */
  keep(span: number, bits: Uint32Array): void {
    if (this.#firstWord[span] === NONE) this.#firstWord[span] = this.#words.length;
    this.#words.reserve(bits.length + 1); // readers may look one word beyond the last bit
    this.#words.data.set(bits, this.#words.length);
    this.#words.length += bits.length;
  }

  /** Whether objects of the span have bits: false where they have no pointers, or the allocator's record of their type instead. */
  has(span: number): boolean {
    return this.#firstWord[span] !== NONE;
  }

  /** Bit i of (into[0], into[1]) is the object's word `from` + i; false when objects of the span have no bits. `from` is a multiple of 64 in the object. */
  read(object: ObjectIndex, span: number, into: Uint32Array, from = 0): boolean {
    const first = this.#firstWord[span]!;
    if (first === NONE) return false;
    const slotWords = this.#index.spans.slotSize[span]! / 8;
    const bit = this.#index.slot[object]! * slotWords + from;
    if (slotWords === 1) {
      into[0] = 1; // the runtime keeps no bits for one-word objects: all are pointers
      into[1] = 0;
      return true;
    }
    const left = slotWords - from;
    into[0] = this.#bitsAt(first, bit, Math.min(32, left));
    into[1] = left > 32 ? this.#bitsAt(first, bit + 32, Math.min(32, left - 32)) : 0;
    return true;
  }

  #bitsAt(first: number, bit: number, count: number): number {
    const at = first + (bit >>> 5);
    const shift = bit & 31;
    let bits = this.#words.data[at]! >>> shift;
    if (shift !== 0) bits |= this.#words.data[at + 1]! << (32 - shift);
    return count < 32 ? bits & ((1 << count) - 1) : bits;
  }
}
