/**
 * A new database file: small tables through SQLite in one transaction, then the tables with a row per object or pointer as finished
 * pages. No journal and no fsync, because a file that is not finished is thrown away.
 */
import Sqlite from 'better-sqlite3';
import type {Batch} from '../../base/column-batch.js';
import {GoheapError} from '../../base/errors.js';
import type {Connection} from '../open-database.js';
import {fileError} from '../sqlite-errors.js';
import {InsertedRows} from './insert-rows.js';
import {PageFile} from './page-file.js';
import type {TableLayout} from './row-encoder.js';
import {SortedRows} from './sorted-rows.js';
import type {DatabaseWriter, TableHead} from './write-table.js';

const PAGE_SIZE = 32768;
/** Rows of an index that ANALYZE looks at: a few hundredths of a second, however large the tables are. */
const ROWS_ANALYZED = 1000;

/** A table, or an index of one. */
interface Layout extends TableLayout {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A database that is being written, where it is called from. All methods throw GoheapErrors for what the disk does wrong. */
export class NewDatabase implements DatabaseWriter {
  readonly path: string;
  #connection: Connection | undefined;
  #pages: PageFile | undefined;
  #layouts = new Map<string, Layout>();
  readonly #sorted = new Set<string>();
  #rows: InsertedRows | SortedRows | undefined; // of the table that is being written

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

  begin({name, columns, sorted}: TableHead): void {
    try {
      this.#rows = sorted ? this.#beginSorted(name, columns) : new InsertedRows(this.#connect(), name, columns);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  add(batch: Batch): void {
    try {
      this.#rows!.add(batch);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  end(): void {
    if (this.#rows instanceof SortedRows) this.#rows.finish();
  }

  #connect(): Connection {
    this.#connection ??= beginTransaction(openForWriting(this.path));
    return this.#connection;
  }

  #beginSorted(name: string, columns: readonly string[]): SortedRows {
    const layout = this.#layouts.get(name);
    if (layout === undefined || layout.columns.join() !== columns.join()) {
      throw new GoheapError(
        'mismatch',
        `table ${name} does not have the columns ${columns.join(', ')} in this order, with its key in front`,
      );
    }
    this.#closeConnection();
    this.#sorted.add(name);
    this.#pages ??= new PageFile(this.path);
    return new SortedRows(this.#pages, layout);
  }

  show(): void {
    this.#closeConnection();
  }

  /** Completes the file, statistics for SQLite's planner included. */
  finish(): void {
    for (const {name, table} of this.#layouts.values()) {
      if (this.#sorted.has(table) && !this.#sorted.has(name))
        throw new GoheapError('mismatch', `index ${name} of ${table} was not written`);
    }
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

function beginTransaction(connection: Connection): Connection {
  connection.exec('BEGIN');
  return connection;
}

/** The tables that can be written as pages, which have a key of leading columns, and the indexes: of these the key is all. */
function readLayouts(connection: Connection): Map<string, Layout> {
  const trees = connection.prepare<[], [string, string, number, number]>(
    `SELECT s.name, s.tbl_name, s.rootpage, l.wr FROM sqlite_schema s JOIN pragma_table_list l ON l.name = s.tbl_name WHERE s.rootpage > 0`,
  );
  const columnsOf = connection.prepare<[string], [string, number, string | null]>(
    'SELECT name, pk, dflt_value FROM pragma_table_info(?) ORDER BY cid',
  );
  const keyOf = connection.prepare<[string], [string | null, number]>('SELECT name, desc FROM pragma_index_xinfo(?) ORDER BY seqno').raw();
  const layouts = new Map<string, Layout>();
  for (const [name, table, root, wr] of trees.raw().all()) {
    const columns = columnsOf.raw().all(table);
    if (name !== table) {
      const rowid = columns.find(([, pk]) => pk === 1)?.[0] ?? 'rowid';
      const key = keyOf.all(name);
      const names = key.map(([column]) => column ?? rowid);
      const descending = key.map(([, desc]) => desc === 1);
      layouts.set(name, {
        name,
        table,
        root,
        columnCount: key.length,
        keyColumns: key.length,
        withoutRowid: true,
        columns: names,
        descending,
      });
      continue;
    }
    const keyColumns = columns.filter(([, pk]) => pk > 0).length;
    const leading = columns.every(([, pk], index) => pk === (index < keyColumns ? index + 1 : 0));
    const withoutRowid = wr === 1;
    if (!leading || keyColumns === 0 || (!withoutRowid && keyColumns > 1)) continue;
    const names = columns.map(([column]) => column);
    const defaults = columns.map(([, , value]) => (value === null ? null : Number(value)));
    layouts.set(name, {name, table, root, columnCount: names.length, keyColumns, withoutRowid, columns: names, defaults});
  }
  return layouts;
}
