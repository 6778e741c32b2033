/**
 * The words behind the pointers of slices and strings: length and capacity, for passes in the order of addresses. The dump is read in windows;
 * where a window is not there as a whole, the single header may be. Places are offsets in a range, because a call would box addresses.
 */
import {viewOf, wordAt} from '../base/bytes.js';
import type {Address, Bytes, Contents} from '../graph/heap-graph.js';

const WINDOW: Bytes = 32 * 1024;

export class HeaderReader {
  /** Of the header that was read last. Rounded above 2**53, which no sound one reaches. */
  length = 0;
  capacity = 0; // of a slice
  readonly #contents: Contents;
  #start: Address = 0; // of the range
  #length: Bytes = 0;
  #view: DataView = new DataView(new ArrayBuffer(0)); // of the window
  #from: Bytes = 0; // of it, in the range
  #to: Bytes = 0;

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Headers in [start, start + length) come next: a span, or a variable. */
  enter(start: Address, length: Bytes): void {
    this.#start = start;
    this.#length = length;
    this.#from = 0;
    this.#to = 0;
  }

  /** False when the header of `size` bytes, 16 or 24, is not in the dump. */
  at(offset: Bytes, size: Bytes): boolean {
    const isInWindow = offset >= this.#from && offset + size <= this.#to;
    if (!isInWindow && !this.#load(offset, Math.min(WINDOW, this.#length - offset)) && !this.#load(offset, size)) return false;
    const place = offset - this.#from;
    this.length = wordAt(this.#view, place + 8);
    if (size > 16) this.capacity = wordAt(this.#view, place + 16);
    return true;
  }

  #load(offset: Bytes, length: Bytes): boolean {
    const bytes = length >= 16 ? this.#contents.bytes(this.#start + offset, length) : undefined;
    if (bytes === undefined) return false;
    this.#view = viewOf(bytes.slice()); // the contents' own bytes may be gone after the next read
    this.#from = offset;
    this.#to = offset + length;
    return true;
  }
}
