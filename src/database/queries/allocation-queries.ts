/**
 * Where an object was allocated: the calls of its allocation site, innermost first. None when the runtime's profile did not sample it.
 */
import type {Query} from './run-query.js';

export const allocation = {
  id: 'allocation',
  title: 'Allocated in',
  sql: `SELECT f.value ->> 'function' AS function, f.value ->> 'file' AS file, f.value ->> 'line' AS line
    FROM allocations a JOIN sites s ON s.id = a.site_id, json_each(s.frames) f
    WHERE a.object_id = :id ORDER BY f.key`,
  params: {id: 'node'},
  columns: {function: 'text', file: 'text', line: 'number'},
} as const satisfies Query;
