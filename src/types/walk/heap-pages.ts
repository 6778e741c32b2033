/**
 * The pages that the heap has grown into, as far as the dump has them: which span each belongs to, and a bit per word for what was found of it.
 */
import {Column} from '../../base/columns.js';
import type {Address} from '../../base/units.js';
import type {GoRuntime} from '../../runtime/go-runtime.js';
import {ARENA_BYTES, ARENA_ENTRIES, ARENA_PAGES, PAGE} from '../../runtime/memory/arena-table.js';
import {listHeapMemory} from '../../runtime/memory/heap-memory.js';

/** Words of a page, 32 a number. */
const PAGE_ROWS = PAGE / 8 / 32;
/** Of a page: no span is known. Spans of objects are counted from `FIRST_SPAN` on. */
export const NO_SPAN = 0;
/** Of a page: it is no place for objects, as those of stacks. */
export const RESERVED = 1;
export const FIRST_SPAN = 2;

export class HeapPages {
  /** Per page: NO_SPAN, RESERVED, or FIRST_SPAN + the number of its span. */
  readonly span: Uint32Array;
  /** Pages that the dump has whole. */
  readonly count: number;
  readonly #block = new Uint32Array(ARENA_ENTRIES); // by number of the arena: 1 + its pages' block; only what is looked at takes memory
  readonly #bits: Uint32Array; // per page: 1 + its place in the next
  readonly #words = new Column(Uint32Array); // of each page: the words that a type claims for pointers
  #numbers: number[] = []; // of the arenas, by block

  constructor(go: GoRuntime) {
    const present: {from: number; to: number}[] = []; // numbers of pages
    for (const {start, end} of listHeapMemory(go)) {
      const from = Math.ceil(start / PAGE);
      const to = Math.floor(end / PAGE);
      if (from < to) present.push({from, to});
    }
    for (const {from, to} of present) {
      for (let number = Math.floor(from / ARENA_PAGES); number * ARENA_PAGES < to; number++)
        if (this.#block[number] === 0) this.#block[number] = this.#numbers.push(number);
    }
    this.span = new Uint32Array(this.#numbers.length * ARENA_PAGES).fill(RESERVED);
    this.#bits = new Uint32Array(this.span.length);
    let count = 0;
    for (const {from, to} of present) {
      for (let page = from; page < to; page++) this.span[this.#indexOf(page)] = NO_SPAN;
      count += to - from;
    }
    this.count = count;
  }

  /** Index of the page around the address; −1 outside of the heap and where the dump lacks it. */
  find(address: Address): number {
    const block = this.#block[Math.floor(address / ARENA_BYTES)];
    if (block === undefined || block === 0) return -1;
    const page = (block - 1) * ARENA_PAGES + (Math.floor(address / PAGE) % ARENA_PAGES);
    return this.span[page] === RESERVED ? -1 : page;
  }

  addressOf(page: number): Address {
    return (this.#numbers[Math.floor(page / ARENA_PAGES)]! * ARENA_PAGES + (page % ARENA_PAGES)) * PAGE;
  }

  /** Makes the pages of [start, end), as far as they are the heap's, those of a span or reserved ones. */
  assign(start: Address, end: Address, span: number): void {
    for (let at = start - (start % PAGE); at < end; ) {
      const arena = Math.floor(at / ARENA_BYTES);
      if (arena >= ARENA_ENTRIES) return;
      const next = Math.min(end, (arena + 1) * ARENA_BYTES);
      // A damaged record may claim any length: arenas that the dump lacks cost nothing.
      for (; at < next && this.#block[arena] !== 0; at += PAGE) {
        const page = this.find(at);
        if (page >= 0) this.span[page] = span;
      }
      at = Math.max(at, next);
    }
  }

  /** Whether [start, end) are pages of the dump that belong to no span yet. */
  areFree(start: Address, end: Address): boolean {
    for (let at = start; at < end; at += PAGE) {
      const page = this.find(at);
      if (page < 0 || this.span[page] !== NO_SPAN) return false;
    }
    return true;
  }

  /** Remembers that the word at the address, which lies in `page`, is a pointer; false when that is known already. */
  addPointer(page: number, address: Address): boolean {
    const word = (address % PAGE) / 8;
    const row = this.#rowOf(page) + (word >>> 5);
    const bit = 1 << (word & 31);
    if ((this.#words.data[row]! & bit) !== 0) return false;
    this.#words.data[row]! |= bit;
    return true;
  }

  /** The words of the page that were remembered: bit i of number n is word 32·n + i. Undefined when there are none. Valid until the next call of `addPointer`. */
  pointers(page: number): Uint32Array | undefined {
    const at = this.#bits[page]!;
    return at === 0 ? undefined : this.#words.data.subarray(at - 1, at - 1 + PAGE_ROWS);
  }

  #rowOf(page: number): number {
    if (this.#bits[page] === 0) {
      this.#bits[page] = this.#words.length + 1;
      this.#words.reserve(PAGE_ROWS);
      this.#words.length += PAGE_ROWS;
    }
    return this.#bits[page]! - 1;
  }

  #indexOf(number: number): number {
    return (this.#block[Math.floor(number / ARENA_PAGES)]! - 1) * ARENA_PAGES + (number % ARENA_PAGES);
  }
}
