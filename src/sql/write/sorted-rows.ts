/**
 * Rows in key order → cells of a `PageTree`: for the tables with a row per object or pointer, and their indexes. The record format is
 * https://sqlite.org/fileformat2.html section 2.1. Only what these tables have: integers, text, NULL; rows out of order are an error,
 * as the file would be corrupt.
 */
import {GoheapError} from '../../base/errors.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {SqlCell} from './insert-rows.js';
import type {PageFile} from './page-file.js';
import {PageTree, writeVarint} from './page-tree.js';

/** Rows between two chances for Ctrl-C and progress: some hundredths of a second. */
const ROWS_PER_PAUSE = 1 << 16;

/** A table as the schema has it. The columns of the key come first. */
export interface TableLayout {
  readonly name: string;
  readonly root: number; // page
  readonly columnCount: number;
  readonly keyColumns: number;
  readonly withoutRowid: boolean; // false: the first column is the rowid
  readonly descending?: readonly boolean[]; // of the key's columns; without it, all ascend
}

export class SortedRows {
  readonly #layout: TableLayout;
  readonly #tree: PageTree;
  readonly #work: Work;
  readonly #expected: number;
  readonly #type: Uint32Array; // serial types of the row's columns
  readonly #body: Uint8Array; // their values
  readonly #key: Float64Array;
  readonly #lastKey: Float64Array;
  readonly #direction: Int8Array; // of the key's columns: 1 ascends, -1 descends
  readonly #encoder = new TextEncoder();
  #column = 0;
  #bodyLength = 0;
  #count = 0;

  constructor(file: PageFile, layout: TableLayout, work: Work, expected = 0) {
    this.#layout = layout;
    this.#tree = new PageTree(file, layout.root, layout.withoutRowid ? 'index' : 'table');
    this.#work = work;
    this.#expected = expected;
    this.#type = new Uint32Array(layout.columnCount);
    this.#body = new Uint8Array(file.pageSize);
    this.#key = new Float64Array(layout.keyColumns);
    this.#direction = Int8Array.from({length: layout.keyColumns}, (_, column) => (layout.descending?.[column] ? -1 : 1));
    this.#lastKey = Float64Array.from(this.#direction, (direction) => (direction > 0 ? -1 : Number.POSITIVE_INFINITY));
  }

  put(value: SqlCell): void {
    const column = this.#column++;
    if (typeof value === 'number') {
      if (column < this.#key.length) this.#key[column] = value;
      this.#type[column] = column === 0 && !this.#layout.withoutRowid ? 0 : this.#putInteger(value);
    } else if (value === null) this.#type[column] = 0;
    else if (typeof value === 'string') this.#type[column] = 13 + 2 * this.#putText(value);
    else throw new GoheapError('unsupported', `${this.#layout.name}: a cell that is neither integer nor text`);
  }

  /** True now and then: the caller then awaits `pause()` before the next row. */
  endRow(): boolean {
    this.#checkOrder();
    const {withoutRowid} = this.#layout;
    let {columnCount} = this.#layout;
    if (!withoutRowid) while (columnCount > 1 && this.#type[columnCount - 1] === 0) columnCount--; // columns that are missing at the end are NULL
    let headerLength = 1 + columnCount; // one byte a type, but for texts of more than 57 bytes
    for (let column = 0; column < columnCount; column++)
      if (this.#type[column]! > 0x7f) headerLength += this.#type[column]! > 0x3fff ? 2 : 1;
    const bytes = this.#tree.cellBytes;
    const start = this.#tree.cellStart;
    if (headerLength + this.#bodyLength > this.#tree.largestPayload) {
      throw new GoheapError(
        'limit',
        `${this.#layout.name}: a row of ${headerLength + this.#bodyLength} bytes; expected at most ${this.#tree.largestPayload}`,
      );
    }
    let at = writeVarint(bytes, start, headerLength + this.#bodyLength);
    if (!withoutRowid) at = writeVarint(bytes, at, this.#key[0]!);
    bytes[at++] = headerLength;
    for (let column = 0; column < columnCount; column++) {
      const type = this.#type[column]!;
      if (type <= 0x7f) bytes[at++] = type;
      else at = writeVarint(bytes, at, type);
    }
    const body = this.#body;
    for (let from = 0; from < this.#bodyLength; from++) bytes[at++] = body[from]!;
    this.#tree.addCell(at - start, this.#lastKey[0]!);
    for (let column = 0; column < this.#key.length; column++) this.#lastKey[column] = this.#key[column]!;
    this.#column = 0;
    this.#bodyLength = 0;
    return (++this.#count & (ROWS_PER_PAUSE - 1)) === 0;
  }

  async pause(): Promise<void> {
    this.#work.onProgress?.(`write ${this.#layout.name}`, this.#count, Math.max(this.#expected, this.#count));
    await checkpoint(this.#work);
  }

  /** Completes the tree and returns the number of its rows. */
  finish(): number {
    this.#tree.finish();
    this.#work.onProgress?.(`write ${this.#layout.name}`, this.#count, this.#count);
    return this.#count;
  }

  #checkOrder(): void {
    if (this.#column !== this.#layout.columnCount) {
      throw new GoheapError('mismatch', `${this.#layout.name}: a row of ${this.#column} cells; expected ${this.#layout.columnCount}`);
    }
    for (let column = 0; column < this.#key.length; column++) {
      const step = (this.#key[column]! - this.#lastKey[column]!) * this.#direction[column]!;
      if (step > 0) return;
      if (step < 0) break;
    }
    throw new GoheapError(
      'mismatch',
      `${this.#layout.name}: row ${this.#count} has key ${this.#key.join(', ')} after ${this.#lastKey.join(', ')}`,
    );
  }

  /** Appends the shortest big-endian form to the body; returns its serial type. */
  #putInteger(value: number): number {
    if (value === 0 || value === 1) return 8 + value;
    if (!Number.isSafeInteger(value)) throw new GoheapError('mismatch', `${this.#layout.name}: ${value} is no integer`);
    const body = this.#body;
    const at = this.#bodyLength;
    if (value >= -0x800000 && value <= 0x7fffff) {
      const size = value >= -0x80 && value <= 0x7f ? 1 : value >= -0x8000 && value <= 0x7fff ? 2 : 3;
      for (let byte = 0; byte < size; byte++) body[at + byte] = value >> (8 * (size - 1 - byte));
      this.#bodyLength = at + size;
      return size;
    }
    const low = value >>> 0; // of two's complement, as is floor for the upper half
    const high = Math.floor(value / 2 ** 32);
    const size = value >= -0x80000000 && value <= 0x7fffffff ? 4 : high >= -0x8000 && high <= 0x7fff ? 6 : 8;
    let end = at;
    for (let shift = 8 * (size - 5); shift >= 0; shift -= 8) body[end++] = high >> shift;
    body[end++] = low >>> 24;
    body[end++] = low >>> 16;
    body[end++] = low >>> 8;
    body[end++] = low;
    this.#bodyLength = end;
    return size === 4 ? 4 : size === 6 ? 5 : 6;
  }

  /** Appends the text to the body; returns its length in bytes. */
  #putText(text: string): number {
    const start = this.#bodyLength;
    if (start + 3 * text.length > this.#body.length)
      throw new GoheapError('limit', `${this.#layout.name}: a text of ${text.length} characters`);
    let end = start;
    if (text.length <= 32) {
      for (let index = 0; index < text.length; index++) {
        const unit = text.charCodeAt(index);
        if (unit >= 0x80) break;
        this.#body[end++] = unit;
      }
    }
    if (end - start < text.length) end = start + this.#encoder.encodeInto(text, this.#body.subarray(start)).written;
    this.#bodyLength = end;
    return end - start;
  }
}
