/**
 * What the search box looks for: types and root variables whose name contains a text, biggest first. Both tables are small beside the heap.
 */
import type {Query} from './run-query.js';

export const searchTypes = {
  id: 'search-types',
  title: 'Types whose name contains a text',
  sql: `SELECT type_id, type, objects, bytes FROM histogram WHERE instr(lower(type), lower(:text)) > 0
    ORDER BY bytes DESC, type_id LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {type_id: 'type', type: 'text', objects: 'count', bytes: 'bytes'},
} as const satisfies Query;

export const searchRoots = {
  id: 'search-roots',
  title: 'Variables whose name contains a text',
  sql: `SELECT id, kind, name, address, retained FROM roots WHERE instr(lower(name), lower(:text)) > 0
    ORDER BY retained DESC, id LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {id: 'node', kind: 'text', name: 'text', address: 'address', retained: 'bytes'},
} as const satisfies Query;

export const searchFunctions = {
  id: 'search-functions',
  title: 'Goroutines whose entry function contains a text',
  sql: `SELECT function, count(*) AS goroutines, min(id) AS goroutine_id FROM goroutines WHERE instr(lower(function), lower(:text)) > 0
    GROUP BY function ORDER BY count(*) DESC, function LIMIT :limit`,
  params: {text: 'text', limit: 'count'},
  columns: {function: 'text', goroutines: 'count', goroutine_id: 'number'},
} as const satisfies Query;
