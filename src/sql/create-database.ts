/**
 * A new database file, filled in one transaction: no journal and no fsync, because a file that is not finished is thrown away.
 */
import Sqlite from 'better-sqlite3';
import type {Work} from '../base/progress.js';
import {type InsertOptions, RowInserter} from './insert-rows.js';
import type {Connection} from './open-database.js';
import {fileError} from './sqlite-errors.js';

const PAGE_SIZE = 32768;

/** A database that is being written. All methods throw GoheapErrors for what the disk does wrong. */
export class NewDatabase {
  readonly path: string;
  readonly #connection: Connection;

  /** Creates the file (an existing one must be empty) with the tables, views and indexes of `schema`. */
  constructor(path: string, schema: string) {
    this.path = path;
    let connection: Connection | undefined;
    try {
      connection = new Sqlite(path);
      connection.pragma(`page_size = ${PAGE_SIZE}`);
      connection.pragma('journal_mode = OFF');
      connection.pragma('synchronous = OFF');
      connection.pragma('locking_mode = EXCLUSIVE');
      connection.pragma('temp_store = MEMORY');
      connection.exec('BEGIN');
      connection.exec(schema);
    } catch (error) {
      connection?.close();
      throw fileError(path, error);
    }
    this.#connection = connection;
  }

  /** Lets `fill` put rows into one table; returns how many there were. */
  async insert(
    table: string,
    columns: readonly string[],
    work: Work,
    options: InsertOptions,
    fill: (rows: RowInserter) => Promise<void>,
  ): Promise<number> {
    try {
      const rows = new RowInserter(this.#connection, table, columns, work, options);
      await fill(rows);
      return rows.finish();
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  commit(): void {
    try {
      this.#connection.exec('COMMIT');
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  /** Closes the file; what was not committed is lost. */
  close(): void {
    this.#connection.close();
  }
}
