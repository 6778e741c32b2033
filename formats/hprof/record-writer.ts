/**
 * Numbers and names → the records of an HPROF file (JAVA PROFILE 1.0.2), big-endian, through one buffer. Inside the heap each flushed buffer
 * is a HEAP_DUMP_SEGMENT of its own, so no length has to be known in advance; a record larger than the buffer gets a segment of its size.
 * Truth: the format's manual (docs/hprof.md has the parts that consumers insist on). Knows neither Go nor files.
 */

import {WRITE_PIECE} from '../../src/base/bytes.js';
import {GoheapError} from '../../src/base/errors.js';
import type {Bytes} from '../../src/base/units.js';

/** Tags of records and, below 0x0100, of those inside of heap segments. */
export const TAG = {
  ...{utf8: 0x01, loadClass: 0x02, frame: 0x04, trace: 0x05, segment: 0x1c, end: 0x2c},
  ...{rootUnknown: 0xff, rootJniGlobal: 0x01, rootJavaFrame: 0x03, rootStickyClass: 0x05, rootThread: 0x08},
  ...{classDump: 0x20, instance: 0x21, objectArray: 0x22, primitiveArray: 0x23},
} as const;

const CAPACITY = WRITE_PIECE;
const SEGMENT_HEADER = 9;
/** So few bytes are set faster one by one. */
const SHORT: Bytes = 64;
/** The length of a record is a u4. */
const LONGEST_RECORD = 2 ** 32 - 1;

export class RecordWriter {
  readonly idSize: 4 | 8;
  /** Where the next byte goes in `data`; callers that asked for room may write there themselves. */
  position = 0;
  readonly data = new Uint8Array(CAPACITY);
  readonly view = new DataView(this.data.buffer);
  readonly #sink: (bytes: Uint8Array) => void;
  readonly #names = new Map<string, number>();
  #segment: 'none' | 'open' | 'fixed' = 'none';
  #flushed: Bytes = 0;

  constructor(idSize: 4 | 8, sink: (bytes: Uint8Array) => void) {
    this.idSize = idSize;
    this.#sink = sink;
  }

  /** Where the next byte will be in the file. */
  get offset(): Bytes {
    return this.#flushed + this.position;
  }

  u1(value: number): void {
    this.data[this.position++] = value;
  }
  u2(value: number): void {
    this.view.setUint16(this.position, value);
    this.position += 2;
  }
  u4(value: number): void {
    this.view.setUint32(this.position, value);
    this.position += 4;
  }
  /** An unsigned number below 2**53. */
  u8(value: number): void {
    this.#set8(this.position, value);
    this.position += 8;
  }
  id(value: number): void {
    this.idAt(this.position, value);
    this.position += this.idSize;
  }
  /** An id among fields that were written already. */
  idAt(position: number, value: number): void {
    if (this.idSize === 4) this.view.setUint32(position, value);
    else this.#set8(position, value);
  }

  header(millis: number): void {
    for (const letter of 'JAVA PROFILE 1.0.2\0') this.u1(letter.charCodeAt(0));
    this.u4(this.idSize);
    this.u8(millis);
  }

  /** Starts a record outside of the heap; its `length` bytes follow. */
  record(tag: number, length: Bytes): void {
    this.#endSegment();
    this.#makeRoom(SEGMENT_HEADER + Math.min(length, CAPACITY - SEGMENT_HEADER));
    this.u1(tag);
    this.u4(0);
    this.u4(length);
  }

  /** The number of a name; its record is written with its first use, which therefore lies before the heap. */
  name(text: string): number {
    let name = this.#names.get(text);
    if (name !== undefined) return name;
    name = this.#names.size + 1;
    this.#names.set(text, name);
    const bytes = new TextEncoder().encode(text);
    this.record(TAG.utf8, this.idSize + bytes.length);
    this.id(name);
    this.bytes(bytes);
    return name;
  }

  /** Starts a record of the heap; its `length` bytes, the tag included, follow: a larger one than the buffer through `room`. */
  heapRecord(tag: number, length: Bytes): void {
    if (length > LONGEST_RECORD) {
      throw new GoheapError('limit', `hprof: an object needs a record of ${length} bytes; the format has at most ${LONGEST_RECORD}`, {
        hint: 'Convert to sqlite, which has no such limit.',
      });
    }
    if (length > CAPACITY - SEGMENT_HEADER) this.#openSegment(length);
    else if (this.#segment !== 'open' || this.position + length > CAPACITY) this.#openSegment();
    this.u1(tag);
  }

  /** Makes room for the next bytes of a large record. */
  room(length: Bytes): void {
    if (this.position + length > CAPACITY) this.#flush();
  }

  /** The bytes from `start` up to `end`, of a record that was started. */
  bytes(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (end - start <= SHORT && this.position + end - start <= CAPACITY) {
      const {data, position} = this;
      for (let at = start; at < end; at++) data[position + at - start] = bytes[at]!;
      this.position += end - start;
      return;
    }
    for (let done = start; done < end; ) {
      this.room(1);
      const count = Math.min(end - done, CAPACITY - this.position);
      this.data.set(bytes.subarray(done, done + count), this.position);
      this.position += count;
      done += count;
    }
  }

  /** So many zeros, of a record that was started. */
  zeros(length: Bytes): void {
    if (length <= SHORT && this.position + length <= CAPACITY) {
      const {data, view} = this;
      const end = this.position + length;
      let at = this.position;
      for (; at + 8 <= end; at += 8) view.setFloat64(at, 0);
      for (; at < end; at++) data[at] = 0;
      this.position = end;
      return;
    }
    for (let left = length; left > 0; ) {
      this.room(1);
      const count = Math.min(left, CAPACITY - this.position);
      this.data.fill(0, this.position, this.position + count);
      this.position += count;
      left -= count;
    }
  }

  end(): void {
    this.record(TAG.end, 0);
    this.#flush();
  }

  /** Storing 32 bits drops what is above them, and fractions. */
  #set8(position: number, value: number): void {
    this.view.setUint32(position, value / 4294967296);
    this.view.setUint32(position + 4, value);
  }
  #openSegment(length?: Bytes): void {
    this.#endSegment();
    this.#flush();
    this.u1(TAG.segment);
    this.u4(0);
    this.u4(length ?? 0);
    this.#segment = length === undefined ? 'open' : 'fixed';
  }
  #endSegment(): void {
    if (this.#segment === 'open') {
      this.view.setUint32(5, this.position - SEGMENT_HEADER); // the segment began with the buffer
      this.#flush();
    }
    this.#segment = 'none';
  }
  #makeRoom(length: Bytes): void {
    if (this.position + length > CAPACITY) this.#flush();
  }
  #flush(): void {
    if (this.position > 0) this.#sink(this.data.subarray(0, this.position));
    this.#flushed += this.position;
    this.position = 0;
  }
}
