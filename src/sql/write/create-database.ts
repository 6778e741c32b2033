/**
 * A new database file: small tables through SQLite in one transaction, then the tables with a row per object or pointer as finished
 * pages. No journal and no fsync, because a file that is not finished is thrown away.
 */
import Sqlite from 'better-sqlite3';
import {GoheapError} from '../../base/errors.js';
import type {Work} from '../../base/progress.js';
import type {Connection} from '../open-database.js';
import {fileError} from '../sqlite-errors.js';
import {type InsertOptions, RowInserter, type SqlCell} from './insert-rows.js';
import {PageFile} from './page-file.js';
import {SortedRows, type TableLayout} from './sorted-rows.js';

const PAGE_SIZE = 32768;
/** Rows of an index that ANALYZE looks at: a few hundredths of a second, however large the tables are. */
const ROWS_ANALYZED = 1000;

/** What takes a table's rows. */
export interface RowTarget {
  put(value: SqlCell): void;
  endRow(): boolean;
  pause(): Promise<void>;
}

/** A database that is being written. All methods throw GoheapErrors for what the disk does wrong. */
export class NewDatabase {
  readonly path: string;
  #connection: Connection | undefined;
  #pages: PageFile | undefined;
  #layouts = new Map<string, TableLayout & {readonly columns: readonly string[]}>();

  /** Creates the file (an existing one must be empty) with the tables, views and indexes of `schema`. */
  constructor(path: string, schema: string, pageSize = PAGE_SIZE) {
    this.path = path;
    try {
      this.#connection = openForWriting(path);
      this.#connection.pragma(`page_size = ${pageSize}`);
      this.#connection.exec('BEGIN');
      this.#connection.exec(schema);
      this.#layouts = readLayouts(this.#connection);
    } catch (error) {
      this.close();
      throw fileError(path, error);
    }
  }

  /** Lets `fill` put rows into one table, in any order; returns how many there were. Not after `insertSorted`. */
  async insert(
    table: string,
    columns: readonly string[],
    work: Work,
    options: InsertOptions,
    fill: (rows: RowTarget) => Promise<void>,
  ): Promise<number> {
    try {
      const rows = new RowInserter(this.#connection!, table, columns, work, options);
      await fill(rows);
      return rows.finish();
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  /** Lets `fill` put all rows of an empty table without indexes, in the order of its key; returns how many there were. */
  async insertSorted(
    table: string,
    columns: readonly string[],
    work: Work,
    options: InsertOptions,
    fill: (rows: RowTarget) => Promise<void>,
  ): Promise<number> {
    const layout = this.#layouts.get(table);
    if (layout === undefined || layout.columns.join() !== columns.join()) {
      throw new GoheapError(
        'mismatch',
        `table ${table} does not have the columns ${columns.join(', ')} in this order, with its key in front`,
      );
    }
    this.#closeConnection();
    this.#pages ??= new PageFile(this.path);
    const rows = new SortedRows(this.#pages, layout, work, options.expected);
    await fill(rows);
    return rows.finish();
  }

  /** Completes the file, statistics for SQLite's planner included. */
  finish(): void {
    this.#closeConnection();
    this.#pages?.finish();
    this.#pages?.close();
    this.#pages = undefined;
    try {
      this.#connection = openForWriting(this.path);
      this.#connection.pragma(`analysis_limit = ${ROWS_ANALYZED}`);
      this.#connection.exec('ANALYZE');
      this.#connection.close();
      this.#connection = undefined;
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  /** Closes the file; without `finish` before it is not usable. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#pages?.close();
    this.#pages = undefined;
  }

  #closeConnection(): void {
    try {
      this.#connection?.exec('COMMIT');
      this.#connection?.close();
      this.#connection = undefined;
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}

/** Tables come in the order that costs least memory, so that what a row refers to may be written after it. */
function openForWriting(path: string): Connection {
  const connection = new Sqlite(path);
  for (const setting of [
    'journal_mode = OFF',
    'synchronous = OFF',
    'locking_mode = EXCLUSIVE',
    'temp_store = MEMORY',
    'foreign_keys = OFF',
  ]) {
    connection.pragma(setting);
  }
  return connection;
}

/** The tables that can be written as pages: a key of leading columns, and no index. */
function readLayouts(connection: Connection): Map<string, TableLayout & {readonly columns: readonly string[]}> {
  const tables = connection.prepare<[], [string, number, number]>(
    `SELECT s.name, s.rootpage, l.wr FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.name WHERE s.type = 'table'
      AND NOT EXISTS (SELECT 1 FROM sqlite_schema i WHERE i.type = 'index' AND i.tbl_name = s.name)`,
  );
  const layouts = new Map<string, TableLayout & {readonly columns: readonly string[]}>();
  for (const [name, root, withoutRowid] of tables.raw().all()) {
    const columns = connection
      .prepare<[string], [string, number]>('SELECT name, pk FROM pragma_table_info(?) ORDER BY cid')
      .raw()
      .all(name);
    const keyColumns = columns.filter(([, pk]) => pk > 0).length;
    const leading = columns.every(([, pk], index) => pk === (index < keyColumns ? index + 1 : 0));
    if (!leading || keyColumns === 0 || (withoutRowid === 0 && keyColumns > 1)) continue;
    const names = columns.map(([column]) => column);
    layouts.set(name, {name, root, columnCount: names.length, keyColumns, withoutRowid: withoutRowid === 1, columns: names});
  }
  return layouts;
}
