/**
 * Bytes by position: `ByteSource` for files and sections, `Cursor` for formats that are read in sequence.
 * Little-endian only: both architectures that goheap reads are.
 */
import {formatError, GoheapError} from './errors.js';
import {type Bytes, hex} from './units.js';

/** The unsigned 64-bit word at a position: exact below 2**53, which holds for all addresses and lengths of a sound dump, rounded above. */
export function wordAt(view: DataView, at: Bytes): number {
  return view.getUint32(at + 4, true) * 4294967296 + view.getUint32(at, true);
}

/** Writers collect so much: the kernel copies larger pieces into new files several times more slowly. */
export const WRITE_PIECE: Bytes = 512 * 1024;

/** The same bytes, to read numbers from. */
export function viewOf({buffer, byteOffset, byteLength}: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** Random access to bytes. Each read states its position; there is no shared cursor. */
export interface ByteSource {
  readonly name: string;
  readonly size: Bytes;
  /** Bytes are made when they are read: who reads more than is asked for works for nothing. */
  readonly isMade?: boolean;
  /** Exactly `length` bytes at `offset`, or throws `truncated`: never a short read. The result may be a view into a cache: do not keep or change it. */
  read(offset: Bytes, length: Bytes): Uint8Array;
  /** Fills `into` from `offset`, or throws `truncated`. For large sequential reads: no cache. */
  readInto(offset: Bytes, into: Uint8Array): void;
}

export function truncatedError(name: string, offset: Bytes, length: Bytes, size: Bytes): GoheapError {
  return new GoheapError('truncated', `${name}: at ${hex(offset)}: ${length} bytes wanted; the file ends at ${hex(size)}`, {
    hint: 'The file is cut short; see whether the disk or a size limit (ulimit -c) stopped the dump.',
  });
}

/** Bytes that are in memory already. */
export class MemorySource implements ByteSource {
  readonly name: string;
  readonly data: Uint8Array;
  constructor(name: string, data: Uint8Array) {
    this.name = name;
    this.data = data;
  }
  get size(): Bytes {
    return this.data.length;
  }
  read(offset: Bytes, length: Bytes): Uint8Array {
    if (offset < 0 || length < 0 || offset + length > this.data.length) throw truncatedError(this.name, offset, length, this.size);
    return this.data.subarray(offset, offset + length);
  }
  readInto(offset: Bytes, into: Uint8Array): void {
    into.set(this.read(offset, into.length));
  }
}

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder('utf-8');

/** Reads values one after the other. A read past the end throws `bad-format` with the position. */
export class Cursor {
  readonly name: string;
  readonly data: Uint8Array;
  readonly #view: DataView;
  position: number;
  end: number;

  constructor(name: string, data: Uint8Array, position = 0, end = data.length) {
    this.name = name;
    this.data = data;
    this.#view = viewOf(data);
    this.position = position;
    this.end = end;
  }

  get atEnd(): boolean {
    return this.position >= this.end;
  }
  fail(problem: string): never {
    throw formatError(this.name, this.position, problem);
  }
  /** Steps over `length` bytes and returns where they start. */
  skip(length: Bytes): number {
    const at = this.position;
    if (length < 0 || at + length > this.end) this.fail(`${length} bytes wanted; ${this.end - at} remain`);
    this.position = at + length;
    return at;
  }
  u8(): number {
    return this.data[this.skip(1)]!;
  }
  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }
  /** An unsigned 64-bit value as a number: exact below 2**53, rounded above (such values are never offsets or addresses of the dump). */
  u64(): number {
    return wordAt(this.#view, this.skip(8));
  }
  bytes(length: Bytes): Uint8Array {
    const at = this.skip(length);
    return this.data.subarray(at, at + length);
  }
  /** An unsigned LEB128 (= Go's uvarint), exact below 2**53. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > 2 ** 70) this.fail('a LEB128 number has more than 10 bytes');
    }
  }
  /** A signed LEB128, exact within ±2**53. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
      if (scale > 2 ** 70) this.fail('a LEB128 number has more than 10 bytes');
    }
  }
  /** A NUL-terminated UTF-8 string, without the NUL. */
  cString(): string {
    const stop = this.data.indexOf(0, this.position);
    if (stop < 0 || stop >= this.end) this.fail('a string has no terminating NUL');
    const text = decodeText(this.data.subarray(this.position, stop));
    this.position = stop + 1;
    return text;
  }
}

/** Names are shorter. A table of names that has none of its own, but one long text, would be read over and over. */
export const LONGEST_NAME: Bytes = 2 ** 16;

/** The bytes from a position up to the next NUL; undefined where there is none within LONGEST_NAME. */
export function nameAt(data: Uint8Array, at: number): Uint8Array | undefined {
  const rest = data.subarray(at, at + LONGEST_NAME + 1);
  const stop = rest.indexOf(0);
  return stop < 0 ? undefined : rest.subarray(0, stop);
}

/** The text of a field of fixed length: up to the first NUL, or all of it. */
export function untilNul(bytes: Uint8Array): string {
  const stop = bytes.indexOf(0);
  return decodeText(stop < 0 ? bytes : bytes.subarray(0, stop));
}

/** UTF-8 text; pure ASCII, the usual case, takes a faster way. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length < 24) {
    let text = '';
    for (const byte of bytes) {
      if (byte >= 0x80) return utf8.decode(bytes);
      text += String.fromCharCode(byte);
    }
    return text;
  }
  for (const byte of bytes) if (byte >= 0x80) return utf8.decode(bytes);
  return latin1.decode(bytes);
}

/** ISO 8859-1, a character a byte. (What a TextDecoder calls so has other characters from 0x80 to 0x9f.) */
export function decodeLatin1(bytes: Uint8Array): string {
  const piece = 8192; // arguments of one call
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return text;
}
