/**
 * The memory of a process as bytes by offset, read out of its heap dump whenever it is asked for: objects lie there one by one, each behind a record's
 * head. To write them to a file as they lay in memory would cost more than to take them out each time that all of memory is read, which is three times.
 */
import {type ByteSource, truncatedError} from '../base/bytes.js';
import type {FileSource} from '../base/file-source.js';
import {lowerBound} from '../base/lower-bound.js';
import type {Bytes} from '../base/units.js';
import type {PieceTable} from './memory-pieces.js';
import {DUMP_WINDOW, type ObjectDecoder} from './object-decoder.js';

/** Bytes of more are read to where they belong. */
const LONG: Bytes = 1 << 16;
/** Pieces: who passes over those without pointers still reads in sequence. */
const NEXT = 64;

export class DumpedMemory implements ByteSource {
  readonly name: string;
  readonly size: Bytes;
  readonly isMade = true;
  readonly #dump: FileSource;
  readonly #pieces: PieceTable;
  readonly #decoder: ObjectDecoder;
  // What of the dump the decoder's window has, and the last piece that was looked for there.
  #start: Bytes = 0;
  #end: Bytes = 0;
  #loaded = -1;
  // The memory of the piece that was made last.
  #made = -1;
  #bytes: Uint8Array = new Uint8Array(0);

  /** The dump is closed with it. */
  constructor(dump: FileSource, pieces: PieceTable, decoder: ObjectDecoder) {
    this.name = dump.name;
    this.size = pieces.size;
    this.#dump = dump;
    this.#pieces = pieces;
    this.#decoder = decoder;
  }

  close(): void {
    this.#dump.close();
  }

  read(offset: Bytes, length: Bytes): Uint8Array {
    this.#check(offset, length);
    const result = new Uint8Array(length);
    this.readInto(offset, result);
    return result;
  }

  readInto(offset: Bytes, into: Uint8Array): void {
    this.#check(offset, into.length);
    const {offset: first, length, isObjects} = this.#pieces;
    const end = offset + into.length;
    let piece = this.#find(offset);
    for (let at = offset; at < end; piece++) {
      const from = at - first[piece]!;
      const count = Math.min(end - at, length[piece]! - from);
      const part = count === into.length ? into : into.subarray(at - offset, at - offset + count);
      if (isObjects[piece] === 1)
        part.set(count === length[piece] ? this.#makeObjects(piece, end) : this.#makeObjects(piece, end).subarray(from, from + count));
      else this.#readBytes(piece, from, part, end);
      at += count;
    }
  }

  /** The piece that has the offset: most often the next one. */
  #find(offset: Bytes): number {
    const {offset: first, count} = this.#pieces;
    const next = this.#made + 1;
    if (next < count && first[next] === offset) return next;
    return lowerBound(first, offset + 1) - 1;
  }

  /** All of the piece. `end`: up to where the next pieces are wanted, too. */
  #makeObjects(piece: number, end: Bytes): Uint8Array {
    if (piece === this.#made) return this.#bytes;
    const {address, length, position, extent} = this.#pieces;
    const bytes = extent[piece]!;
    if (bytes > 0) this.#load(piece, end);
    const at = bytes > 0 ? position[piece]! - this.#start : 0;
    this.#bytes = this.#decoder.copy(at, at + bytes, address[piece]!, length[piece]!);
    this.#made = piece;
    return this.#bytes;
  }

  #readBytes(piece: number, from: Bytes, into: Uint8Array, end: Bytes): void {
    const extent = this.#pieces.extent[piece]!;
    const stored = Math.max(0, Math.min(into.length, extent - from));
    const position = this.#pieces.position[piece]! + from;
    if (extent > LONG) this.#dump.readInto(position, into.subarray(0, stored));
    else {
      this.#load(piece, end);
      into.set(this.#decoder.window.subarray(position - this.#start, position - this.#start + stored));
    }
    into.fill(0, stored);
  }

  /**
   * Makes the window have the piece's part of the dump, with those of the next pieces that lie beside it, on either side: of those before `end`, or of as many
   * as there is room for when the window's pieces were read one after the other.
   */
  #load(piece: number, end: Bytes): void {
    const {count, offset, position, extent} = this.#pieces;
    const isNext = piece > this.#loaded && piece - this.#loaded <= NEXT;
    this.#loaded = piece;
    let low = position[piece]!;
    let high = low + extent[piece]!;
    if (low >= this.#start && high <= this.#end) return;
    for (let wanted = high - low, next = piece + 1; next < count && (isNext || offset[next]! < end); next++) {
      const [from, bytes] = [position[next]!, extent[next]!];
      if (bytes === 0) continue;
      wanted += bytes;
      const [lower, higher] = [Math.min(low, from), Math.max(high, from + bytes)];
      if (bytes > LONG || higher - lower > Math.min(DUMP_WINDOW, 2 * wanted)) break;
      [low, high] = [lower, higher];
    }
    this.#end = 0; // the window is empty while it is filled, and when that fails
    this.#dump.readInto(low, this.#decoder.window.subarray(0, high - low));
    [this.#start, this.#end] = [low, high];
  }

  #check(offset: Bytes, length: Bytes): void {
    if (offset < 0 || length < 0 || offset + length > this.size) throw truncatedError(this.name, offset, length, this.size);
  }
}
