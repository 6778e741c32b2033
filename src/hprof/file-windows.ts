/**
 * Pieces of a file by position, for whoever reads it in another order than its own: windows of a fixed size that stay until another one takes their place. Objects in the
 * order of their ids are a few sequences of pieces of the file, each of which finds its window there; at worst a read costs a window. A piece has four windows
 * that it may be in, so that neither sequences nor what objects lead to push each other out by turns.
 */
import {type ByteSource, viewOf} from '../base/bytes.js';
import type {Bytes} from '../base/units.js';

const WINDOW: Bytes = 32 * 1024;
const WAYS = 4;
const MOST_SETS = 32;
/** What begins in a window and is no longer than this is in it whole. */
export const LONGEST_TAKE: Bytes = 4096;
const STRIDE = WINDOW + LONGEST_TAKE;

export class FileWindows {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #source: ByteSource;
  readonly #sets: number;
  readonly #held: Float64Array; // number of the piece of the file that each has
  readonly #next: Uint8Array; // per set: which of its windows is filled next

  constructor(source: ByteSource) {
    this.#source = source;
    this.#sets = Math.min(MOST_SETS, Math.ceil(source.size / WINDOW / WAYS));
    this.bytes = new Uint8Array(this.#sets * WAYS * STRIDE);
    this.view = viewOf(this.bytes);
    this.#held = new Float64Array(this.#sets * WAYS).fill(-1);
    this.#next = new Uint8Array(this.#sets);
  }

  /** Where in `bytes` and `view` up to LONGEST_TAKE bytes of the file begin. They are there, and in the file, until the next call. */
  take(position: Bytes): number {
    const piece = Math.floor(position / WINDOW);
    const set = piece % this.#sets;
    let at = set * WAYS;
    const end = at + WAYS;
    while (at < end && this.#held[at] !== piece) at++;
    if (at === end) at = this.#fill(set, piece);
    return at * STRIDE + position - piece * WINDOW;
  }

  /** Gives the window. */
  #fill(set: number, piece: number): number {
    const way = this.#next[set]!;
    const at = set * WAYS + way;
    this.#next[set] = (way + 1) % WAYS;
    this.#held[at] = -1; // until it is whole
    const start = piece * WINDOW;
    const length = Math.min(STRIDE, this.#source.size - start);
    this.#source.readInto(start, this.bytes.subarray(at * STRIDE, at * STRIDE + length));
    this.#held[at] = piece;
    return at;
  }
}
