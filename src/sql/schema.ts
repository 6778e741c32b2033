/**
 * formats/sqlite/schema.sql: what a database of this version consists of, for those who write one and for those who check one.
 */
import {readFileSync} from 'node:fs';
import Sqlite from 'better-sqlite3';
import {packageFile} from '../base/package-file.js';

/** Version of formats/sqlite/schema.sql that this goheap writes and reads. */
export const SCHEMA_VERSION = 2;

/** Those of ANALYZE, which SQLite defines. */
const STATISTICS = /^sqlite_stat\d$/;

export function schemaText(): string {
  return readFileSync(packageFile('formats/sqlite/schema.sql'), 'utf8');
}

/**
 * Name of the first table, view, index or trigger that is not, statement by statement, as in schema.sql, or is missing; undefined when all are:
 * a view of somebody else could make a command compute anything.
 */
export function findForeignSchema(connection: Sqlite.Database): string | undefined {
  ownStatements ??= readOwnStatements();
  const wanted = new Map(ownStatements);
  for (const [name, statement] of statementsOf(connection)) {
    if (wanted.get(name) !== statement && !STATISTICS.test(name)) return name;
    wanted.delete(name);
  }
  return wanted.keys().next().value;
}

/** Those of schema.sql, as SQLite keeps them; read once, though a command may open several connections. */
let ownStatements: ReadonlyMap<string, string> | undefined;

function readOwnStatements(): Map<string, string> {
  const empty = new Sqlite(':memory:');
  try {
    empty.exec(schemaText());
    return statementsOf(empty);
  } finally {
    empty.close();
  }
}

function statementsOf(connection: Sqlite.Database): Map<string, string> {
  const rows = connection.prepare<[], [string, string, string, string | null]>('SELECT type, name, tbl_name, sql FROM sqlite_schema').raw();
  return new Map(rows.all().map(([type, name, table, sql]) => [name, `${type} ${table} ${sql}`]));
}
