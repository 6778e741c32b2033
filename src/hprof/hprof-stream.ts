/**
 * A file's bytes in sequence, as big-endian numbers and ids. One window of the file is in memory; whoever reads never sees where it ends.
 */
import {type ByteSource, truncatedError, viewOf} from '../base/bytes.js';
import type {Bytes} from '../base/units.js';

const WINDOW: Bytes = 1 << 20;
/** Ids are exact up to here; no address of a process is larger. */
const HIGH = 2 ** 32;

export class HprofStream {
  readonly source: ByteSource;
  readonly idSize: 4 | 8;
  readonly #bytes = new Uint8Array(WINDOW);
  readonly #view = viewOf(this.#bytes);
  #start: Bytes = 0; // of the window in the file
  #at = 0;
  #end = 0;

  constructor(source: ByteSource, idSize: 4 | 8, position: Bytes) {
    this.source = source;
    this.idSize = idSize;
    this.#start = position;
  }

  /** Of the next byte in the file. */
  get position(): Bytes {
    return this.#start + this.#at;
  }
  get remaining(): Bytes {
    return this.source.size - this.position;
  }

  u1(): number {
    if (this.#at === this.#end) this.#fill(1);
    return this.#bytes[this.#at++]!;
  }
  u2(): number {
    if (this.#at + 2 > this.#end) this.#fill(2);
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2);
  }
  u4(): number {
    if (this.#at + 4 > this.#end) this.#fill(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }
  u8(): number {
    return this.u4() * HIGH + this.u4();
  }
  id(): number {
    if (this.idSize === 4) return this.u4();
    if (this.#at + 8 > this.#end) this.#fill(8);
    this.#at += 8;
    return this.#view.getUint32(this.#at - 8) * HIGH + this.#view.getUint32(this.#at - 4);
  }

  /** Throws `truncated` where the file has fewer bytes. */
  require(length: Bytes): void {
    if (length > this.remaining) throw truncatedError(this.source.name, this.position, length, this.source.size);
  }
  skip(length: Bytes): void {
    this.require(length);
    this.#moveBy(length);
  }
  /** To any position of the file. */
  moveTo(position: Bytes): void {
    this.#moveBy(position - this.position);
  }

  #moveBy(length: Bytes): void {
    const at = this.#at + length;
    if (at >= 0 && at <= this.#end) {
      this.#at = at;
      return;
    }
    this.#start += at;
    this.#at = 0;
    this.#end = 0;
  }

  /** Brings `length` bytes into the window, which begins at the next one then. */
  #fill(length: Bytes): void {
    this.require(length);
    this.#start += this.#at;
    this.#at = 0;
    this.#end = Math.min(this.#bytes.length, this.source.size - this.#start);
    this.source.readInto(this.#start, this.#bytes.subarray(0, this.#end));
  }
}
