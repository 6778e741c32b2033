/**
 * Pieces of a file by position, for whoever reads it in another order than its own: windows of a fixed size that stay until another one takes their place. Objects in the
 * order of their ids are a few sequences of pieces of the file, each of which finds its window there; at worst a read costs a window.
 */
import {type ByteSource, viewOf} from '../base/bytes.js';
import type {Bytes} from '../base/units.js';

const WINDOW: Bytes = 32 * 1024;
const MOST_WINDOWS = 128;
/** What begins in a window and is no longer than this is in it whole. */
export const LONGEST_TAKE: Bytes = 4096;
const STRIDE = WINDOW + LONGEST_TAKE;

export class FileWindows {
  readonly view: DataView;
  readonly #source: ByteSource;
  readonly #bytes: Uint8Array;
  readonly #held: Float64Array; // number of the piece of the file that each has

  constructor(source: ByteSource) {
    const windows = Math.min(MOST_WINDOWS, Math.ceil(source.size / WINDOW));
    this.#source = source;
    this.#bytes = new Uint8Array(windows * STRIDE);
    this.#held = new Float64Array(windows).fill(-1);
    this.view = viewOf(this.#bytes);
  }

  /** Where in `view` up to LONGEST_TAKE bytes of the file begin. They are there, and in the file, until the next call. */
  take(position: Bytes): number {
    const piece = Math.floor(position / WINDOW);
    const at = piece % this.#held.length;
    if (this.#held[at] !== piece) this.#fill(at, piece);
    return at * STRIDE + position - piece * WINDOW;
  }

  #fill(at: number, piece: number): void {
    this.#held[at] = -1; // until it is whole
    const start = piece * WINDOW;
    const length = Math.min(STRIDE, this.#source.size - start);
    this.#source.readInto(start, this.#bytes.subarray(at * STRIDE, at * STRIDE + length));
    this.#held[at] = piece;
  }
}
