/**
 * Goroutines and groups of them with equal stacks, most retained first; `limit` -1 for all. The frames and locals of several goroutines come
 * in one query: `ids` is a JSON array of their numbers.
 */
import type {Query} from './run-query.js';

const GOROUTINE_COLUMNS = {
  id: 'number',
  root_id: 'node',
  status: 'text',
  wait_reason: 'text',
  wait_seconds: 'number',
  wait_exact: 'flag',
  wait_at_most: 'number',
  leaked: 'flag',
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
} as const;

const GOROUTINE = `SELECT g.id, g.root_id, g.status, g.wait_reason, g.wait_seconds, g.wait_exact, g.wait_at_most, g.leaked, g.system, g.function, g.created_by, g.file, g.line, g.stack_bytes, g.group_id,
      g.labels, r.retained, r.retained_objects
    FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id`;

/** `retained` counts what its stack, its locals and its g keep alive. `leaked`: 1 for only those that never run again. */
export const goroutines = {
  id: 'goroutines',
  title: 'Goroutines',
  sql: `${GOROUTINE}
    WHERE :leaked = 0 OR g.leaked = 1 ORDER BY r.retained DESC, g.id LIMIT :limit`,
  params: {leaked: 'flag', limit: 'count'},
  columns: GOROUTINE_COLUMNS,
} as const satisfies Query;

export const goroutinesOfGroup = {
  id: 'goroutines-of-group',
  title: 'Goroutines of one group, longest wait first',
  sql: `${GOROUTINE}
    WHERE g.group_id = :group ORDER BY g.wait_seconds DESC, g.id LIMIT :limit OFFSET :skip`,
  params: {group: 'number', limit: 'count', skip: 'count'},
  columns: GOROUTINE_COLUMNS,
} as const satisfies Query;

export const goroutine = {
  id: 'goroutine',
  title: 'One goroutine',
  sql: `${GOROUTINE} WHERE g.id = :goid`,
  params: {goid: 'number'},
  columns: GOROUTINE_COLUMNS,
} as const satisfies Query;

/**
 * What differs within a group is NULL; `wait_exact` is 0 when one of the waits is a lower bound, and `wait_at_most` the longest that is known. `retained` is the sum: together they may retain more, what only they share. `filter`: '' for all, else
 * groups with a goroutine of that number, or with that text in a function, in what created it, in its state, its wait or its labels.
 * `leaked` counts those that never run again; the parameter of that name wants only groups that have some, and only these of them.
 * The program's own come before the runtime's, those first that cost most: stacks and what they keep alive. `at_function` is the innermost
 * call that is not the runtime's or a lock's: where the program itself is.
 */
export const goroutineGroups = {
  id: 'goroutine-groups',
  title: 'Goroutines with equal stacks',
  sql: `WITH stacks AS (SELECT g.group_id, count(*) AS goroutines, min(g.id) AS id, CASE WHEN count(*) = 1 THEN min(g.root_id) END AS root_id,
      CASE WHEN count(DISTINCT g.status) = 1 THEN min(g.status) END AS status,
      CASE WHEN count(DISTINCT coalesce(g.wait_reason, '')) = 1 THEN min(g.wait_reason) END AS wait_reason,
      min(g.wait_seconds) AS shortest_wait_seconds, max(g.wait_seconds) AS longest_wait_seconds, min(g.wait_exact) AS wait_exact,
      max(g.wait_at_most) AS wait_at_most, sum(g.leaked) AS leaked, min(g.system) AS system, min(g.function) AS function,
      CASE WHEN count(DISTINCT coalesce(g.created_by, '')) = 1 THEN min(g.created_by) END AS created_by,
      CASE WHEN count(DISTINCT coalesce(g.file, '')) = 1 THEN min(g.file) END AS file, CASE WHEN count(DISTINCT g.line) = 1 THEN min(g.line) END AS line,
      sum(g.stack_bytes) AS stack_bytes, sum(r.retained) AS retained, sum(r.retained_objects) AS retained_objects
    FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id
    WHERE (:leaked = 0 OR g.leaked = 1) AND (:filter = '' OR g.group_id IN (
      SELECT m.group_id FROM goroutines m
      WHERE m.id = :filter OR instr(lower(concat_ws(' ', m.function, m.created_by, m.status, m.wait_reason, m.labels)), lower(:filter)) > 0
        OR EXISTS (SELECT 1 FROM frames f WHERE f.goroutine_id = m.id AND f.wrapper = 0 AND instr(lower(f.function), lower(:filter)) > 0)))
    GROUP BY g.group_id ORDER BY min(g.system), total(r.retained) + total(g.stack_bytes) DESC, g.group_id LIMIT :limit)
    SELECT stacks.*, f.function AS at_function, f.file AS at_file, f.line AS at_line
    FROM stacks LEFT JOIN frames f ON f.id = (
      SELECT n.id FROM frames n WHERE n.goroutine_id = stacks.id AND n.wrapper = 0 AND n.function NOT GLOB 'runtime.*' AND n.function NOT GLOB 'runtime/*'
        AND n.function NOT GLOB 'internal/*' AND n.function NOT GLOB 'sync.*' AND n.function NOT GLOB 'time.*' ORDER BY n.id LIMIT 1)
    ORDER BY stacks.system, coalesce(stacks.retained, 0) + coalesce(stacks.stack_bytes, 0) DESC, stacks.group_id`,
  params: {filter: 'text', leaked: 'flag', limit: 'count'},
  columns: {
    group_id: 'number',
    goroutines: 'count',
    id: 'number',
    root_id: 'node',
    status: 'text',
    wait_reason: 'text',
    shortest_wait_seconds: 'number',
    longest_wait_seconds: 'number',
    wait_exact: 'flag',
    wait_at_most: 'number',
    leaked: 'count',
    system: 'flag',
    function: 'text',
    created_by: 'text',
    file: 'text',
    line: 'number',
    stack_bytes: 'bytes',
    retained: 'bytes',
    retained_objects: 'count',
    at_function: 'text',
    at_file: 'text',
    at_line: 'number',
  },
} as const satisfies Query;

/**
 * What goroutines wait for. `waiting`: all that wait for it. `others`: of the goroutines whose own stack leads there by one pointer, and that do not wait for
 * it, a JSON array of numbers: those could wake them.
 */
export const waitsOfGoroutines = {
  id: 'waits-of-goroutines',
  title: 'What goroutines wait for',
  sql: `SELECT w.goroutine_id, w.how, w.object_id, w.address, t.name AS type, e.name AS element_type,
      (SELECT v.name FROM roots v WHERE w.object_id IS NULL AND v.kind IN ('global', 'static') AND v.address <= w.address AND w.address < v.address + v.size LIMIT 1) AS variable,
      (SELECT count(*) FROM goroutine_waits o WHERE o.object_id = w.object_id) AS waiting,
      (SELECT json_group_array(s.goroutine_id) FROM (SELECT DISTINCT r.goroutine_id FROM referrers f JOIN roots r ON r.id = f.source_id
        WHERE f.target_id = w.object_id AND r.goroutine_id NOT IN (SELECT o.goroutine_id FROM goroutine_waits o WHERE o.object_id = w.object_id) LIMIT 20) s) AS others
    FROM goroutine_waits w LEFT JOIN objects o ON o.id = w.object_id LEFT JOIN types t ON t.id = o.type_id LEFT JOIN types e ON e.id = w.type_id
    WHERE w.goroutine_id IN (SELECT value FROM json_each(:ids)) ORDER BY w.goroutine_id, w.position`,
  params: {ids: 'text'},
  columns: {
    goroutine_id: 'number',
    how: 'text',
    object_id: 'node',
    address: 'address',
    type: 'text',
    element_type: 'text',
    variable: 'text',
    waiting: 'count',
    others: 'text',
  },
} as const satisfies Query;

/**
 * Goroutines by their profiler labels: those that have the same ones, or with a `key` the same value of this label; NULL for those without. What differs
 * within a group is NULL. With `leaked` 1 only leaked ones. Most retained and stack bytes first.
 */
export const goroutinesByLabel = {
  id: 'goroutines-by-label',
  title: 'Goroutines by profiler labels',
  sql: `SELECT labels, count(*) AS goroutines, min(id) AS id, count(DISTINCT group_id) AS stacks, CASE WHEN count(DISTINCT function) = 1 THEN min(function) END AS function,
      max(wait_seconds) AS longest_wait_seconds, sum(stack_bytes) AS stack_bytes, sum(retained) AS retained, sum(retained_objects) AS retained_objects
    FROM (
      SELECT g.id, g.group_id, g.function, g.wait_seconds, g.stack_bytes, r.retained, r.retained_objects, (
        SELECT json_group_object(l.key, l.value) FROM (SELECT key, value FROM json_each(g.labels) WHERE :key = '' OR key = :key ORDER BY key) l
        HAVING count(*) > 0) AS labels
      FROM goroutines g LEFT JOIN roots r ON r.id = g.root_id WHERE :leaked = 0 OR g.leaked = 1)
    GROUP BY labels ORDER BY total(retained) + total(stack_bytes) DESC, labels LIMIT :limit`,
  params: {key: 'text', leaked: 'flag', limit: 'count'},
  columns: {
    labels: 'text',
    goroutines: 'count',
    id: 'number',
    stacks: 'count',
    function: 'text',
    longest_wait_seconds: 'number',
    stack_bytes: 'bytes',
    retained: 'bytes',
    retained_objects: 'count',
  },
} as const satisfies Query;

export const framesOfGoroutines = {
  id: 'frames-of-goroutines',
  title: 'Frames of goroutines, innermost first',
  sql: `SELECT f.id, f.goroutine_id, f.depth, f.function, f.file, f.line, f.inlined, f.size, f.omitted
    FROM frames f WHERE f.wrapper = 0 AND f.goroutine_id IN (SELECT value FROM json_each(:ids)) ORDER BY f.id`,
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
    omitted: 'count',
  },
} as const satisfies Query;

export const localsOfGoroutines = {
  id: 'locals-of-goroutines',
  title: 'Local variables of goroutines that hold pointers',
  sql: `SELECT r.id, r.goroutine_id, r.frame_id, r.name, coalesce(t.name, 'unknown') AS type, r.retained, r.retained_objects
    FROM roots r INDEXED BY roots_goroutine LEFT JOIN types t ON t.id = r.type_id
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
