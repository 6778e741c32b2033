/**
 * What the search box looks for: types, root variables and goroutines whose name contains a text, those first that hold most. All tables are small
 * beside the heap.
 */
import type {Query} from './run-query.js';

export const searchTypes = {
  id: 'search-types',
  title: 'Types whose name contains a text',
  sql: `SELECT id AS type_id, coalesce(name, 'unknown') AS type, objects, coalesce(retained_exact, retained) AS retained FROM types
    WHERE objects > 0 AND instr(lower(coalesce(name, 'unknown')), lower(:text)) > 0 ORDER BY coalesce(retained_exact, retained) DESC, id LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {type_id: 'type', type: 'text', objects: 'count', retained: 'bytes'},
} as const satisfies Query;

export const searchRoots = {
  id: 'search-roots',
  title: 'Variables whose name contains a text',
  sql: `SELECT id, kind, name, address, retained FROM roots WHERE instr(lower(name), lower(:text)) > 0
    ORDER BY retained DESC, id LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {id: 'node', kind: 'text', name: 'text', address: 'address', retained: 'bytes'},
} as const satisfies Query;

/** `bytes`: what they retain, and their stacks. */
export const searchFunctions = {
  id: 'search-functions',
  title: 'Goroutines whose entry function contains a text',
  sql: `SELECT g.function, count(*) AS goroutines, min(g.id) AS goroutine_id, CAST(total(r.retained) + total(g.stack_bytes) AS INTEGER) AS bytes
    FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id WHERE instr(lower(g.function), lower(:text)) > 0
    GROUP BY g.function ORDER BY total(r.retained) + total(g.stack_bytes) DESC, g.function LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {function: 'text', goroutines: 'count', goroutine_id: 'number', bytes: 'bytes'},
} as const satisfies Query;
