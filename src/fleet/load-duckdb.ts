/**
 * DuckDB, which not every installation has: it is 70 MB, and only questions about a fleet need it.
 */
import {GoheapError} from '../base/errors.js';

export type DuckDb = typeof import('@duckdb/node-api');

/** Throws `unsupported` where it is missing. */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new GoheapError('unsupported', 'questions about a fleet need DuckDB, a package that is not installed', {
      hint: 'npm install @duckdb/node-api',
      cause: error,
    });
  }
}
