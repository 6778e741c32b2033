/**
 * Pieces of a process's memory, one after the other → a temporary file in which each lies as it lay in memory, and its segments. What follows on another
 * piece without a gap becomes one segment with it. Written in large pieces: the bytes of a gigabyte come in ten million parts.
 */
import type {Address, Bytes} from '../base/units.js';
import {PF, PT} from '../elf/elf-constants.js';
import type {Segment} from '../elf/elf-file.js';
import {SPARSE_PIECE, type SparseFile} from '../image/unpack/sparse-file.js';

/** What objects are decoded into; of less the decoder would stop again and again. */
const LEAST_ROOM: Bytes = SPARSE_PIECE;

export class MemoryFile {
  readonly segments: Segment[] = [];
  readonly #file: SparseFile;
  readonly #buffer: Uint8Array; // of some pieces
  #used: Bytes = 0; // of the buffer
  // The segment that is being written.
  #address: Address = 0;
  #offset: Bytes = 0;
  #padTo: Address = 0;

  constructor(file: SparseFile, buffer: Uint8Array) {
    this.#file = file;
    this.#buffer = buffer;
  }

  /** Address behind what the segment has so far. */
  get behind(): Address {
    return this.#address + this.#size - this.#offset;
  }

  /** `end`: up to which it is filled with zeros, where that is known. */
  begin(address: Address, end: Address = address): void {
    this.end();
    this.#address = address;
    this.#padTo = end;
    this.#offset = this.#size;
  }

  end(): void {
    this.pad(this.#padTo - this.behind);
    const last = this.segments.at(-1);
    const size = this.#size - this.#offset;
    if (size === 0) return;
    const isMore = last && last.address + last.fileSize === this.#address && last.offset + last.fileSize === this.#offset;
    const from = isMore ? this.segments.pop()! : {address: this.#address, offset: this.#offset, fileSize: 0};
    const length = from.fileSize + size;
    const place = {offset: from.offset, address: from.address, fileSize: length, memorySize: length};
    this.segments.push({type: PT.LOAD, flags: PF.R | PF.W, align: 1, ...place});
    this.#address = this.#padTo = this.behind;
    this.#offset = this.#size;
  }

  pad(length: Bytes): void {
    for (let left = length; left > 0; ) {
      const room = this.#roomFor(left);
      this.#buffer.fill(0, this.#used, this.#used + room);
      this.#used += room;
      left -= room;
    }
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const room = this.#roomFor(bytes.length - done);
      this.#buffer.set(room === bytes.length ? bytes : bytes.subarray(done, done + room), this.#used);
      this.#used += room;
      done += room;
    }
  }

  /** Where in the buffer the next bytes belong: there is room for many. */
  makeRoom(): Bytes {
    if (this.#buffer.length - this.#used < LEAST_ROOM) this.#flush();
    return this.#used;
  }

  /** That many bytes were put there. */
  advance(length: Bytes): void {
    this.#used += length;
  }

  /** The open file, which is the caller's to close. Throws `io` as SparseFile does. */
  finish(): number {
    this.end();
    this.#file.write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
    return this.#file.finish();
  }

  get #size(): Bytes {
    return this.#file.size + this.#used;
  }

  /** Of `wanted` bytes as many as fit now. */
  #roomFor(wanted: Bytes): Bytes {
    if (this.#used === this.#buffer.length) this.#flush();
    return Math.min(wanted, this.#buffer.length - this.#used);
  }

  /** Whole pieces: the file takes them as they lie here. */
  #flush(): void {
    const whole = this.#used - (this.#used % SPARSE_PIECE);
    this.#file.write(this.#buffer.subarray(0, whole));
    this.#buffer.copyWithin(0, whole, this.#used);
    this.#used -= whole;
  }
}
