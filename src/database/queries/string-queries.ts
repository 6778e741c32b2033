/**
 * Strings and arrays of bytes: how many there are, and the longest.
 */
import type {Query} from './run-query.js';

/** Beyond the largest so many, nobody asks which is the next longest. */
const MOST_LISTED = 100_000;

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
