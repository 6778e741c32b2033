/**
 * Rows → multi-row INSERT statements: 256 rows a call, prepared once, one parameter array for all calls; a call per row costs three times
 * as much. For small tables: any order, any kind of cell. Sorted tables with a row per object are faster as pages (sorted-rows.ts).
 */
import type Sqlite from 'better-sqlite3';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Connection} from '../open-database.js';

/** A number goes into an INTEGER column as one; into a column of any type only a bigint does. */
export type SqlCell = number | bigint | string | Uint8Array | null;

const ROWS_PER_CALL = 256;
/** SQLite's default limit on parameters of one statement. */
const MAX_PARAMETERS = 32766;
/** Rows between two chances for Ctrl-C and progress. */
const ROWS_PER_PAUSE = 1 << 16;

export interface InsertOptions {
  /** How many rows will come, for progress. */
  readonly expected?: number | undefined;
  /** 1 for tables of large blobs: the rows of one call are in memory together. */
  readonly rowsPerCall?: number | undefined;
}

/** Takes the cells of one table's rows in order: `put` for each column, then `endRow`; `finish` at the end. */
export class RowInserter {
  readonly #connection: Connection;
  readonly #table: string;
  readonly #columns: readonly string[];
  readonly #work: Work;
  readonly #expected: number;
  readonly #values: SqlCell[];
  readonly #full: Sqlite.Statement<unknown[], unknown>;
  #position = 0;
  #sincePause = 0;
  #inserted = 0;

  constructor(connection: Connection, table: string, columns: readonly string[], work: Work, options: InsertOptions = {}) {
    this.#connection = connection;
    this.#table = table;
    this.#columns = columns;
    this.#work = work;
    this.#expected = options.expected ?? 0;
    const rows = Math.min(options.rowsPerCall ?? ROWS_PER_CALL, Math.floor(MAX_PARAMETERS / columns.length));
    this.#values = new Array<SqlCell>(rows * columns.length).fill(null);
    this.#full = this.#prepare(rows);
  }

  put(value: SqlCell): void {
    this.#values[this.#position++] = value;
  }

  /** True now and then: the caller then awaits `pause()` before the next row. */
  endRow(): boolean {
    if (this.#position === this.#values.length) {
      this.#inserted += this.#full.run(this.#values).changes;
      this.#position = 0;
    }
    if (++this.#sincePause < ROWS_PER_PAUSE) return false;
    this.#sincePause = 0;
    return true;
  }

  async pause(): Promise<void> {
    this.#work.onProgress?.(`write ${this.#table}`, this.#inserted, Math.max(this.#expected, this.#inserted));
    await checkpoint(this.#work);
  }

  /** Inserts what is left and returns how many rows SQLite says it inserted. */
  finish(): number {
    const rows = this.#position / this.#columns.length;
    if (rows > 0) this.#inserted += this.#prepare(rows).run(this.#values.slice(0, this.#position)).changes;
    this.#position = 0;
    this.#work.onProgress?.(`write ${this.#table}`, this.#inserted, this.#inserted);
    return this.#inserted;
  }

  #prepare(rows: number): Sqlite.Statement<unknown[], unknown> {
    const row = `(${this.#columns.map(() => '?').join(',')})`;
    const names = this.#columns.map((name) => `"${name}"`).join(',');
    return this.#connection.prepare(`INSERT INTO "${this.#table}" (${names}) VALUES ${new Array<string>(rows).fill(row).join(',')}`);
  }
}
