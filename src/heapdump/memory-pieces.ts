/**
 * Pieces of a process's memory in the order of a dump → where in the dump each address is. A piece is bytes as they lay in memory, or the records of objects
 * of one span.
 */
import {Column} from '../base/columns.js';
import type {Address, Bytes} from '../base/units.js';
import {PF, PT} from '../elf/elf-constants.js';
import type {Segment} from '../elf/elf-file.js';
import type {MemoryPart} from '../image/core-file.js';

/** Offsets count the bytes of all pieces by address, whatever the order of the dump: who reads memory upwards reads in sequence. */
export interface PlacedMemory {
  readonly pieces: PieceTable;
  readonly segments: readonly Segment[]; // by address; what follows on another piece is one with it
  readonly parts: () => readonly MemoryPart[]; // in the order of the dump
}
/** The rows by offset, which counts the bytes of all pieces. */
export interface PieceTable {
  readonly count: number;
  readonly size: Bytes; // of all together
  readonly offset: Float64Array;
  readonly address: Float64Array;
  readonly length: Float64Array; // in memory
  readonly position: Float64Array; // in the dump
  readonly extent: Float64Array; // bytes of the dump; those that are in none are zeros
  readonly isObjects: Uint8Array; // records of objects, and no bytes of memory
}

export class MemoryPieces {
  readonly #columns = {
    address: new Column(Float64Array),
    length: new Column(Float64Array),
    position: new Column(Float64Array),
    extent: new Column(Float64Array),
    isObjects: new Column(Uint8Array),
  };

  /** `stored`: how many of the bytes are in the dump, the first ones. */
  addBytes(address: Address, length: Bytes, position: Bytes, stored = length): void {
    if (length > 0) this.#add(address, length, position, stored, 0);
  }

  /** Memory of objects whose records follow. */
  beginObjects(address: Address, end: Address): void {
    this.#add(address, end - address, 0, 0, 1);
  }

  /** The last piece has the records of objects from there, or from where it begins, to there. */
  extend(from: Bytes, to: Bytes): void {
    const {position, extent} = this.#columns;
    const last = extent.length - 1;
    if (extent.data[last] === 0) position.data[last] = from;
    extent.data[last] = to - position.data[last]!;
  }

  /** How much of the dump the last piece would take up to there. */
  extentUpTo(position: Bytes): Bytes {
    const {extent, position: first} = this.#columns;
    const last = extent.length - 1;
    return extent.data[last] === 0 ? 0 : position - first.data[last]!;
  }

  /** Whether the last piece has all records in front of there. */
  reaches(position: Bytes): boolean {
    const {extent} = this.#columns;
    const bytes = extent.data[extent.length - 1]!;
    return bytes > 0 && this.extentUpTo(position) === bytes;
  }

  /** The objects of the last piece from the address on are a piece of their own. */
  cut(address: Address): void {
    const {address: first, length} = this.#columns;
    const last = length.length - 1;
    const end = first.data[last]! + length.data[last]!;
    length.data[last] = address - first.data[last]!;
    this.beginObjects(address, end);
  }

  finish(): PlacedMemory {
    const {address, length, position, extent, isObjects} = this.#columns;
    const [start, bytes] = [address.finish(), length.finish()];
    const count = start.length;
    const order = Array.from(start, (_, piece) => piece).sort((a, b) => start[a]! - start[b]! || a - b); // an array: it knows runs
    const offset = new Float64Array(count);
    const offsetOf = new Float64Array(count); // by piece
    const segments: Segment[] = [];
    let [size, first] = [0, 0];
    for (let row = 0; row < count; row++) {
      const piece = order[row]!;
      offset[row] = size;
      offsetOf[piece] = size;
      size += bytes[piece]!;
      const next = order[row + 1];
      if (next !== undefined && start[next] === start[piece]! + bytes[piece]!) continue;
      segments.push(segmentOf(start[order[first]!]!, offset[first]!, size));
      first = row + 1;
    }
    const pick = ({data}: Column<Float64Array>) => Float64Array.from(order, (piece) => data[piece]!);
    const columns = {address: pick(address), length: pick(length), position: pick(position), extent: pick(extent)};
    const pieces = {count, size, offset, ...columns, isObjects: Uint8Array.from(order, (piece) => isObjects.data[piece]!)};
    return {pieces, segments, parts: () => listParts(start, bytes, offsetOf)};
  }

  #add(address: Address, length: Bytes, position: Bytes, extent: Bytes, isObjects: number): void {
    const columns = this.#columns;
    columns.address.push(address);
    columns.length.push(length);
    columns.position.push(position);
    columns.extent.push(extent);
    columns.isObjects.push(isObjects);
  }
}

function segmentOf(address: Address, offset: Bytes, end: Bytes): Segment {
  const size = end - offset;
  return {type: PT.LOAD, flags: PF.R | PF.W, align: 1, offset, address, fileSize: size, memorySize: size};
}

/** What follows on another piece in the dump and in memory is one part with it. */
function listParts(start: Float64Array, bytes: Float64Array, offset: Float64Array): MemoryPart[] {
  const parts: {offset: Bytes; fileSize: Bytes}[] = [];
  let behind = Number.NaN;
  for (let piece = 0; piece < start.length; piece++) {
    if (start[piece] === behind) parts.at(-1)!.fileSize += bytes[piece]!;
    else parts.push({offset: offset[piece]!, fileSize: bytes[piece]!});
    behind = start[piece]! + bytes[piece]!;
  }
  return parts;
}
