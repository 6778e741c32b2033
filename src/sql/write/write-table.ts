/**
 * A table's batches → a database that is being written, here or on another thread.
 */
import type {Batch, Batches} from '../../base/column-batch.js';
import {checkpoint, type Work} from '../../base/progress.js';

/**
 * A table, or an index of one. Sorted: it is empty, its rows come in the order of its key, and are written as pages; its indexes must be written like
 * it. Others are inserted, in any order, and come first.
 */
export interface TableHead {
  readonly name: string;
  readonly columns: readonly string[];
  readonly sorted?: boolean;
}

/** With all of its rows. */
export interface TableRows extends TableHead {
  readonly rowCount?: number | undefined; // for progress
  batches(): Batches;
}

/** What takes tables one after the other. Each call is awaited before the next; what went wrong may show only at a later one. */
export interface DatabaseWriter {
  begin(table: TableHead): void | Promise<void>;
  /** The batch may change afterwards. */
  add(batch: Batch): void | Promise<void>;
  end(): void | Promise<void>;
  /** Now the file can be read until the next table begins: it has all its tables, those that were not written yet without a row. */
  show(): void | Promise<void>;
  /** Completes the file, statistics for SQLite's planner included. */
  finish(): void | Promise<void>;
  /** Closes the file; without `finish` before it is not usable. */
  close(): void | Promise<void>;
}

/** Rows between two chances for Ctrl-C and progress: some hundredths of a second. */
const ROWS_PER_PAUSE = 1 << 16;

/** Returns how many rows there were. */
export async function writeTable(writer: DatabaseWriter, table: TableRows, work: Work): Promise<number> {
  const {name, columns, sorted = false, rowCount = 0} = table;
  let count = 0;
  let told = 0;
  work.onProgress?.(`write ${name}`, 0, rowCount);
  await writer.begin({name, columns, sorted});
  for await (const batch of table.batches()) {
    await writer.add(batch);
    count += batch.count;
    if (count - told < ROWS_PER_PAUSE) continue;
    told = count;
    work.onProgress?.(`write ${name}`, count, Math.max(rowCount, count));
    await checkpoint(work);
  }
  await writer.end();
  work.onProgress?.(`write ${name}`, count, count);
  return count;
}
