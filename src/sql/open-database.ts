/**
 * A file that goheap wrote → a read-only connection: says clearly when it is something else, or of another schema version.
 * SQLite's file header: https://sqlite.org/fileformat2.html section 1.3.
 */
import Sqlite from 'better-sqlite3';
import {GoheapError} from '../base/errors.js';
import {FileSource} from '../base/file-source.js';
import {findForeignSchema, SCHEMA_VERSION} from './schema.js';
import {damagedError, fileError} from './sqlite-errors.js';

export type Connection = Sqlite.Database;

const MAGIC = 'SQLite format 3\0';

/** Whether the file starts like an SQLite database. Throws `io` when it cannot be read. */
export function isSqliteFile(path: string): boolean {
  const file = new FileSource(path, 1);
  try {
    return file.size >= MAGIC.length && String.fromCharCode(...file.read(0, MAGIC.length)) === MAGIC;
  } finally {
    file.close();
  }
}

/** Opens a goheap database for reading. Throws `io` (no such file, …), `bad-format` (not a goheap database) or `unsupported` (its version). */
export function openConnection(path: string): Connection {
  if (!isSqliteFile(path)) {
    throw new GoheapError('bad-format', `${path}: at 0x0: not an SQLite database; expected a file that goheap wrote`, {
      hint: 'Convert a core first: goheap convert CORE --to sqlite',
    });
  }
  let connection: Connection | undefined;
  try {
    connection = new Sqlite(path, {readonly: true, fileMustExist: true});
    connection.pragma('query_only = 1');
    connection.pragma('temp_store = MEMORY'); // a user's query cannot fill the disk
    checkSchema(connection, path);
    return connection;
  } catch (error) {
    connection?.close();
    // What our own statements find wrong here is the file's fault: columns that are missing, a format that no SQLite has.
    throw error instanceof Sqlite.SqliteError && error.code === 'SQLITE_ERROR' ? damagedError(path, error) : fileError(path, error);
  }
}

function checkSchema(connection: Connection, path: string): void {
  const tables = connection
    .prepare(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'objects', 'edges')`)
    .pluck()
    .get();
  const version = tables === 3 ? connection.prepare(`SELECT value FROM meta WHERE key = 'schema_version'`).pluck().get() : undefined;
  if (version === undefined) {
    throw new GoheapError('bad-format', `${path}: an SQLite database, but not one that goheap wrote to the end`, {
      hint: 'Convert a core first: goheap convert CORE --to sqlite',
    });
  }
  if (version !== SCHEMA_VERSION) {
    throw new GoheapError('unsupported', `${path}: schema version ${version}; this goheap reads version ${SCHEMA_VERSION}`, {
      hint: 'Convert the core again with this goheap, or use the goheap that wrote the database.',
    });
  }
  const foreign = findForeignSchema(connection);
  if (foreign !== undefined) {
    throw new GoheapError('bad-format', `${path}: ${foreign} is not as goheap makes it`, {
      hint: 'The database was damaged or changed: convert the core again.',
    });
  }
}
