/**
 * Batches → cells of leaf pages: lays out the memory of assembly/encode-rows.ts, and copies columns into it. Integers, text and NULL, in the order
 * of the key; anything else is an error, as the file would be corrupt.
 */
import type {Batch} from '../../base/column-batch.js';
import {type CompiledModule, type ExportedNumber, growTo, instantiate} from '../../base/compiled-module.js';
import {GoheapError} from '../../base/errors.js';
import type {PageCells} from './page-tree.js';

/** A table as the schema has it. The columns of the key come first. */
export interface TableLayout {
  readonly name: string;
  readonly root: number; // page
  readonly columnCount: number;
  readonly keyColumns: number;
  readonly withoutRowid: boolean; // false: the first column is the rowid
  readonly descending?: readonly boolean[]; // of the key's columns; without it, all ascend
  readonly defaults?: readonly (number | null)[]; // of columns: 0, 1 or NULL, which all are without it
}

/** What assembly/encode-rows.ts exports, and how it numbers kinds of columns and reasons. */
interface Encoder extends CompiledModule {
  readonly reason: ExportedNumber;
  readonly badColumn: ExportedNumber;
  readonly rowLength: ExportedNumber;
  readonly count: {value: number};
  readonly length: {value: number};
  prepare(columnCount: number, keyColumns: number, withRowid: number, bytesOfPage: number, bytesOfRow: number): number;
  encode(first: number, end: number): number;
}
const KIND = {integers: 0, numbers: 1, texts: 2} as const;
const REASON = {done: 0, pageFull: 1, outOfOrder: 2, noInteger: 3, rowTooLong: 4} as const;
const COLUMN_BYTES = 40;
const DESCENDS = 16;
const DEFAULT = 20;
const NO_DEFAULT = 2;
const VALUE = 24;
const LAST = 32;

/** Texts are read 8 bytes at a time. */
const BEHIND_TEXT = 8;

export class RowEncoder {
  readonly #layout: TableLayout;
  readonly #longestRow: number;
  readonly #encoder: Encoder;
  readonly #columns: number; // addresses in the encoder's memory
  readonly #starts: number;
  readonly #cells: number;
  readonly #batch: number;
  readonly #pageSize: number;
  #position: number; // where the next column goes
  #rows = 0; // of earlier batches

  constructor(layout: TableLayout, pageSize: number, longestRow: number) {
    this.#encoder = instantiate<Encoder>('sql/write/encode-rows.wasm');
    this.#layout = layout;
    this.#longestRow = longestRow;
    this.#pageSize = pageSize;
    const {columnCount, keyColumns, withoutRowid} = layout;
    this.#batch = this.#encoder.prepare(columnCount, keyColumns, withoutRowid ? 0 : 1, pageSize, longestRow);
    this.#cells = this.#batch - 2 * pageSize;
    this.#starts = this.#cells - pageSize;
    this.#columns = this.#starts - pageSize - columnCount * COLUMN_BYTES;
    this.#position = this.#batch;
    this.#reserve(0);
    const view = new DataView(this.#encoder.memory.buffer);
    for (let column = 0; column < columnCount; column++) {
      const value = column < keyColumns ? undefined : layout.defaults?.[column];
      view.setUint32(this.#column(column) + DEFAULT, value ?? NO_DEFAULT, true);
      if (column >= keyColumns) continue;
      const descends = layout.descending?.[column] === true;
      view.setUint32(this.#column(column) + DESCENDS, descends ? 1 : 0, true);
      view.setBigInt64(this.#column(column) + LAST, descends ? BigInt(Number.MAX_SAFE_INTEGER) + 1n : -1n, true);
    }
  }

  /** Encodes the batch; `takePage` gets the cells of each page that is full, and the first column of the last one's key. */
  encode(batch: Batch, takePage: (cells: PageCells, lastKey: number) => void): void {
    this.#load(batch);
    for (let row = 0; row < batch.count; ) {
      row = this.#encoder.encode(row, batch.count);
      if (this.#encoder.reason.value === REASON.pageFull) takePage(this.takeCells(), this.#key(LAST)[0]!);
      else if (row < batch.count) throw this.#problem(row, batch);
    }
    this.#rows += batch.count;
  }

  /** The cells since the last call. They are to be used before the next row is encoded. */
  takeCells(): PageCells {
    const {memory, count, length} = this.#encoder;
    const bytes = new Uint8Array(memory.buffer, this.#cells, 2 * this.#pageSize);
    const start = new Uint32Array(memory.buffer, this.#starts, this.#pageSize / 4);
    const cells = {bytes, start, count: count.value, length: length.value};
    count.value = 0;
    length.value = 0;
    return cells;
  }

  #load({count, columns}: Batch): void {
    const {name, columnCount} = this.#layout;
    if (columns.length !== columnCount) {
      throw new GoheapError('mismatch', `${name}: rows of ${columns.length} cells; expected ${columnCount}`);
    }
    this.#position = this.#batch;
    for (const [index, column] of columns.entries()) {
      const at = this.#column(index);
      if ('pool' in column) {
        const places = [this.#copy(column.length, count), this.#copy(column.start, count), this.#copyPool(column.pool)];
        new Uint32Array(this.#encoder.memory.buffer, at, 4).set([KIND.texts, ...places]);
      } else if ('subarray' in column) {
        const kind = column instanceof Float64Array ? KIND.numbers : KIND.integers;
        const values = this.#copy(column, count);
        new Uint32Array(this.#encoder.memory.buffer, at, 2).set([kind, values]);
      } else throw new GoheapError('unsupported', `${name}: cells that are neither integers nor texts`);
    }
  }

  /** Puts the first values into the memory, as numbers of 8 bytes or integers of 4; returns their address. */
  #copy(column: Uint8Array | Uint32Array | Float64Array, count: number): number {
    if (column.length < count) throw new GoheapError('mismatch', `${this.#layout.name}: ${column.length} values for ${count} rows`);
    const Values = column instanceof Float64Array ? Float64Array : Uint32Array;
    const at = this.#reserve(count * Values.BYTES_PER_ELEMENT);
    new Values(this.#encoder.memory.buffer, at, count).set(column.length === count ? column : column.subarray(0, count));
    return at;
  }

  #copyPool(pool: Uint8Array): number {
    const at = this.#reserve(pool.length + BEHIND_TEXT);
    new Uint8Array(this.#encoder.memory.buffer, at, pool.length).set(pool);
    return at;
  }

  /** The address of so many bytes that nothing uses. */
  #reserve(bytes: number): number {
    const at = this.#position;
    this.#position = aligned(at + bytes);
    growTo(this.#encoder, this.#position);
    return at;
  }

  #column(index: number): number {
    return this.#columns + index * COLUMN_BYTES;
  }

  #key(field: number): number[] {
    const view = new DataView(this.#encoder.memory.buffer);
    return Array.from({length: this.#layout.keyColumns}, (_, column) => Number(view.getBigInt64(this.#column(column) + field, true)));
  }

  #problem(row: number, {columns}: Batch): GoheapError {
    const {name} = this.#layout;
    const {reason, badColumn, rowLength} = this.#encoder;
    if (reason.value === REASON.outOfOrder) {
      const [key, last] = [VALUE, LAST].map((field) => this.#key(field).join(', '));
      return new GoheapError('mismatch', `${name}: row ${this.#rows + row} has key ${key} after ${last}`);
    }
    if (reason.value === REASON.rowTooLong) {
      return new GoheapError('limit', `${name}: a row of ${rowLength.value} bytes; expected at most ${this.#longestRow}`);
    }
    const value = columns[badColumn.value] instanceof Float64Array ? (columns[badColumn.value] as Float64Array)[row]! : Number.NaN;
    return new GoheapError('mismatch', `${name}: ${Number.isNaN(value) ? 'NULL in the key' : `${value} is no integer`}`);
  }
}

function aligned(address: number): number {
  return Math.ceil(address / 8) * 8;
}
