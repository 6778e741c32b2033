/**
 * The collector's pointer bits of objects – of small ones, before Go 1.22 of all –, kept from the pass over the heap: a sixty-fourth of those
 * spans' bytes, against which type claims are checked in any order without reading the dump again.
 */
import {Column} from '../base/columns.js';
import {NONE, type ObjectIndex} from '../base/units.js';
import type {ObjectIndexTable} from './find-objects.js';

/** The bits of a run of spans from `from` on, as columns. */
export interface BitmapParts {
  readonly from: number;
  readonly firstWord: Uint32Array;
  readonly words: Uint32Array;
}

export class PointerBitmaps {
  readonly #index: ObjectIndexTable;
  readonly #from: number; // the first span
  readonly #firstWord: Uint32Array; // per span from there on; NONE = has no bitmap
  readonly #words = new Column(Uint32Array);

  /** Of all spans, or of a run of them. */
  constructor(index: ObjectIndexTable, {from, to} = {from: 0, to: index.spans.count}) {
    this.#index = index;
    this.#from = from;
    this.#firstWord = new Uint32Array(to - from).fill(NONE);
  }

  /** What there is, to be given to `adopt`. */
  parts(): BitmapParts {
    return {from: this.#from, firstWord: this.#firstWord, words: this.#words.finish()};
  }

  /** Takes over the bits of a run of spans. */
  adopt({from, firstWord, words}: BitmapParts): void {
    const before = this.#words.length;
    for (let i = 0; i < firstWord.length; i++) if (firstWord[i] !== NONE) this.#firstWord[from - this.#from + i] = before + firstWord[i]!;
    this.#append(words);
  }

  /** Keeps a span's bits, or the next of them: one per word of the span, 32 in a number. */
  keep(span: number, bits: Uint32Array): void {
    if (this.#firstWord[span - this.#from] === NONE) this.#firstWord[span - this.#from] = this.#words.length;
    this.#append(bits);
  }

  /** Whether objects of the span have bits: false where they have no pointers, or the allocator's record of their type instead. */
  has(span: number): boolean {
    return this.#firstWord[span - this.#from] !== NONE;
  }

  /** Bit i of (into[0], into[1]) is the object's word `from` + i; false when objects of the span have no bits. `from` is a multiple of 64 in the object. */
  read(object: ObjectIndex, span: number, into: Uint32Array, from = 0): boolean {
    const first = this.#firstWord[span - this.#from]!;
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

  #append(bits: Uint32Array): void {
    this.#words.reserve(bits.length + 1); // readers may look one word beyond the last bit
    this.#words.append(bits);
  }

  #bitsAt(first: number, bit: number, count: number): number {
    const at = first + (bit >>> 5);
    const shift = bit & 31;
    let bits = this.#words.data[at]! >>> shift;
    if (shift !== 0) bits |= this.#words.data[at + 1]! << (32 - shift);
    return count < 32 ? bits & ((1 << count) - 1) : bits;
  }
}
