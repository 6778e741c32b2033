/**
 * The objects of one type: whose they are, how many, and one by one in any order. Of millions each question is a stretch of them – `from` exclusive, `to`
 * inclusive –, by their rank in `instances`, or by their ids where a large part of all objects is of the type: instance-scan.ts puts the answers together.
 */
import type {ColumnKind, Query} from './run-query.js';

export const INSTANCE_COLUMNS = {
  object_id: 'node',
  address: 'address',
  length: 'count',
  size: 'bytes',
  used: 'bytes',
  reachable: 'flag',
  retained: 'bytes',
  retained_objects: 'count',
  preview: 'text',
} as const satisfies Record<string, ColumnKind>;
/** Of `objects` as o. */
export const LISTED_INSTANCE =
  'o.id AS object_id, o.address, o.length, o.size, o.used, o.reachable, o.retained, o.retained_objects, o.preview';

const BY_RANK = 'instances i CROSS JOIN objects o ON o.id = i.object_id WHERE i.type_id = :id AND i.rank > :from AND i.rank <= :to';
const BY_ID = 'objects o WHERE o.id > :from AND o.id <= :to AND o.type_id = :id';
const STRETCH = {id: 'type', from: 'count', to: 'count'} as const;

/** `filter`: a part of the preview, '' for all; `live`: 1 leaves garbage out. */
const FITS = "(:live = 0 OR o.reachable = 1) AND (:filter = '' OR instr(lower(o.preview), lower(:filter)) > 0)";
const KEY = `CASE :order WHEN 'address' THEN o.id WHEN 'size' THEN o.size WHEN 'retained' THEN o.retained WHEN 'length' THEN o.length
      WHEN 'retained_objects' THEN o.retained_objects WHEN 'preview' THEN o.preview ELSE o.reachable END`;

/**
 * `order` is a column; equal ones go by id, and what is not known comes last in both directions. `after`: the JSON of [the order's value, id] of a row, to begin behind it. `than`: the JSON of the value of
 * the last row that is of interest. '' for none.
 */
const sortedOf = (objects: string) => `SELECT ${LISTED_INSTANCE}
    FROM ${objects} AND ${FITS}
      AND (:than = '' OR iif(:down = 1, ${KEY} >= :than ->> '$', ${KEY} <= :than ->> '$'))
      AND (:after = '' OR iif(:after ->> 0 IS NULL, ${KEY} IS NULL AND o.id > :after ->> 1,
        ${KEY} IS NULL OR iif(:down = 1, ${KEY} < :after ->> 0, ${KEY} > :after ->> 0) OR ${KEY} = :after ->> 0 AND o.id > :after ->> 1))
    ORDER BY ${KEY} IS NULL, iif(:down = 1, ${KEY}, NULL) DESC, iif(:down = 1, NULL, ${KEY}), o.id LIMIT :limit`;
const SORTED = {
  ...STRETCH,
  live: 'flag',
  filter: 'text',
  order: 'text',
  down: 'flag',
  than: 'text',
  after: 'text',
  limit: 'count',
} as const;

export const sortedInstances = {
  id: 'sorted-instances',
  title: 'Objects of a type, sorted and filtered',
  sql: sortedOf(BY_RANK),
  params: SORTED,
  columns: INSTANCE_COLUMNS,
} as const satisfies Query;

export const sortedAmong = {
  id: 'sorted-among',
  title: 'Those of a type among some objects, sorted and filtered',
  sql: sortedOf(BY_ID),
  params: SORTED,
  columns: INSTANCE_COLUMNS,
} as const satisfies Query;

/** The first ones in an order, where there are so many that they were listed when the database was written. */
export const instanceEnds = {
  id: 'instance-ends',
  title: 'The first objects of a type in an order',
  sql: `SELECT ${LISTED_INSTANCE} FROM instance_ends n CROSS JOIN objects o ON o.id = n.object_id
    WHERE n.type_id = :id AND n.sorted_by = :order AND n.down = :down ORDER BY n.rank`,
  params: {id: 'type', order: 'text', down: 'flag'},
  columns: INSTANCE_COLUMNS,
} as const satisfies Query;

const countOf = (objects: string) => `SELECT count(*) AS objects FROM ${objects} AND ${FITS}`;
const COUNTED = {...STRETCH, live: 'flag', filter: 'text'} as const;

export const countInstances = {
  id: 'count-instances',
  title: 'How many objects of a type fit',
  sql: countOf(BY_RANK),
  params: COUNTED,
  columns: {objects: 'count'},
} as const satisfies Query;

export const countAmong = {
  id: 'count-among',
  title: 'How many of a type among some objects fit',
  sql: countOf(BY_ID),
  params: COUNTED,
  columns: {objects: 'count'},
} as const satisfies Query;

/** `owner_id` NULL: of nobody. */
const ownersOf = (objects: string) => `SELECT s.owner_id, w.name AS owner, w.kind, w.package, s.objects, s.bytes
    FROM (SELECT o.owner_id, count(*) AS objects, sum(o.size) AS bytes FROM ${objects} AND o.reachable = 1 GROUP BY o.owner_id) s
      LEFT JOIN owners w ON w.rank = s.owner_id
    ORDER BY s.bytes DESC, s.owner_id`;
const OWNER_COLUMNS = {
  owner_id: 'count',
  owner: 'text',
  kind: 'text',
  package: 'text',
  objects: 'count',
  bytes: 'bytes',
} as const satisfies Record<string, ColumnKind>;

export const ownersOfType = {
  id: 'owners-of-type',
  title: 'Whose the objects of a type are',
  sql: ownersOf(BY_RANK),
  params: STRETCH,
  columns: OWNER_COLUMNS,
} as const satisfies Query;

export const ownersAmong = {
  id: 'owners-among',
  title: 'Whose those of a type among some objects are',
  sql: ownersOf(BY_ID),
  params: STRETCH,
  columns: OWNER_COLUMNS,
} as const satisfies Query;

/** How many there are of the type, and the ids of all objects. */
export const instanceCounts = {
  id: 'instance-counts',
  title: 'How many objects a type has, and all objects',
  sql: `SELECT t.objects + t.unreachable_objects AS instances, (SELECT min(id) FROM objects) AS first, (SELECT max(id) FROM objects) AS last
    FROM types t WHERE t.id = :id`,
  params: {id: 'type'},
  columns: {instances: 'count', first: 'node', last: 'node'},
} as const satisfies Query;
