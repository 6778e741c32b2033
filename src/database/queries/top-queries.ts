/**
 * Variables (globals, goroutines, locals, objects) by retained size. `top` reads the 10,000 biggest that the database lists;
 * `topOfAll` goes through as many nodes of each type as are wanted in all, for longer lists.
 */
import type {Query} from './run-query.js';

const COLUMNS = {
  rank: 'count',
  id: 'node',
  kind: 'text',
  name: 'text',
  type: 'text',
  address: 'address',
  size: 'bytes',
  length: 'count',
  retained: 'bytes',
  retained_objects: 'count',
  share: 'share',
  preview: 'text',
  dominator_id: 'node',
} as const;
const NAMES = Object.keys(COLUMNS).join(', ');

/** How many nodes `top` can show. */
export const TOP_LISTED = 10_000;

export const top = {
  id: 'top',
  title: 'Biggest variables by retained size',
  sql: `SELECT ${NAMES} FROM biggest ORDER BY rank LIMIT :limit`,
  params: {limit: 'count'},
  columns: COLUMNS,
} as const satisfies Query;

export const topOfAll = {
  id: 'top-of-all',
  title: 'All variables by retained size',
  sql: `WITH ranked AS (
      SELECT o.id, o.retained FROM types t CROSS JOIN instances i ON i.type_id = t.id AND (:limit < 0 OR i.rank <= :limit) CROSS JOIN objects o ON o.id = i.object_id
      WHERE o.reachable = 1 UNION ALL SELECT id, retained FROM roots ORDER BY retained DESC, id LIMIT :limit)
    SELECT row_number() OVER (ORDER BY n.retained DESC, n.id) AS rank, n.id, coalesce(r.kind, 'object') AS kind,
      coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, coalesce(t.name, 'unknown') AS type, coalesce(o.address, r.address) AS address,
      coalesce(o.size, r.size) AS size, o.length, n.retained, coalesce(o.retained_objects, r.retained_objects) AS retained_objects,
      CAST(n.retained AS REAL) / (SELECT m.value FROM meta m WHERE m.key = 'reachable_bytes') AS share, o.preview,
      coalesce(o.dominator_id, r.parent_id) AS dominator_id
    FROM ranked n LEFT JOIN objects o ON o.id = n.id LEFT JOIN roots r ON r.id = n.id
      LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
    ORDER BY rank`,
  params: {limit: 'count'},
  columns: COLUMNS,
} as const satisfies Query;
