/**
 * The words of one stack by their places in it, read mostly upwards: a stack of half a gigabyte goes piece by piece through a buffer that stays in
 * the processor's cache, past the image's blocks.
 */
import type {Address} from '../../base/units.js';
import type {MemoryImage} from '../../image/memory-image.js';
import {WORD} from '../words.js';

/** Words. */
const PIECE = 8192;
/** Before a piece, for those who go back a little: a frame's arguments lie behind the next frame's variables. */
const OVERLAP = 512;

export class StackWords {
  readonly #image: MemoryImage;
  readonly #lo: Address;
  readonly #hi: Address; // exclusive
  /** Those of the words [start, end), low and high by turns, for loops over many. */
  halves = new Uint32Array(0);
  start = 0;
  end = 0;

  constructor(image: MemoryImage, lo: Address, hi: Address) {
    this.#image = image;
    this.#lo = lo;
    this.#hi = hi;
  }

  /** Whether the dump has the word at a place of the stack: words from its start. */
  has(at: number): boolean {
    return (at >= this.start && at < this.end) || this.load(at, at < this.start ? 0 : at - OVERLAP);
  }

  /** As `image.word`, of a place that `has` was just asked for. */
  word(at: number): number {
    const half = (at - this.start) << 1;
    return this.halves[half]! + this.halves[half + 1]! * 2 ** 32;
  }

  /** Reads on from a place that will be asked for again, if it is not far before `at`. Returns whether the word at `at` is there. */
  load(at: number, from: number): boolean {
    const [lo, hi] = [this.#lo, this.#hi];
    const first = Math.max(0, from, at + OVERLAP - PIECE);
    const start = this.#image.isMapped(lo + first * WORD, (at + 1 - first) * WORD) ? first : at;
    const there = Math.floor(Math.min(hi - lo - start * WORD, this.#image.contiguous(lo + start * WORD)) / WORD);
    const count = Math.min(there, first + PIECE - start);
    if (count < 1) return false;
    if (this.halves.length < count * 2) this.halves = new Uint32Array(count * 2);
    const bytes = new Uint8Array(this.halves.buffer, 0, count * WORD);
    const address = lo + start * WORD;
    if (hi - lo <= PIECE * WORD) bytes.set(this.#image.bytes(address, bytes.length));
    else this.#image.readInto(address, bytes);
    this.start = start;
    this.end = start + count;
    return true;
  }
}
