/**
 * The dominator tree: what is below a node in pages, long lists by type, and the upper levels of a whole subtree for a picture.
 * `children` is how many nodes one dominates directly, `biggest_child` what the biggest of them retains; both are look-ups.
 */
import type {ColumnKind, Query} from './run-query.js';

/** The columns of a node whose id is `id`, out of objects o, roots r, types t, paths p. `path`: of objects, the nearest one that was kept. */
const columnsOf = (
  id: string,
) => `coalesce(r.kind, 'object') AS kind, coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, p.name AS path,
      coalesce(o.type_id, r.type_id) AS type_id, coalesce(t.name, 'unknown') AS type, o.length, coalesce(o.size, r.size) AS size,
      coalesce(o.retained, r.retained) AS retained, coalesce(o.retained_objects, r.retained_objects) AS retained_objects, o.preview,
      (SELECT max(c.rank) FROM dominated c WHERE c.dominator_id = ${id}) AS children,
      (SELECT coalesce(co.retained, cr.retained) FROM dominated c LEFT JOIN objects co ON co.id = c.node_id LEFT JOIN roots cr ON cr.id = c.node_id
       WHERE c.dominator_id = ${id} AND c.rank = 1) AS biggest_child`;
const joinsOf = (id: string) => `LEFT JOIN objects o ON o.id = ${id} LEFT JOIN roots r ON r.id = ${id}
      LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id) LEFT JOIN paths p ON p.id = o.path_id`;

const CHILD = `d.rank, d.node_id, ${columnsOf('d.node_id')}
    FROM dominated d ${joinsOf('d.node_id')}`;

const CHILD_COLUMNS = {
  rank: 'count',
  node_id: 'node',
  kind: 'text',
  name: 'text',
  path: 'text',
  type_id: 'type',
  type: 'text',
  length: 'count',
  size: 'bytes',
  retained: 'bytes',
  retained_objects: 'count',
  preview: 'text',
  children: 'count',
  biggest_child: 'bytes',
} as const satisfies Record<string, ColumnKind>;

export const dominated = {
  id: 'dominated',
  title: 'What a node keeps alive alone, biggest first',
  sql: `SELECT ${CHILD}
    WHERE d.dominator_id = :id AND d.rank > :skip ORDER BY d.rank LIMIT :limit`,
  params: {id: 'node', limit: 'count', skip: 'count'},
  columns: CHILD_COLUMNS,
} as const satisfies Query;

/** Node 0, as a row of that list. */
export const program = {
  id: 'program',
  title: 'The whole live heap',
  sql: `SELECT 0 AS rank, 0 AS node_id, 'program' AS kind, 'live heap' AS name, NULL AS path, NULL AS type_id, NULL AS type, NULL AS length, NULL AS size,
      (SELECT value FROM meta WHERE key = 'reachable_bytes') AS retained, (SELECT value FROM meta WHERE key = 'reachable_objects') AS retained_objects,
      NULL AS preview, (SELECT max(rank) FROM dominated WHERE dominator_id = 0) AS children,
      (SELECT coalesce(o.retained, r.retained) FROM dominated d LEFT JOIN objects o ON o.id = d.node_id LEFT JOIN roots r ON r.id = d.node_id
       WHERE d.dominator_id = 0 AND d.rank = 1) AS biggest_child`,
  params: {},
  columns: CHILD_COLUMNS,
} as const satisfies Query;

/** Only nodes that dominate more than 50 have groups; the members of a group are rows of `dominatedGroup` from `first_rank` on. */
export const dominatedGroups = {
  id: 'dominated-groups',
  title: 'What a node keeps alive alone, by type',
  sql: `SELECT g.rank, g.kind, g.type_id, CASE WHEN g.kind = 'object' THEN coalesce(t.name, 'unknown') END AS type, g.nodes, g.retained, g.first_rank
    FROM dominated_groups g LEFT JOIN types t ON t.id = g.type_id
    WHERE g.dominator_id = :id ORDER BY g.rank LIMIT :limit`,
  params: {id: 'node', limit: 'count'},
  columns: {rank: 'count', kind: 'text', type_id: 'type', type: 'text', nodes: 'count', retained: 'bytes', first_rank: 'count'},
} as const satisfies Query;

/** Of the nodes whose ids the JSON array `ids` has, groups that retain at least `least` bytes. */
export const largeGroups = {
  id: 'large-groups',
  title: 'What nodes keep alive alone, by type',
  sql: `SELECT g.dominator_id, g.rank, g.kind, g.type_id, CASE WHEN g.kind = 'object' THEN coalesce(t.name, 'unknown') END AS type, g.nodes, g.retained
    FROM json_each(:ids) i CROSS JOIN dominated_groups g ON g.dominator_id = i.value LEFT JOIN types t ON t.id = g.type_id
    WHERE g.retained >= :least ORDER BY g.dominator_id, g.rank`,
  params: {ids: 'text', least: 'bytes'},
  columns: {dominator_id: 'node', rank: 'count', kind: 'text', type_id: 'type', type: 'text', nodes: 'count', retained: 'bytes'},
} as const satisfies Query;

/** `type` is -1 for root nodes. Reads at most 20,000 children behind `skip`: a page may be short where a type is rare. */
export const dominatedGroup = {
  id: 'dominated-group',
  title: 'What a node keeps alive alone, of one type',
  sql: `SELECT ${CHILD}
    WHERE d.dominator_id = :id AND d.rank > :skip AND d.rank <= :skip + 20000 AND coalesce(r.kind, 'object') = :kind AND coalesce(o.type_id, -1) = :type
    ORDER BY d.rank LIMIT :limit`,
  params: {id: 'node', kind: 'text', type: 'type', limit: 'count', skip: 'count'},
  columns: CHILD_COLUMNS,
} as const satisfies Query;

/**
 * The nodes below `id` that retain at least `least` bytes, `levels` deep: from each node a step to its biggest child and one to its next
 * sibling, so that no list is read beyond its first row that is too small.
 */
export const dominatorTree = {
  id: 'dominator-tree',
  title: 'The biggest nodes below a node in the dominator tree',
  sql: `WITH RECURSIVE tree(node_id, parent_id, rank, level, retained) AS (
      SELECT :id, NULL, 0, 0, coalesce((SELECT retained FROM objects WHERE id = :id), (SELECT retained FROM roots WHERE id = :id),
        (SELECT value FROM meta WHERE key = 'reachable_bytes'))
      UNION ALL
      SELECT d.node_id, tree.node_id, 1, tree.level + 1, coalesce(o.retained, r.retained)
      FROM tree JOIN dominated d ON d.dominator_id = tree.node_id AND d.rank = 1 LEFT JOIN objects o ON o.id = d.node_id
        LEFT JOIN roots r ON r.id = d.node_id
      WHERE tree.level < :levels AND coalesce(o.retained, r.retained) >= :least
      UNION ALL
      SELECT d.node_id, tree.parent_id, d.rank, tree.level, coalesce(o.retained, r.retained)
      FROM tree JOIN dominated d ON d.dominator_id = tree.parent_id AND d.rank = tree.rank + 1 LEFT JOIN objects o ON o.id = d.node_id
        LEFT JOIN roots r ON r.id = d.node_id
      WHERE coalesce(o.retained, r.retained) >= :least
      LIMIT :limit)
    SELECT tree.node_id, tree.parent_id, tree.level, coalesce(r.kind, CASE WHEN tree.node_id = 0 THEN 'program' ELSE 'object' END) AS kind,
      coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, t.id AS type_id, coalesce(t.name, 'unknown') AS type, tree.retained
    FROM tree LEFT JOIN objects o ON o.id = tree.node_id LEFT JOIN roots r ON r.id = tree.node_id LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)`,
  params: {id: 'node', levels: 'count', least: 'bytes', limit: 'count'},
  columns: {
    node_id: 'node',
    parent_id: 'node',
    level: 'count',
    kind: 'text',
    name: 'text',
    type_id: 'type',
    type: 'text',
    retained: 'bytes',
  },
} as const satisfies Query;

/** From the node up to what the program dominates, at most 10,000 steps; `rank` is the step, 0 for the node. No row for garbage or for no node. */
export const dominatorPath = {
  id: 'dominator-path',
  title: 'The dominators of a node',
  sql: `WITH RECURSIVE up(step, id) AS (
      SELECT 0, id FROM objects WHERE id = :id AND reachable = 1 UNION ALL SELECT 0, id FROM roots WHERE id = :id
      UNION ALL
      SELECT u.step + 1, coalesce(o.dominator_id, r.parent_id) FROM up u LEFT JOIN objects o ON o.id = u.id LEFT JOIN roots r ON r.id = u.id
      WHERE coalesce(o.dominator_id, r.parent_id) > 0 AND u.step < 10000)
    SELECT u.step AS rank, u.id AS node_id, ${columnsOf('u.id')}
    FROM up u ${joinsOf('u.id')}
    ORDER BY u.step LIMIT :limit`,
  params: {id: 'node', limit: 'count'},
  columns: CHILD_COLUMNS,
} as const satisfies Query;
