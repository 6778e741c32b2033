/**
 * Strings and arrays of bytes: how many of them are what, and the longest.
 */
import type {Query} from './run-query.js';

/** Beyond the largest so many, nobody asks which is the next longest. */
const MOST_LISTED = 100_000;

/** Of each type: what they are stands in their rows of `objects`, which are looked up one by one. */
const MOST_SUMMED = 50_000;

/**
 * Live ones by what the headers that point there say: string, slice, both or other. `use` is null in the row of those that are not among the largest, if
 * there are more. `used`: bytes of the arrays themselves.
 */
export const bytesByUse = {
  id: 'bytes-by-use',
  title: 'Strings and byte slices by what they are',
  sql: `WITH bytes AS (SELECT id, objects, used, bytes FROM types
      WHERE kind = 'uint8' OR kind = 'array' AND element_id IN (SELECT id FROM types WHERE kind = 'uint8')),
    summed AS (SELECT o.bytes_kind AS use, count(*) AS objects, sum(o.used) AS used, sum(o.size) AS bytes
      FROM bytes b JOIN instances i ON i.type_id = b.id AND i.rank <= ${MOST_SUMMED} JOIN objects o ON o.id = i.object_id
      WHERE o.reachable = 1 GROUP BY o.bytes_kind),
    smaller AS (SELECT sum(objects) - (SELECT sum(objects) FROM summed) AS objects, sum(used) - (SELECT sum(used) FROM summed) AS used,
      sum(bytes) - (SELECT sum(bytes) FROM summed) AS bytes FROM bytes)
    SELECT use, objects, used, bytes FROM (SELECT * FROM summed UNION ALL SELECT NULL, * FROM smaller WHERE objects > 0)
    ORDER BY use IS NULL, bytes DESC`,
  params: {},
  columns: {use: 'text', objects: 'count', used: 'bytes', bytes: 'bytes'},
} as const satisfies Query;

/** Garbage is not among them. `use`: '' for all, else string, slice, both or other. `name`: the generalized path, or the nearest one that was kept. */
export const longestBytes = {
  id: 'longest-bytes',
  title: 'Longest strings and byte slices',
  sql: `SELECT i.object_id, o.bytes_kind AS use, o.length, o.size, o.preview, o.address, p.name
    FROM instances i JOIN objects o ON o.id = i.object_id LEFT JOIN paths p ON p.id = o.path_id
    WHERE i.type_id = (SELECT id FROM types WHERE name = 'uint8') AND i.rank <= ${MOST_LISTED} AND o.reachable = 1 AND :use IN ('', o.bytes_kind)
    ORDER BY i.rank LIMIT :limit OFFSET :skip`,
  params: {use: 'text', limit: 'count', skip: 'count'},
  columns: {object_id: 'node', use: 'text', length: 'count', size: 'bytes', preview: 'text', address: 'address', name: 'text'},
} as const satisfies Query;
