/**
 * The live objects of a type or of an owner in three orders, `limit` of them. By retained size they are stored in order; other orders go through
 * all objects of the type or the owner.
 */
import type {Query} from './run-query.js';

const COLUMNS = {
  id: 'node',
  address: 'address',
  type: 'text',
  length: 'count',
  size: 'bytes',
  retained: 'bytes',
  retained_objects: 'count',
  preview: 'text',
} as const;

const sqlBy = (
  order: string,
) => `SELECT o.id, o.address, coalesce(t.name, 'unknown') AS type, o.length, o.size, o.retained, o.retained_objects, o.preview
    FROM instances i JOIN objects o ON o.id = i.object_id JOIN types t ON t.id = i.type_id
    WHERE i.type_id = :type AND o.reachable = 1 ORDER BY ${order} LIMIT :limit`;
const PARAMS = {type: 'type', limit: 'count'} as const;

export const objectsByRetained = {
  id: 'objects-by-retained',
  title: 'Live objects of a type, most retained first',
  sql: sqlBy('i.rank'),
  params: PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

export const objectsBySize = {
  id: 'objects-by-size',
  title: 'Live objects of a type, largest first',
  sql: sqlBy('o.size DESC, i.rank'),
  params: PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

export const objectsByAddress = {
  id: 'objects-by-address',
  title: 'Live objects of a type in the order of their addresses',
  sql: sqlBy('i.object_id'),
  params: PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

/** Of an owner, and of one type alone where `type` is not -1. */
const sqlOfOwnerBy = (
  order: string,
) => `SELECT o.id, o.address, coalesce(t.name, 'unknown') AS type, o.length, o.size, o.retained, o.retained_objects, o.preview
    FROM objects o INDEXED BY objects_owner LEFT JOIN types t ON t.id = o.type_id
    WHERE o.owner_id = :owner AND (:type = -1 OR o.type_id = :type) ORDER BY ${order} LIMIT :limit`;
const OWNER_PARAMS = {owner: 'count', type: 'type', limit: 'count'} as const;

export const objectsOfOwnerByRetained = {
  id: 'objects-of-owner-by-retained',
  title: 'Live objects of an owner, most retained first',
  sql: sqlOfOwnerBy('o.retained DESC, o.id'),
  params: OWNER_PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

export const objectsOfOwnerBySize = {
  id: 'objects-of-owner-by-size',
  title: 'Live objects of an owner, largest first',
  sql: sqlOfOwnerBy('o.size DESC, o.retained DESC, o.id'),
  params: OWNER_PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

export const objectsOfOwnerByAddress = {
  id: 'objects-of-owner-by-address',
  title: 'Live objects of an owner in the order of their addresses',
  sql: sqlOfOwnerBy('o.id'),
  params: OWNER_PARAMS,
  columns: COLUMNS,
} as const satisfies Query;

/** All owners, those with most bytes first. */
export const ownerNames = {
  id: 'owner-names',
  title: 'Owners',
  sql: 'SELECT rank AS owner_id, name AS owner, objects FROM owners ORDER BY rank',
  params: {},
  columns: {owner_id: 'count', owner: 'text', objects: 'count'},
} as const satisfies Query;

/** All types that have objects, those with most bytes first. */
export const typeNames = {
  id: 'type-names',
  title: 'Types that have objects',
  sql: `SELECT id AS type_id, coalesce(name, 'unknown') AS type, objects, unreachable_objects FROM types
    WHERE objects > 0 OR unreachable_objects > 0 ORDER BY bytes DESC, id`,
  params: {},
  columns: {type_id: 'type', type: 'text', objects: 'count', unreachable_objects: 'count'},
} as const satisfies Query;
