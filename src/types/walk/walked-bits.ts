/**
 * The pointer words of objects in Go 1.21 and older, where the dump lacks the heap's bitmap: those that their types claim. Objects without a type
 * have none.
 */
import type {Address, Bytes} from '../../base/units.js';
import {PAGE} from '../../runtime/memory/arena-table.js';
import type {HeapBits} from '../../runtime/memory/heap-bitmap.js';
import type {HeapPages} from './heap-pages.js';

export class WalkedBits implements HeapBits {
  readonly fillsLarge = false;
  readonly #bitmap: HeapBits;
  readonly #pages: HeapPages;
  #missing: Bytes = 0;

  constructor(bitmap: HeapBits, pages: HeapPages) {
    this.#bitmap = bitmap;
    this.#pages = pages;
  }

  get missing(): Bytes {
    return this.#bitmap.missing + this.#missing;
  }

  has(): boolean {
    return true;
  }

  read(start: Address, length: Bytes, slotSize: Bytes): Uint32Array {
    if (this.#isWhole(start, length)) return this.#bitmap.read(start, length, slotSize);
    this.#missing += length / 64;
    const bits = new Uint32Array(Math.ceil(length / 512) * 2);
    for (let at = start; at < start + length; at = (Math.floor(at / PAGE) + 1) * PAGE) {
      const page = this.#pages.find(at);
      const walked = page < 0 ? undefined : this.#pages.pointers(page)?.subarray((at % PAGE) / 256);
      const place = (at - start) / 256;
      if (walked) bits.set(walked.subarray(0, bits.length - place), place);
    }
    return bits;
  }

  #isWhole(start: Address, length: Bytes): boolean {
    for (let page = start - (start % PAGE); page < start + length; page += PAGE) if (!this.#bitmap.has(page)) return false;
    return true;
  }
}
