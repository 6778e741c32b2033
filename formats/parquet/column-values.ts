/**
 * Batches → the values of one column of a row group: numbers as doubles, texts as distinct ones with a number for each row. Filled again for each group.
 */
import type {BatchColumn, Cell, Texts} from '../../src/base/column-batch.js';
import {GoheapError} from '../../src/base/errors.js';
import {NONE} from '../../src/base/units.js';

/** A column's rows of the group so far. */
export interface ColumnValues {
  /** Bytes that must be kept for them, beyond a fixed number for each row. */
  readonly poolBytes: number;
  add(column: BatchColumn, count: number): void;
  clear(): void;
}

/** NaN is NULL. */
export class NumberValues implements ColumnValues {
  readonly values: Float64Array;
  readonly poolBytes = 0;
  count = 0;

  constructor(rows: number) {
    this.values = new Float64Array(rows);
  }

  add(column: BatchColumn, count: number): void {
    const {values, count: first} = this;
    if ('pool' in column) throw new GoheapError('mismatch', 'a column of numbers has texts');
    if (column instanceof Float64Array) values.set(column.length === count ? column : column.subarray(0, count), first);
    else if (column instanceof Uint8Array) values.set(column.length === count ? column : column.subarray(0, count), first);
    else if (column instanceof Uint32Array) {
      for (let row = 0; row < count; row++) values[first + row] = column[row] === NONE ? Number.NaN : column[row]!;
    } else for (let row = 0; row < count; row++) values[first + row] = column[row] === null ? Number.NaN : Number(column[row]);
    this.count += count;
  }
  clear(): void {
    this.count = 0;
  }
}

/** Numbers in a column of texts are texts, as in the table `meta`. */
function cellAt(column: Exclude<BatchColumn, Texts>, row: number): Cell {
  const cell = column[row]!;
  return (column instanceof Uint32Array && cell === NONE) || Number.isNaN(cell) ? null : cell;
}

/** Distinct texts, or byte strings, are entries; a row has the number of its entry, NONE for NULL. */
export class TextValues implements ColumnValues {
  readonly entryOf: Uint32Array;
  count = 0;
  entries = 0;
  #pool = new Uint8Array(1 << 12);
  #end: number[] = [];
  #used = 0;
  readonly #known = new Map<string, number>();
  #shared: {readonly pool: Uint8Array; readonly entryAt: Map<number, number>} | undefined;

  constructor(rows: number) {
    this.entryOf = new Uint32Array(rows);
  }

  get poolBytes(): number {
    return this.#used;
  }
  entry(number: number): Uint8Array {
    return this.#pool.subarray(number === 0 ? 0 : this.#end[number - 1]!, this.#end[number]!);
  }
  add(column: BatchColumn, count: number): void {
    if ('pool' in column) this.#addTexts(column, count);
    else for (let row = 0; row < count; row++) this.entryOf[this.count + row] = this.#entryOfCell(cellAt(column, row));
    this.count += count;
  }
  clear(): void {
    this.count = 0;
    this.entries = 0;
    this.#used = 0;
    this.#end = [];
    this.#known.clear();
    this.#shared = undefined;
  }

  #entryOfCell(cell: Cell): number {
    if (cell === null) return NONE;
    if (cell instanceof Uint8Array) return this.#addEntry(cell, 0, cell.length);
    const text = String(cell);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const bytes = new TextEncoder().encode(text);
    const entry = this.#addEntry(bytes, 0, bytes.length);
    this.#known.set(text, entry);
    return entry;
  }

  /** A pool that comes again with the next batch is one of few texts, whose places tell them apart. */
  #addTexts({pool, start, length}: Texts, count: number): void {
    if (this.#shared?.pool !== pool) this.#shared = {pool, entryAt: new Map()};
    const {entryAt} = this.#shared;
    for (let row = 0; row < count; row++) {
      let entry = NONE;
      if (length[row] !== NONE) {
        const known = length[row] === 0 ? undefined : entryAt.get(start[row]!);
        entry = known ?? this.#addEntry(pool, start[row]!, length[row]!);
        if (known === undefined && length[row] !== 0) entryAt.set(start[row]!, entry);
      }
      this.entryOf[this.count + row] = entry;
    }
  }

  #addEntry(bytes: Uint8Array, start: number, size: number): number {
    if (this.#used + size > this.#pool.length) {
      const larger = new Uint8Array(2 * this.#pool.length + size);
      larger.set(this.#pool.subarray(0, this.#used));
      this.#pool = larger;
    }
    this.#pool.set(bytes.subarray(start, start + size), this.#used);
    this.#used += size;
    this.#end.push(this.#used);
    return this.entries++;
  }
}
