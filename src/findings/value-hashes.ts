/**
 * Values in the dump → hashes and comparisons of their bytes. Small slots are read a span at a time, because nearly all of them are asked for, in
 * order; what lies in larger ones in pieces. Places are offsets in the span, because a call would box addresses; hashes are of 32 bits with a sign.
 */
import type {ObjectIndex} from '../base/units.js';
import type {Address, Bytes, Contents, HeapGraph} from '../graph/heap-graph.js';

/** Of a longer value, `hashEnds` sees so much of its beginning and of its end. */
const END: Bytes = 32;
const PIECE: Bytes = 1024 * 1024;
/** Spans of several slots up to this size are read as a whole. */
const SMALL_SLOT: Bytes = 1024;

export class ValueHashes {
  readonly #contents: Contents;
  #bytes = new Uint8Array(64 * 1024); // what was read last
  #words = new Int32Array(this.#bytes.buffer);
  #isRead = false; // the span as a whole
  #start: Address = 0;
  #length: Bytes = 0;
  #isSmall = false; // its slots are

  constructor(contents: Contents) {
    this.#contents = contents;
  }

  /** Values of the object come next, in the order of addresses. Where its slot begins: an offset in its span, as all others. */
  enter({spans, objects}: HeapGraph, span: number, object: ObjectIndex): Bytes {
    const slot = spans.slotSize[span]!;
    if (this.#start !== spans.start[span]) {
      this.#isRead = false;
      this.#start = spans.start[span]!;
      this.#length = spans.slots[span]! * slot;
      this.#isSmall = slot <= SMALL_SLOT && spans.slots[span]! > 1;
    }
    return objects.slot[object]! * slot;
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
      const from = this.#find(offset + done, count);
      const others = this.#contents.bytes(other + done, count);
      if (from < 0 || others === undefined) return false;
      for (let at = 0; at < count; at++) if (others[at] !== this.#bytes[from + at]) return false;
    }
    return true;
  }

  /** Where in `#bytes` they are; −1 where they are not in the dump. */
  #find(offset: Bytes, length: Bytes): number {
    if (!this.#isSmall) return this.#read(this.#start + offset, length) ? 0 : -1;
    this.#isRead ||= this.#read(this.#start, this.#length);
    if (this.#isRead) return offset;
    return this.#read(this.#start + offset, length) ? 0 : -1;
  }

  /** A copy: the contents' own bytes may be gone after the next read, and lie at any place. */
  #read(address: Address, length: Bytes): boolean {
    const bytes = this.#contents.bytes(address, length);
    if (bytes === undefined) return false;
    if (length > this.#bytes.length) this.#bytes = new Uint8Array((length + 7) & ~7);
    this.#bytes.set(bytes);
    if (this.#words.buffer !== this.#bytes.buffer) this.#words = new Int32Array(this.#bytes.buffer);
    return true;
  }

  /** As FNV-1a, but in words of four bytes, each mixed downwards; the last of them is filled up with zeros. */
  #hash(offset: Bytes, length: Bytes, seed: number): number | undefined {
    const from = this.#find(offset, length);
    if (from < 0) return undefined;
    const bytes = this.#bytes;
    const end = from + length;
    let hash = (0x811c9dc5 ^ seed) | 0;
    let at = from;
    if ((from & 3) === 0) {
      const words = this.#words;
      for (; at + 4 <= end; at += 4) {
        hash = Math.imul(hash ^ words[at >>> 2]!, 0x01000193);
        hash ^= hash >>> 15;
      }
    } else {
      for (; at + 4 <= end; at += 4) {
        hash = Math.imul(hash ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)), 0x01000193);
        hash ^= hash >>> 15;
      }
    }
    let rest = 0;
    for (let byte = at; byte < end; byte++) rest |= bytes[byte]! << ((byte - at) * 8);
    hash = Math.imul(hash ^ rest, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return hash ^ (hash >>> 13);
  }
}
