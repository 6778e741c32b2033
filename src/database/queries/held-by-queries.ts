/**
 * The path that holds a node as the viewer shows it: the telling path, root first, with what setting each pointer to nil
 * releases and which steps dominate the node. Of very long paths (linked lists) the ends.
 */
import type {Query} from './run-query.js';

/** How many steps at each end of a path are rows; `steps` says how many there are. */
export const PATH_END = 40;

/**
 * `step` counts from the node (0) up; `field` and `offset` are where the row's node holds the next one (step − 1), `releases` is what becomes
 * garbage when that pointer is set to nil. A path or a chain of dominators is followed 200,000 steps far.
 */
export const heldBy = {
  id: 'held-by',
  title: 'What holds this node',
  sql: `WITH RECURSIVE
    up(step, id, offset, held) AS (
      SELECT 0, :id, NULL, NULL
      UNION ALL
      SELECT u.step + 1, coalesce(a.holder_id, nullif(b.parent_id, 0)), a.holder_offset, u.id
      FROM up u LEFT JOIN objects a ON a.id = u.id LEFT JOIN roots b ON b.id = u.id
      WHERE coalesce(a.holder_id, nullif(b.parent_id, 0)) IS NOT NULL AND u.step < 200000),
    above(step, id) AS (
      SELECT 0, :id
      UNION ALL
      SELECT above.step + 1, coalesce(o.dominator_id, r.parent_id) FROM above LEFT JOIN objects o ON o.id = above.id LEFT JOIN roots r ON r.id = above.id
      WHERE coalesce(o.dominator_id, r.parent_id) > 0 AND above.step < 200000),
    path AS MATERIALIZED (SELECT *, max(step) OVER () AS last FROM up),
    ends AS MATERIALIZED (SELECT * FROM path WHERE step < ${PATH_END} OR step > last - ${PATH_END})
    SELECT ends.step, ends.last + 1 AS steps, ends.id AS node_id, coalesce(r.kind, 'object') AS kind,
      coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, coalesce(t.name, 'unknown') AS type, ends.offset,
      (SELECT f.field FROM edge_fields f WHERE f.source_id = ends.id AND f.offset = ends.offset) AS field,
      coalesce(o.retained, r.retained) AS retained,
      (SELECT CASE g.bridge WHEN 1 THEN h.retained ELSE 0 END FROM edges g JOIN objects h ON h.id = g.target_id
       WHERE g.source_id = ends.id AND g.offset = ends.offset) AS releases,
      ends.id IN (SELECT id FROM above) AS dominates
    FROM ends LEFT JOIN objects o ON o.id = ends.id LEFT JOIN roots r ON r.id = ends.id LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
    ORDER BY ends.step DESC`,
  params: {id: 'node'},
  columns: {
    step: 'count',
    steps: 'count',
    node_id: 'node',
    kind: 'text',
    name: 'text',
    type: 'text',
    offset: 'number',
    field: 'text',
    retained: 'bytes',
    releases: 'bytes',
    dominates: 'flag',
  },
} as const satisfies Query;

/** The nodes that belong to a node by other ties than pointers. */
export const related = {
  id: 'related',
  title: 'Nodes that belong to a node',
  sql: `WITH ties(relation, id) AS (
      SELECT 'dominator', nullif(dominator_id, 0) FROM objects WHERE id = :id
      UNION ALL SELECT 'goroutine', nullif(parent_id, 0) FROM roots WHERE id = :id
      UNION ALL SELECT 'belongs to', object_id FROM roots WHERE id = :id)
    SELECT ties.relation, ties.id AS node_id, coalesce(r.kind, 'object') AS kind, coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name,
      coalesce(t.name, 'unknown') AS type, coalesce(o.retained, r.retained) AS retained
    FROM ties LEFT JOIN objects o ON o.id = ties.id LEFT JOIN roots r ON r.id = ties.id LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
    WHERE ties.id IS NOT NULL`,
  params: {id: 'node'},
  columns: {relation: 'text', node_id: 'node', kind: 'text', name: 'text', type: 'text', retained: 'bytes'},
} as const satisfies Query;
