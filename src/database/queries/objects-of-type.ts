/**
 * The objects of one type: whose they are, and one by one in any order.
 */
import {instances} from './edge-queries.js';
import type {Query} from './run-query.js';

/** Of the `limit` live ones that retain most. */
export const ownersOfType = {
  id: 'owners-of-type',
  title: 'Whose the objects of a type are',
  sql: `SELECT w.name AS owner, w.kind, w.package, count(*) AS objects, sum(o.size) AS bytes
    FROM (SELECT object_id FROM instances WHERE type_id = :id ORDER BY rank LIMIT :limit) i JOIN objects o ON o.id = i.object_id
      LEFT JOIN owners w ON w.rank = o.owner_id
    WHERE o.reachable = 1 GROUP BY o.owner_id ORDER BY sum(o.size) DESC, w.rank`,
  params: {id: 'type', limit: 'count'},
  columns: {owner: 'text', kind: 'text', package: 'text', objects: 'count', bytes: 'bytes'},
} as const satisfies Query;

const FITS = "i.type_id = :id AND (:filter = '' OR instr(lower(o.preview), lower(:filter)) > 0)";
const KEY = `CASE :order WHEN 'address' THEN o.address WHEN 'length' THEN o.length WHEN 'size' THEN o.size WHEN 'retained_objects' THEN o.retained_objects
      WHEN 'reachable' THEN o.reachable WHEN 'preview' THEN o.preview ELSE o.retained END`;

/** Reads all of them, unlike `instances`, which has one order. `order`: a column; `filter`: a part of the preview, '' for all. */
export const sortedInstances = {
  id: 'sorted-instances',
  title: 'Objects of a type, sorted and filtered',
  sql: `SELECT i.rank, i.object_id, o.address, o.length, o.size, o.used, o.reachable, o.retained, o.retained_objects, o.preview
    FROM instances i JOIN objects o ON o.id = i.object_id WHERE ${FITS}
    ORDER BY CASE :down WHEN 1 THEN ${KEY} END DESC, CASE :down WHEN 0 THEN ${KEY} END, i.rank LIMIT :limit OFFSET :skip`,
  params: {id: 'type', filter: 'text', order: 'text', down: 'flag', limit: 'count', skip: 'count'},
  columns: instances.columns,
} as const satisfies Query;

export const countInstances = {
  id: 'count-instances',
  title: 'How many objects of a type fit',
  sql: `SELECT count(*) AS objects FROM instances i JOIN objects o ON o.id = i.object_id WHERE ${FITS}`,
  params: {id: 'type', filter: 'text'},
  columns: {objects: 'count'},
} as const satisfies Query;
