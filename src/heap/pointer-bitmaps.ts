/**
 * The collector's pointer bits of small objects, kept from the pass over the heap: a sixty-fourth of those spans' bytes,
 * against which type claims are checked in any order without reading the dump again.
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

  /** Keeps a span's bits: one per word of the span, 32 in a number. */
  keep(span: number, bits: Uint32Array): void {
    this.#firstWord[span] = this.#words.length;
    this.#words.reserve(bits.length + 1); // readers may look one word beyond the last bit
    this.#words.data.set(bits, this.#words.length);
    this.#words.length += bits.length;
  }

  /** Bit i of (into[0], into[1]) is the object's word i; false when there are no bits for objects of this span: they have no pointers, or over 64 words. */
  read(object: ObjectIndex, span: number, into: Uint32Array): boolean {
    const first = this.#firstWord[span]!;
    if (first === NONE) return false;
    const slotWords = this.#index.spans.slotSize[span]! / 8;
    const bit = this.#index.slot[object]! * slotWords;
    if (slotWords === 1) {
      into[0] = 1; // the runtime keeps no bits for one-word objects: all are pointers
      into[1] = 0;
      return true;
    }
    into[0] = this.#bitsAt(first, bit, Math.min(32, slotWords));
    into[1] = slotWords > 32 ? this.#bitsAt(first, bit + 32, slotWords - 32) : 0;
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
