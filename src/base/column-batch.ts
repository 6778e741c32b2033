/**
 * Rows of a table as columns: what tables hand over and what formats write. NULL is "not known" or "there is none".
 */

/** A cell of a small table. A bigint is an integer for a column of any type, where a number would be taken as a fraction. */
export type Cell = number | bigint | string | Uint8Array | null;

/** UTF-8: the text of row r is `length[r]` bytes of the pool from `start[r]` on; NONE bytes are NULL. Rows may share bytes. */
export interface Texts {
  readonly pool: Uint8Array;
  readonly start: Uint32Array;
  readonly length: Uint32Array;
}

/** Of integers NONE is NULL, but for bytes, which all are values; of numbers NaN. Lists of cells are for small tables. */
export type BatchColumn = Uint8Array | Uint32Array | Float64Array | Texts | readonly Cell[];

/** Consecutive rows. Columns may be longer than `count`. They belong to who made them, and may change when the next batch is asked for. */
export interface Batch {
  readonly count: number;
  readonly columns: readonly BatchColumn[];
}

/** A table's rows in order; to be read once. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** So many rows are made at a time: enough to forget what a batch costs, few enough to stay in a processor's cache. */
export const BATCH_ROWS = 8192;
