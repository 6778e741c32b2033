/**
 * Goroutines and groups of them with equal stacks, most retained first; `limit` -1 for all. The frames and locals of several goroutines come
 * in one query: `ids` is a JSON array of their numbers.
 */
import type {Query} from './query.js';

/** `retained` counts what its stack, its locals and its g keep alive. */
export const goroutines = {
  id: 'goroutines',
  title: 'Goroutines',
  sql: `SELECT g.id, g.root_id, g.status, g.wait_reason, g.wait_seconds, g.system, g.function, g.created_by, g.file, g.line, g.stack_bytes, g.group_id,
      g.labels, r.retained, r.retained_objects
    FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id
    ORDER BY r.retained DESC, g.id LIMIT :limit`,
  params: {limit: 'count'},
  columns: {
    id: 'number',
    root_id: 'node',
    status: 'text',
    wait_reason: 'text',
    wait_seconds: 'number',
    system: 'flag',
    function: 'text',
    created_by: 'text',
    file: 'text',
    line: 'number',
    stack_bytes: 'bytes',
    group_id: 'number',
    labels: 'text',
    retained: 'bytes',
    retained_objects: 'count',
  },
} as const satisfies Query;

/** What differs within a group is NULL. `retained` is the sum: together they may retain more, what only they share. */
export const goroutineGroups = {
  id: 'goroutine-groups',
  title: 'Goroutines with equal stacks',
  sql: `SELECT g.group_id, count(*) AS goroutines, min(g.id) AS id, CASE WHEN count(DISTINCT g.status) = 1 THEN min(g.status) END AS status,
      CASE WHEN count(DISTINCT coalesce(g.wait_reason, '')) = 1 THEN min(g.wait_reason) END AS wait_reason,
      min(g.wait_seconds) AS shortest_wait_seconds, max(g.wait_seconds) AS longest_wait_seconds, min(g.system) AS system, min(g.function) AS function,
      CASE WHEN count(DISTINCT coalesce(g.created_by, '')) = 1 THEN min(g.created_by) END AS created_by,
      CASE WHEN count(DISTINCT coalesce(g.file, '')) = 1 THEN min(g.file) END AS file, CASE WHEN count(DISTINCT g.line) = 1 THEN min(g.line) END AS line,
      sum(g.stack_bytes) AS stack_bytes, sum(r.retained) AS retained, sum(r.retained_objects) AS retained_objects
    FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id
    GROUP BY g.group_id ORDER BY sum(r.retained) DESC, g.group_id LIMIT :limit`,
  params: {limit: 'count'},
  columns: {
    group_id: 'number',
    goroutines: 'count',
    id: 'number',
    status: 'text',
    wait_reason: 'text',
    shortest_wait_seconds: 'number',
    longest_wait_seconds: 'number',
    system: 'flag',
    function: 'text',
    created_by: 'text',
    file: 'text',
    line: 'number',
    stack_bytes: 'bytes',
    retained: 'bytes',
    retained_objects: 'count',
  },
} as const satisfies Query;

export const framesOfGoroutines = {
  id: 'frames-of-goroutines',
  title: 'Frames of goroutines, innermost first',
  sql: `SELECT f.id, f.goroutine_id, f.depth, f.function, f.file, f.line, f.inlined, f.size
    FROM frames f WHERE f.goroutine_id IN (SELECT value FROM json_each(:ids)) ORDER BY f.id`,
  params: {ids: 'text'},
  columns: {
    id: 'number',
    goroutine_id: 'number',
    depth: 'count',
    function: 'text',
    file: 'text',
    line: 'number',
    inlined: 'flag',
    size: 'bytes',
  },
} as const satisfies Query;

export const localsOfGoroutines = {
  id: 'locals-of-goroutines',
  title: 'Local variables of goroutines that hold pointers',
  sql: `SELECT r.id, r.goroutine_id, r.frame_id, r.name, coalesce(t.name, 'unknown') AS type, r.retained, r.retained_objects
    FROM roots r LEFT JOIN types t ON t.id = r.type_id
    WHERE r.kind = 'local' AND r.goroutine_id IN (SELECT value FROM json_each(:ids)) ORDER BY r.id`,
  params: {ids: 'text'},
  columns: {
    id: 'node',
    goroutine_id: 'number',
    frame_id: 'number',
    name: 'text',
    type: 'text',
    retained: 'bytes',
    retained_objects: 'count',
  },
} as const satisfies Query;
