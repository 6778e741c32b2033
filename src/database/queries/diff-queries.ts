/**
 * What two heaps are compared by beyond the lists that commands show: all rows, without ids.
 */
import type {Query} from './run-query.js';

export const allPaths = {
  id: 'all-paths',
  title: 'Telling paths, merged',
  sql: 'SELECT id, parent_id, name, held_bytes FROM paths ORDER BY id',
  params: {},
  columns: {id: 'number', parent_id: 'number', name: 'text', held_bytes: 'bytes'},
} as const satisfies Query;

export const allPathTypes = {
  id: 'all-path-types',
  title: 'What lies at telling paths',
  sql: `SELECT p.path_id, coalesce(t.name, 'unknown') AS type, t.package, t.kind, p.objects, p."values", p.bytes
    FROM path_types p JOIN types t ON t.id = p.type_id ORDER BY p.path_id, p.bytes DESC`,
  params: {},
  columns: {path_id: 'number', type: 'text', package: 'text', kind: 'text', objects: 'count', values: 'count', bytes: 'bytes'},
} as const satisfies Query;

/** Those of equal calls that wait for the same. `id`: the least number in their group; `calls`: the functions, innermost first; `bytes`: stacks and what they retain. */
export const goroutinesByCalls = {
  id: 'goroutines-by-calls',
  title: 'Goroutines by their calls and what they wait for',
  sql: `SELECT min(s.id) OVER (PARTITION BY s.group_id) AS id, s.function, s.wait_reason, s.goroutines, s.bytes,
      (SELECT json_group_array(f.function) FROM (SELECT function FROM frames WHERE goroutine_id = s.id AND wrapper = 0 ORDER BY id) f) AS calls
    FROM (SELECT min(g.id) AS id, g.group_id, min(g.function) AS function, g.wait_reason, count(*) AS goroutines,
        CAST(total(g.stack_bytes) + total(r.retained) AS INTEGER) AS bytes
      FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id GROUP BY g.group_id, g.wait_reason) s
    ORDER BY s.bytes DESC`,
  params: {},
  columns: {id: 'number', function: 'text', wait_reason: 'text', goroutines: 'count', bytes: 'bytes', calls: 'text'},
} as const satisfies Query;

/** Estimates from samples. */
export const allocationSites = {
  id: 'allocation-sites',
  title: 'Where sampled objects were allocated',
  sql: 'SELECT stack, live_objects, live_bytes FROM sites WHERE live_objects > 0 ORDER BY live_bytes DESC',
  params: {},
  columns: {stack: 'text', live_objects: 'count', live_bytes: 'bytes'},
} as const satisfies Query;

/** `captures`: names and types of their fields; '' where no object tells. */
export const closureCaptures = {
  id: 'closures',
  title: 'Closures and what they capture',
  sql: `SELECT f.name, coalesce((SELECT json_group_array(json_array(x.name, y.name))
      FROM fields x JOIN types y ON y.id = x.field_type_id WHERE x.type_id = t.id), '') AS captures
    FROM (SELECT DISTINCT name FROM functions WHERE name GLOB '*.func[0-9]*') f LEFT JOIN types t ON t.name = 'closure ' || f.name`,
  params: {},
  columns: {name: 'text', captures: 'text'},
} as const satisfies Query;
