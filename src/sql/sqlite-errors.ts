/**
 * SQLite's errors as goheap's: what the disk or the file did wrong becomes `io` or `bad-format` with a hint, what the SQL did wrong `usage`,
 * an addon of another system `unsupported`.
 * Codes: https://sqlite.org/rescode.html. An error that is none of these stays as it is: it is a bug of goheap.
 */
import Sqlite from 'better-sqlite3';
import {GoheapError} from '../base/errors.js';

/** What to do about a damaged database. */
export const DAMAGED = 'The database is damaged: convert the core again.';

/** The error to throw for one that SQLite raised while it worked on our own statements and the file at `path`. */
export function fileError(path: string, error: unknown): unknown {
  if (isAddonError(error)) {
    const [reason] = error.message.split('\n');
    return new GoheapError('unsupported', `SQLite's addon does not load in Node ${process.version} on this machine: ${reason}`, {
      hint: 'Install goheap on this machine, with this Node: `npm start` does it in a checkout.',
      cause: error,
    });
  }
  if (error instanceof TypeError && error.message.startsWith('Cannot open database')) {
    return new GoheapError('io', `${path}: no such folder`, {hint: 'Create the folder first, or write elsewhere.', cause: error});
  }
  if (!(error instanceof Sqlite.SqliteError)) return error;
  const {code} = error;
  if (code === 'SQLITE_FULL') {
    return new GoheapError('io', `${path}: the disk is full`, {hint: 'Free some space, or write to another disk.', cause: error});
  }
  if (code.startsWith('SQLITE_IOERR')) {
    return new GoheapError('io', `${path}: ${error.message} (${code})`, {
      hint: 'See whether the disk is full or a limit on file sizes (ulimit -f) was reached.',
      cause: error,
    });
  }
  if (
    code.startsWith('SQLITE_CANTOPEN') ||
    code.startsWith('SQLITE_BUSY') ||
    code.startsWith('SQLITE_READONLY') ||
    code === 'SQLITE_PERM'
  ) {
    return new GoheapError('io', `${path}: ${error.message}`, {
      hint: 'Check that the folder exists, and who may write to it.',
      cause: error,
    });
  }
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' ? damagedError(path, error) : error;
}

/** The answer to a statement of goheap's own: what SQLite has against that is the fault of the file. */
export function askingFile<T>(path: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    throw fileError(path, error);
  }
}

export function damagedError(path: string, error: Error): GoheapError {
  return new GoheapError('bad-format', `${path}: ${error.message}`, {
    hint: DAMAGED,
    cause: error,
  });
}

/** The error to throw for one that writing the file without SQLite raised. */
export function diskError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new GoheapError('io', `${path}: the disk is full`, {hint: 'Free some space, or write to another disk.', cause: error});
  }
  if (code === 'EFBIG') {
    return new GoheapError('io', `${path}: the file may not become larger`, {
      hint: 'A limit on file sizes (ulimit -f) was reached, or the file system does not allow larger files.',
      cause: error,
    });
  }
  return code === undefined ? error : new GoheapError('io', `${path}: ${(error as Error).message}`, {cause: error});
}

/** The error to throw for one that a user's statement caused. */
export function statementError(path: string, error: unknown): unknown {
  const known = fileError(path, error);
  if (known !== error && !isReadOnlyError(error)) return known;
  if (error instanceof Sqlite.SqliteError || error instanceof RangeError || error instanceof TypeError) {
    return new GoheapError('usage', `SQL: ${error.message}`, {
      hint: 'Tables and columns are listed in formats/sqlite/schema.sql; SELECT sql FROM sqlite_schema shows them too.',
      cause: error,
    });
  }
  return error;
}

function isReadOnlyError(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_READONLY');
}

/** better-sqlite3 loads its addon when it opens the first database: there is none for this system, or it is another one's. */
function isAddonError(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ERR_DLOPEN_FAILED' || (code === 'MODULE_NOT_FOUND' && (error as Error).message.includes('better_sqlite3.node'));
}
