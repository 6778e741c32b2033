/**
 * Rows of a database → cells, for the readers of single tables: positions instead of names, and every cell checked for its kind.
 */
import {GoheapError, isGoheapError} from '../base/errors.js';
import type {Connection} from './open-database.js';
import {askingFile, DAMAGED} from './sqlite-errors.js';

/** One row, by position in the SELECT. */
export type Cells = readonly unknown[];

/** Rows that are in memory at a time. */
const CHUNK = 1 << 14;

/**
 * The rows of a table in the order of its key, a few thousand at a time: for tables of any size. The key's columns come first in
 * `columns`. Asking for rows one by one costs twice as much.
 */
export function* rowChunks(connection: Connection, table: string, key: readonly string[], columns: readonly string[]): Generator<Cells[]> {
  const list = [...key, ...columns].join(', ');
  const order = `ORDER BY ${key.join(', ')} LIMIT ${CHUNK}`;
  const places = key.map(() => '?').join(', ');
  let chunk = prepared(connection, `SELECT ${list} FROM ${table} ${order}`)([]);
  const next = prepared(connection, `SELECT ${list} FROM ${table} WHERE (${key.join(', ')}) > (${places}) ${order}`);
  while (chunk.length > 0) {
    yield chunk;
    chunk = next(chunk.at(-1)!.slice(0, key.length));
  }
}

/** All rows of a table that is small compared with the objects. */
export function readRows(connection: Connection, table: string, columns: string, order = '1'): Cells[] {
  return prepared(connection, `SELECT ${columns} FROM ${table} ORDER BY ${order}`)([]);
}

function prepared(connection: Connection, sql: string): (parameters: readonly unknown[]) => Cells[] {
  const statement = connection.prepare<unknown[], Cells>(sql).raw();
  return (parameters) => askingFile(connection.name, () => statement.all(...parameters));
}

export function contradiction(table: string, row: unknown, problem: string): GoheapError {
  return new GoheapError('bad-format', `database: ${table}, row ${String(row)}: ${problem}`, {
    hint: DAMAGED,
  });
}

/** Runs a check of the graph's invariants over what was read: a broken one is the database's fault. */
export function checkRead(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (isGoheapError(error)) throw new GoheapError(error.code, `database: ${error.message}`, {hint: DAMAGED, cause: error});
    throw error;
  }
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

/** The text in a cell; NULL is the empty string, as in the graph. */
export function textOf(cell: unknown): string {
  return cell === null ? '' : String(cell);
}
