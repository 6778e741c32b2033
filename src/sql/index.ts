/**
 * `goheap/sql`: read-only SQL over a database that goheap wrote. Tables, columns and views: formats/sqlite/schema.sql.
 * The calls are asynchronous so that they can move to another thread; a query runs to its end once started.
 */
import {checkpoint} from '../base/progress.js';
import {remember} from '../base/remember.js';
import {openConnection} from './open-database.js';
import {statementError} from './sqlite-errors.js';
import {prepareUserSql} from './user-sql.js';

export type SqlValue = number | string | Uint8Array | null;
/** A row by column name. INTEGER beyond 2**53 is rounded. */
export type Row = Readonly<Record<string, SqlValue>>;
/** Values for `?` in order, or for `:name` by name. */
export type SqlParameters = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

export interface SqlDatabase {
  readonly path: string;
  /** All rows of one reading statement. Throws `usage` for anything else than one SELECT, WITH, VALUES or EXPLAIN. */
  rows<R = Row>(sql: string, parameters?: SqlParameters): Promise<R[]>;
  /** The rows one after the other; stopping early costs nothing. The database must stay open, and does only this meanwhile. */
  each<R = Row>(sql: string, parameters?: SqlParameters): AsyncIterable<R>;
  /** Names of the statement's columns, in order. */
  columns(sql: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Statements that stay compiled: searches ask the same ones thousands of times. */
const MOST_KNOWN = 100;

/** Opens a goheap database for reading. Throws `io`, `bad-format` (not one of goheap's) or `unsupported` (another schema version). */
export async function openDatabase(path: string): Promise<SqlDatabase> {
  const connection = openConnection(path);
  const known = new Map<string, ReturnType<typeof prepareUserSql>>(); // those of `rows`, which are never under way when they are asked again
  const valuesOf = (parameters: SqlParameters) => (Array.isArray(parameters) ? parameters : [parameters]);
  return {
    path,
    async rows<R>(sql: string, parameters: SqlParameters = []): Promise<R[]> {
      if (known.size >= MOST_KNOWN) known.clear();
      const statement = remember(known, sql, () => prepareUserSql(connection, sql));
      try {
        return statement.all(...valuesOf(parameters)) as R[];
      } catch (error) {
        throw statementError(path, error);
      }
    },
    async *each<R>(sql: string, parameters: SqlParameters = []): AsyncIterable<R> {
      const statement = prepareUserSql(connection, sql);
      let count = 0;
      try {
        for (const row of statement.iterate(...valuesOf(parameters))) {
          yield row as R;
          if (++count % 1024 === 0) await checkpoint(undefined); // Ctrl-C and timers get their turn
        }
      } catch (error) {
        throw statementError(path, error);
      }
    },
    columns: async (sql) =>
      prepareUserSql(connection, sql)
        .columns()
        .map((column) => column.name),
    close: async () => void connection.close(),
  };
}
