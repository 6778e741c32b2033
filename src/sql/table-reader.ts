/**
 * Rows of a database → cells, for the readers of single tables: positions instead of names, and every cell checked for its kind.
 */
import {GoheapError} from '../base/errors.js';
import type {StringIndex} from '../base/units.js';
import type {Connection} from './open-database.js';

/** One row, by position in the SELECT. */
export type Cells = readonly unknown[];

/** The rows of a table as they come; `order` is the tail of the statement. For tables of any size. */
export function eachRow(connection: Connection, table: string, columns: string, order: string): IterableIterator<Cells> {
  return connection.prepare<unknown[], Cells>(`SELECT ${columns} FROM ${table} ORDER BY ${order}`).raw().iterate();
}

/** All rows of a table that is small compared with the objects. */
export function readRows(connection: Connection, table: string, columns: string, order = '1'): Cells[] {
  return connection.prepare<unknown[], Cells>(`SELECT ${columns} FROM ${table} ORDER BY ${order}`).raw().all();
}

export function contradiction(table: string, row: unknown, problem: string): GoheapError {
  return new GoheapError('bad-format', `database: ${table}, row ${String(row)}: ${problem}`, {
    hint: 'The database is damaged: convert the core again.',
  });
}

/** The number in a cell, or `missing` for NULL. */
export function numberOr(cell: unknown, missing: number): number {
  if (cell === null) return missing;
  if (typeof cell !== 'number') throw contradiction('cell', cell, 'expected a number');
  return cell;
}

/** Position of a name in one of the graph's lists of names; throws for a name that this goheap does not know. */
export function positionOf(names: readonly string[], cell: unknown, table: string, row: unknown): number {
  const position = names.indexOf(String(cell));
  if (position < 0) throw contradiction(table, row, `'${String(cell)}' is not one of ${names.join(', ')}`);
  return position;
}

/** Strings by index, as the graph keeps them; NULL is the empty string. */
export class StringTable {
  readonly #strings: string[] = [''];
  readonly #index = new Map<string, StringIndex>([['', 0]]);

  indexOf(cell: unknown): StringIndex {
    const text = cell === null ? '' : String(cell);
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.#strings.length;
      this.#strings.push(text);
      this.#index.set(text, index);
    }
    return index;
  }
  list(): string[] {
    return this.#strings;
  }
}
