/**
 * The live objects of an owner in three orders, `limit` of them: by retained size they are stored in order, other orders go through all objects of the owner. And the names that types and owners
 * are asked for by.
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

/** Of an owner, and of one type alone where `type` is not -1. */
const sqlOfOwnerBy = (
  order: string,
  index = 'INDEXED BY objects_owner',
) => `SELECT o.id, o.address, coalesce(t.name, 'unknown') AS type, o.length, o.size, o.retained, o.retained_objects, o.preview
    FROM objects o ${index} LEFT JOIN types t ON t.id = o.type_id
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

/** `ids`: a JSON array in their order. */
export const objectsOfIds = {
  id: 'objects-of-ids',
  title: 'Objects that were found',
  sql: `SELECT o.id, o.address, coalesce(t.name, 'unknown') AS type, o.length, o.size, o.retained, o.retained_objects, o.preview
    FROM json_each(:ids) i CROSS JOIN objects o ON o.id = i.value LEFT JOIN types t ON t.id = o.type_id ORDER BY i.key`,
  params: {ids: 'text'},
  columns: COLUMNS,
} as const satisfies Query;

/** The same where the owner has a large part of all objects: these are gone through in order, those of the owner are not looked up one by one. */
export const objectsOfLargeOwnerByAddress = {
  ...objectsOfOwnerByAddress,
  id: 'objects-of-large-owner-by-address',
  sql: sqlOfOwnerBy('o.id', 'NOT INDEXED'),
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
