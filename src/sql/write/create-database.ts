/**
 * A new database file: small tables through SQLite in one transaction, then the tables with a row per object or pointer as finished
 * pages. No journal and no fsync, because a file that is not finished is thrown away.
 */
import Sqlite from 'better-sqlite3';
import type {Batch, Batches} from '../../base/column-batch.js';
import {GoheapError} from '../../base/errors.js';
import {checkpoint, type Work} from '../../base/progress.js';
import type {Connection} from '../open-database.js';
import {fileError} from '../sqlite-errors.js';
import {InsertedRows} from './insert-rows.js';
import {PageFile} from './page-file.js';
import type {TableLayout} from './row-encoder.js';
import {SortedRows} from './sorted-rows.js';

const PAGE_SIZE = 32768;
/** Rows between two chances for Ctrl-C and progress: some hundredths of a second. */
const ROWS_PER_PAUSE = 1 << 16;
/** Rows of an index that ANALYZE looks at: a few hundredths of a second, however large the tables are. */
const ROWS_ANALYZED = 1000;

/** A table, or an index of one, and all of its rows. */
export interface TableRows {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rowCount?: number | undefined; // for progress
  batches(): Batches;
}

/** A table, or an index of one. */
interface Layout extends TableLayout {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A database that is being written. All methods throw GoheapErrors for what the disk does wrong. */
export class NewDatabase {
  readonly path: string;
  #connection: Connection | undefined;
  #pages: PageFile | undefined;
  #layouts = new Map<string, Layout>();
  readonly #sorted = new Set<string>();

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

  /** Inserts the rows of a table, in any order; returns how many there were. Not after `insertSorted`. */
  async insert(table: TableRows, work: Work): Promise<number> {
    try {
      return await addAll(new InsertedRows(this.#connection!, table.name, table.columns), table, work);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  /**
   * Writes the rows of an empty table, which come in the order of its key, or those of an index of such a table; returns how many there were.
   * A table's indexes must be written like it.
   */
  async insertSorted(table: TableRows, work: Work): Promise<number> {
    const {name, columns} = table;
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
    const rows = new SortedRows(this.#pages, layout);
    const count = await addAll(rows, table, work);
    rows.finish();
    return count;
  }

  /** From here on the file can be read: it has all its tables, those of `insertSorted` without a row. Ends `insert`. */
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

/** Hands a table's batches over, with a chance for Ctrl-C and progress between them; returns how many rows there were. */
async function addAll(rows: {add(batch: Batch): void}, table: TableRows, work: Work): Promise<number> {
  const {name, rowCount = 0} = table;
  let count = 0;
  let told = 0;
  work.onProgress?.(`write ${name}`, 0, rowCount);
  for await (const batch of table.batches()) {
    rows.add(batch);
    count += batch.count;
    if (count - told < ROWS_PER_PAUSE) continue;
    told = count;
    work.onProgress?.(`write ${name}`, count, Math.max(rowCount, count));
    await checkpoint(work);
  }
  work.onProgress?.(`write ${name}`, count, count);
  return count;
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
