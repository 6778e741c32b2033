/**
 * Texts → columns of UTF-8 that are filled again for each batch: of a few known texts, or of bytes as they come.
 */
import {BATCH_ROWS, type Texts} from '../base/column-batch.js';
import {NONE} from '../base/units.js';

/** A column whose rows are all among few texts, or NULL. */
export class KnownTexts implements Texts {
  readonly pool: Uint8Array;
  readonly start = new Uint32Array(BATCH_ROWS);
  readonly length = new Uint32Array(BATCH_ROWS);
  readonly #start: Uint32Array; // by number of the text
  readonly #length: Uint32Array;

  constructor(texts: readonly (string | null)[]) {
    this.pool = new TextEncoder().encode(texts.join(''));
    this.#length = Uint32Array.from(texts, (text) => (text === null ? NONE : new TextEncoder().encode(text).length));
    this.#start = new Uint32Array(texts.length);
    for (let text = 1; text < texts.length; text++) {
      const before = this.#length[text - 1]!;
      this.#start[text] = this.#start[text - 1]! + (before === NONE ? 0 : before);
    }
  }

  /** `text`: its number. */
  set(row: number, text: number): void {
    this.start[row] = this.#start[text]!;
    this.length[row] = this.#length[text]!;
  }
}

/** A column whose rows, from the first on, get bytes of their own, or NULL. */
export class OwnTexts implements Texts {
  readonly start = new Uint32Array(BATCH_ROWS);
  readonly length = new Uint32Array(BATCH_ROWS);
  #bytes = new Uint8Array(16 * BATCH_ROWS);
  #used = 0;

  /** The bytes so far. */
  get pool(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  clear(): void {
    this.#used = 0;
  }
  setNull(row: number): void {
    this.length[row] = NONE;
  }
  /** A copy of bytes [from, end). */
  set(row: number, bytes: Uint8Array, from: number, end: number): void {
    const size = end - from;
    if (this.#used + size > this.#bytes.length) this.#grow(size);
    this.start[row] = this.#used;
    this.length[row] = size;
    for (let at = from; at < end; at++) this.#bytes[this.#used++] = bytes[at]!;
  }

  #grow(size: number): void {
    const larger = new Uint8Array(2 * this.#bytes.length + size);
    larger.set(this.pool);
    this.#bytes = larger;
  }
}
