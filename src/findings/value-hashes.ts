/**
 * Values in the dump → hashes and comparisons of their bytes. Small slots are read a span at a time, because nearly all of them are asked for, in
 * order; what lies in larger ones in pieces. Places are offsets in the span, because a call would box addresses; hashes are of 32 bits with a sign.
 */
import type {Address, Bytes, Contents} from '../graph/heap-graph.js';

/** Of a longer value, `hashEnds` sees so much of its beginning and of its end. */
const END: Bytes = 32;
const PIECE: Bytes = 1024 * 1024;
/** Spans of slots up to this size are read as a whole. */
const SMALL_SLOT: Bytes = 1024;

export class ValueHashes {
  readonly #contents: Contents;
  #span: Uint8Array | undefined; // its bytes, once one of its values is asked for
  #start: Address = 0;
  #length: Bytes = 0;
  #isSmall = false; // its slots are

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Values in [start, start + length) come next, in slots of that size. */
  enterSpan(start: Address, length: Bytes, slot: Bytes): void {
    this.#span = undefined;
    this.#start = start;
    this.#length = length;
    this.#isSmall = slot <= SMALL_SLOT;
  }

  /** Where an offset is. */
  addressAt(offset: Bytes): Address {
    return this.#start + offset;
  }

  /** Of the length and of the value's ends; undefined where they are not in the dump. */
  hashEnds(offset: Bytes, length: Bytes): number | undefined {
    const isShort = length <= 2 * END;
    const first = this.#hash(offset, isShort ? length : END, length);
    return isShort || first === undefined ? first : this.#hash(offset + length - END, END, first);
  }

  /** Of all of it. */
  hashAll(offset: Bytes, length: Bytes): number | undefined {
    let hash: number | undefined = length;
    for (let done = 0; done < length && hash !== undefined; done += PIECE)
      hash = this.#hash(offset + done, Math.min(PIECE, length - done), hash);
    return hash;
  }

  /** Of the value at the offset, and one anywhere. */
  isEqual(offset: Bytes, other: Address, length: Bytes): boolean {
    for (let done = 0; done < length; done += PIECE) {
      const count = Math.min(PIECE, length - done);
      const first = this.#contents.bytes(other + done, count)?.slice();
      const second = this.#find(offset + done, count);
      if (first === undefined || second === undefined) return false;
      const from = this.#from;
      for (let at = 0; at < count; at++) if (first[at] !== second[from + at]) return false;
    }
    return true;
  }

  #from = 0; // where in the bytes that were found last those that were asked for begin
  #find(offset: Bytes, length: Bytes): Uint8Array | undefined {
    if (this.#isSmall) this.#span ??= this.#contents.bytes(this.#start, this.#length)?.slice(); // the contents' own may be gone after the next read
    this.#from = this.#span ? offset : 0;
    return this.#span ?? this.#contents.bytes(this.#start + offset, length);
  }

  /** FNV-1a, with a last mix because its low bits are used alone. */
  #hash(offset: Bytes, length: Bytes, seed: number): number | undefined {
    const bytes = this.#find(offset, length);
    if (bytes === undefined) return undefined;
    const end = this.#from + length;
    let hash = (0x811c9dc5 ^ seed) | 0;
    for (let at = this.#from; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }
}
