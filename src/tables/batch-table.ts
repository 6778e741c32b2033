/**
 * What a table of schema.sql is to a format: its name, its columns, and its rows as batches of columns. Any format may take these.
 * No object per row: the large tables fill the same columns again and again, or hand over parts of the graph's own.
 */
import {BATCH_ROWS, type Batch, type BatchColumn, type Batches, type Cell} from '../base/column-batch.js';

export interface BatchTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rowCount?: number | undefined; // as the graph says, and a format checks it against what it wrote; undefined where only writing tells
  readonly sorted?: boolean; // true: a row per object or pointer, in the order of the key, integers and short texts only
  readonly late?: boolean; // true: not needed by what is asked first, and computed when it is written
  batches(): Batches;
}

export type ContentsLevel = 'none' | 'preview' | 'full';

/** A table of whole columns, which are made when it is written. */
export function wholeTable(name: string, rowCount: number, columns: Readonly<Record<string, () => BatchColumn>>): BatchTable {
  return {name, columns: Object.keys(columns), rowCount, batches: () => cutRows(rowCount, Object.values(columns))};
}

/** A table of few rows that exist as such. */
export function listTable(name: string, columns: readonly string[], rows: readonly (readonly Cell[])[]): BatchTable {
  return {name, columns, rowCount: rows.length, batches: () => [batchOfRows(columns.length, rows)]};
}

export function batchOfRows(width: number, rows: readonly (readonly Cell[])[]): Batch {
  return {count: rows.length, columns: Array.from({length: width}, (_, column) => rows.map((row) => row[column]!))};
}

function* cutRows(rowCount: number, makers: readonly (() => BatchColumn)[]): Generator<Batch> {
  const columns = makers.map((make) => make());
  for (const [first, end] of rowRanges(rowCount)) yield {count: end - first, columns: columns.map((column) => cut(column, first, end))};
}

function cut(column: BatchColumn, first: number, end: number): BatchColumn {
  if ('pool' in column) return {...column, start: column.start.subarray(first, end), length: column.length.subarray(first, end)};
  return 'subarray' in column ? column.subarray(first, end) : column.slice(first, end);
}

/** Rows 0 to `rowCount`, as ranges of a batch each. */
export function* rowRanges(rowCount: number): Generator<[first: number, end: number]> {
  for (let first = 0; first < rowCount; first += BATCH_ROWS) yield [first, Math.min(first + BATCH_ROWS, rowCount)];
}

/** `from`, `from` + 1, …: `count` of them. */
export function countFrom(from: number, count: number): Uint32Array {
  return new Uint32Array(count).map((_, row) => from + row);
}

/** Unknown where it is 0 or empty. */
export function nullWhenEmpty(values: Iterable<number | string>): Cell[] {
  return Array.from(values, (value) => value || null);
}
