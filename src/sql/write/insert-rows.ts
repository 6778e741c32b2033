/**
 * Batches → multi-row INSERT statements: 256 rows a call, prepared once, one parameter array for all calls; a call per row costs three times
 * as much. For small tables: any order, any kind of cell. Sorted tables with a row per object are faster as pages (sorted-rows.ts).
 */
import type Sqlite from 'better-sqlite3';
import type {Batch, BatchColumn, Cell} from '../../base/column-batch.js';
import {NONE} from '../../base/units.js';
import type {Connection} from '../open-database.js';

const ROWS_PER_CALL = 256;
/** SQLite's default limit on parameters of one statement. */
const MAX_PARAMETERS = 32766;

const utf8 = new TextDecoder('utf-8', {ignoreBOM: true});

export class InsertedRows {
  readonly #columns: readonly string[];
  readonly #many: Insertion;
  readonly #single: Insertion;

  constructor(connection: Connection, table: string, columns: readonly string[]) {
    this.#columns = columns;
    this.#many = prepareInsertion(connection, table, columns, Math.min(ROWS_PER_CALL, Math.floor(MAX_PARAMETERS / columns.length)));
    this.#single = prepareInsertion(connection, table, columns, 1);
  }

  add(batch: Batch): void {
    for (let row = 0; row < batch.count; ) {
      const insertion = row + this.#many.rows <= batch.count ? this.#many : this.#single;
      this.#insert(insertion, batch, row);
      row += insertion.rows;
    }
  }

  #insert({statement, values, rows}: Insertion, {columns}: Batch, first: number): void {
    const width = this.#columns.length;
    for (const [index, column] of columns.entries()) {
      const cellAt = readerOf(column);
      for (let row = 0; row < rows; row++) values[row * width + index] = cellAt(first + row);
    }
    statement.run(values);
  }
}

interface Insertion {
  readonly rows: number;
  readonly statement: Sqlite.Statement<unknown[], unknown>;
  readonly values: Cell[];
}

function prepareInsertion(connection: Connection, table: string, columns: readonly string[], rows: number): Insertion {
  const row = `(${columns.map(() => '?').join(',')})`;
  const names = columns.map((name) => `"${name}"`).join(',');
  const statement = connection.prepare(`INSERT INTO "${table}" (${names}) VALUES ${new Array<string>(rows).fill(row).join(',')}`);
  return {rows, statement, values: new Array<Cell>(rows * columns.length).fill(null)};
}

/** A number goes into an INTEGER column as one. */
function readerOf(column: BatchColumn): (row: number) => Cell {
  if ('pool' in column) {
    const {pool, start, length} = column;
    return (row) => (length[row] === NONE ? null : utf8.decode(pool.subarray(start[row]!, start[row]! + length[row]!)));
  }
  if (column instanceof Float64Array) return (row) => (Number.isNaN(column[row]!) ? null : column[row]!);
  if (column instanceof Uint32Array) return (row) => (column[row] === NONE ? null : column[row]!);
  return (row) => column[row]!;
}
