/**
 * What the database is about: facts, warnings, the use of memory, and the goroutines in numbers.
 */
import type {Query} from './run-query.js';

/** `value` is a number for the sizes and counts of `meta`. */
export const facts = {
  id: 'facts',
  title: 'Facts about the dump',
  sql: 'SELECT key, value FROM meta ORDER BY key',
  params: {},
  columns: {key: 'text', value: 'text'},
} as const satisfies Query;

export const warnings = {
  id: 'warnings',
  title: 'What could not be read or is approximate',
  sql: 'SELECT code, message, count FROM warnings ORDER BY rowid',
  params: {},
  columns: {code: 'text', message: 'text', count: 'count'},
} as const satisfies Query;

export const memory = {
  id: 'memory',
  title: 'The address space by use',
  sql: 'SELECT category, part, bytes, touched FROM memory ORDER BY rowid',
  params: {},
  columns: {category: 'text', part: 'text', bytes: 'bytes', touched: 'bytes'},
} as const satisfies Query;

export const goroutineStates = {
  id: 'goroutine-states',
  title: 'Goroutines by state',
  sql: `SELECT status, wait_reason, system, count(*) AS goroutines, sum(stack_bytes) AS stack_bytes
    FROM goroutines GROUP BY status, wait_reason, system ORDER BY count(*) DESC, status, wait_reason`,
  params: {},
  columns: {status: 'text', wait_reason: 'text', system: 'flag', goroutines: 'count', stack_bytes: 'bytes'},
} as const satisfies Query;

export const rootKinds = {
  id: 'root-kinds',
  title: 'Root nodes by kind',
  sql: 'SELECT kind, count(*) AS roots FROM roots GROUP BY kind ORDER BY count(*) DESC, kind',
  params: {},
  columns: {kind: 'text', roots: 'count'},
} as const satisfies Query;
