/**
 * The guard in front of SQL that a user wrote: one statement that reads and returns rows, nothing else.
 *
 * A read-only connection is not enough: VACUUM INTO writes a file, ATTACH reads any other database, some pragmas change the process. The
 * first keyword together with what SQLite says about the compiled statement closes these. It does not limit time or memory.
 */
import type Sqlite from 'better-sqlite3';
import {GoheapError} from '../base/errors.js';
import type {Connection} from './open-database.js';
import {statementError} from './sqlite-errors.js';

const READING = ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'];

/** Compiles the statement; throws `usage` when it is none, more than one, or one that does not just read. */
export function prepareUserSql(connection: Connection, sql: string): Sqlite.Statement<unknown[], unknown> {
  const keyword = firstKeyword(sql);
  if (!READING.includes(keyword)) {
    throw new GoheapError('usage', keyword === '' ? 'SQL: no statement' : `SQL: ${keyword} is not allowed; expected one SELECT statement`, {
      hint: 'The database is read-only: use SELECT, WITH, VALUES or EXPLAIN.',
    });
  }
  let statement: Sqlite.Statement<unknown[], unknown>;
  try {
    statement = connection.prepare(sql);
  } catch (error) {
    throw statementError(connection.name, error);
  }
  if (!statement.reader || !statement.readonly) {
    throw new GoheapError('usage', 'SQL: the statement would change something; expected one that only reads', {
      hint: 'The database is read-only: use SELECT, WITH, VALUES or EXPLAIN.',
    });
  }
  return statement;
}

/** The first word behind white space and comments, in upper case; '' when there is none. */
export function firstKeyword(sql: string): string {
  let at = 0;
  for (;;) {
    while (at < sql.length && ' \t\r\n\f\ufeff'.includes(sql[at]!)) at++;
    if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      at = end < 0 ? sql.length : end + 2;
    } else break;
  }
  return (/^\w+/.exec(sql.slice(at, at + 40))?.[0] ?? sql.slice(at, at + 1)).toUpperCase();
}
