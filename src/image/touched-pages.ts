/**
 * Which pages of a core are not all zero. In memory that is no file's the process had touched these, and they were resident or swapped out:
 * the kernel gives such a page only to whoever writes to it. Pages that the core does not hold count as untouched.
 */

import {checkpoint, type Work} from '../base/progress.js';
import type {Address, Bytes} from '../base/units.js';
import type {Mapping} from './mappings.js';

const PAGE: Bytes = 4096;
const PAGE_WORDS = PAGE / 4;
/** Fits into the processor's cache: pieces of a megabyte cost four times as much. */
const PIECE: Bytes = 128 * 1024;
/** Between chances to cancel. */
const PIECES_AT_ONCE = 512;

/** Ascending ranges that do not touch each other. */
export class PageRuns {
  readonly #start: number[] = []; // Address
  readonly #end: number[] = []; // Address
  readonly #before: number[] = []; // Bytes of the runs before
  #sum: Bytes = 0;

  /** Not below the end of what was added before. */
  add(start: Address, end: Address): void {
    const last = this.#end.length - 1;
    if (this.#end[last] === start) this.#end[last] = end;
    else {
      this.#start.push(start);
      this.#end.push(end);
      this.#before.push(this.#sum);
    }
    this.#sum += end - start;
  }

  get bytes(): Bytes {
    return this.#sum;
  }

  /** How many bytes of [start, end) lie in the runs. O(log runs). */
  bytesIn(start: Address, end: Address): Bytes {
    return end > start ? this.#bytesBelow(end) - this.#bytesBelow(start) : 0;
  }

  /** What of [start, end) lies in no run: start and end by turns. */
  gaps(start: Address, end: Address): Address[] {
    const gaps: Address[] = [];
    let behind = start;
    for (let run = this.#firstFrom(start) - 1; run < this.#start.length; run++) {
      if (run < 0) continue;
      if (this.#start[run]! >= end) break;
      if (this.#start[run]! > behind) gaps.push(behind, this.#start[run]!);
      behind = Math.max(behind, this.#end[run]!);
    }
    if (behind < end) gaps.push(behind, end);
    return gaps;
  }

  #bytesBelow(address: Address): Bytes {
    const run = this.#firstFrom(address) - 1;
    return run < 0 ? 0 : this.#before[run]! + Math.min(address, this.#end[run]!) - this.#start[run]!;
  }

  /** The first run that starts there or behind. */
  #firstFrom(address: Address): number {
    let [low, high] = [0, this.#start.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#start[middle]! < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Reads each piece of the ranges once, in the order of addresses. `dumped`: disjoint but for damage, where the lower range counts. */
export async function findTouchedPages(dumped: readonly Mapping[], work?: Work): Promise<PageRuns> {
  const touched = new PageRuns();
  const words = new Uint32Array(PIECE / 4);
  const bytes = new Uint8Array(words.buffer);
  let behind: Address = 0;
  let pieces = 0;
  for (const {start, end, source, offset} of dumped.toSorted((a, b) => a.start - b.start)) {
    for (let at = Math.max(start, behind); at < end; ) {
      const length = Math.min(end - at, PIECE - (at % PAGE));
      source.readInto(offset + at - start, bytes.subarray(at % PAGE, (at % PAGE) + length));
      addTouched(touched, words, at, length);
      at += length;
      if (++pieces % PIECES_AT_ONCE === 0) await checkpoint(work);
    }
    behind = Math.max(behind, end);
  }
  return touched;
}

/** `words`: those of the page that holds `address`, and behind it. */
function addTouched(touched: PageRuns, words: Uint32Array, address: Address, length: Bytes): void {
  const end = address + length;
  const first = address - (address % PAGE);
  for (let page = first; page < end; page += PAGE) {
    const from = Math.max(page, address);
    const to = Math.min(page + PAGE, end);
    if (hasBits(words, Math.ceil((from - first) / 4), Math.ceil((to - first) / 4))) touched.add(from, to);
  }
}

/** Most pages have some within their first words. */
function hasBits(words: Uint32Array, from: number, to: number): boolean {
  const whole = to - from === PAGE_WORDS ? to : from;
  let at = from;
  for (; at < whole; at += 8) {
    const low = words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!;
    if ((low | words[at + 4]! | words[at + 5]! | words[at + 6]! | words[at + 7]!) !== 0) return true;
  }
  for (; at < to; at++) if (words[at] !== 0) return true;
  return false;
}
