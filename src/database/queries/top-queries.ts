/**
 * Variables (globals, goroutines, locals, objects) by retained size. `top` reads the 10,000 biggest that the database lists;
 * `topOfNodes` any others that were found to be the biggest (largest-nodes.ts), for longer lists.
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

/** `ids`: a JSON array in their order. */
export const topOfNodes = {
  id: 'top-of-nodes',
  title: 'Variables by retained size',
  sql: `SELECT n.key + 1 AS rank, n.value AS id, coalesce(r.kind, 'object') AS kind,
      coalesce(r.name, r.kind, printf('0x%x', o.address)) AS name, coalesce(t.name, 'unknown') AS type, coalesce(o.address, r.address) AS address,
      coalesce(o.size, r.size) AS size, o.length, coalesce(o.retained, r.retained) AS retained, coalesce(o.retained_objects, r.retained_objects) AS retained_objects,
      CAST(coalesce(o.retained, r.retained) AS REAL) / (SELECT m.value FROM meta m WHERE m.key = 'reachable_bytes') AS share, o.preview,
      coalesce(o.dominator_id, r.parent_id) AS dominator_id
    FROM json_each(:ids) n LEFT JOIN objects o ON o.id = n.value LEFT JOIN roots r ON r.id = n.value
      LEFT JOIN types t ON t.id = coalesce(o.type_id, r.type_id)
    ORDER BY n.key`,
  params: {ids: 'text'},
  columns: COLUMNS,
} as const satisfies Query;
