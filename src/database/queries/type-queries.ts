/**
 * The rows of the screen Types: every type that has objects, garbage included; and the same by package and by kind. `filter` is a part of the
 * name, '' for all.
 */
import type {Query} from './run-query.js';

/**
 * `slack`: what the slots have beyond the values. `retained` is exact where `exact` is 1, else a lower bound. `biggest` is what the type's
 * biggest object retains.
 */
export const typeRows = {
  id: 'types',
  title: 'Types of objects',
  sql: `SELECT t.id AS type_id, coalesce(t.name, 'unknown') AS type, t.package, t.kind, t.objects, t."values", t.bytes, t.bytes - t.used AS slack,
      coalesce(t.retained_exact, t.retained) AS retained, t.retained_exact IS NOT NULL AS exact, o.retained AS biggest, o.id AS biggest_id,
      o.address AS biggest_address, t.unreachable_objects, t.unreachable_bytes
    FROM types t LEFT JOIN instances i ON i.type_id = t.id AND i.rank = 1 LEFT JOIN objects o ON o.id = i.object_id
    WHERE (t.objects > 0 OR t.unreachable_objects > 0) AND instr(lower(coalesce(t.name, 'unknown')), lower(:filter)) > 0
    ORDER BY t.bytes DESC, t.id`,
  params: {filter: 'text'},
  columns: {
    type_id: 'type',
    type: 'text',
    package: 'text',
    kind: 'text',
    objects: 'count',
    values: 'count',
    bytes: 'bytes',
    slack: 'bytes',
    retained: 'bytes',
    exact: 'flag',
    biggest: 'bytes',
    biggest_id: 'node',
    biggest_address: 'address',
    unreachable_objects: 'count',
    unreachable_bytes: 'bytes',
  },
} as const satisfies Query;

const GROUP_COLUMNS = {
  types: 'count',
  objects: 'count',
  values: 'count',
  bytes: 'bytes',
  slack: 'bytes',
  unreachable_objects: 'count',
  unreachable_bytes: 'bytes',
} as const;

export const typesByPackage = {
  id: 'types-by-package',
  title: 'Objects by package of their type',
  sql: groupSql('package'),
  params: {filter: 'text'},
  columns: {package: 'text', ...GROUP_COLUMNS},
} as const satisfies Query;

export const typesByKind = {
  id: 'types-by-kind',
  title: 'Objects by kind of their type',
  sql: groupSql('kind'),
  params: {filter: 'text'},
  columns: {kind: 'text', ...GROUP_COLUMNS},
} as const satisfies Query;

function groupSql(column: 'package' | 'kind'): string {
  return `SELECT ${column}, count(*) AS types, sum(objects) AS objects, sum("values") AS "values", sum(bytes) AS bytes,
      sum(bytes - used) AS slack, sum(unreachable_objects) AS unreachable_objects, sum(unreachable_bytes) AS unreachable_bytes
    FROM types WHERE (objects > 0 OR unreachable_objects > 0) AND instr(lower(coalesce(${column}, '')), lower(:filter)) > 0
    GROUP BY ${column} ORDER BY sum(bytes) DESC, ${column}`;
}

/** Import paths of what has a name here: which of them end alike decides how they are shown. */
export const packages = {
  id: 'packages',
  title: 'Packages of types, variables and goroutines',
  sql: `SELECT package FROM types WHERE package IS NOT NULL UNION SELECT content_package FROM types WHERE content_package IS NOT NULL
    UNION SELECT package FROM roots WHERE package IS NOT NULL ORDER BY package`,
  params: {},
  columns: {package: 'text'},
} as const satisfies Query;

/** Types of one name: mostly one; local types of several functions may share theirs. Or the type of an id. */
export const typesNamed = {
  id: 'types-named',
  title: 'Types of a name or an id',
  sql: `SELECT id AS type_id, coalesce(name, 'unknown') AS type, kind, size, objects, bytes, unreachable_objects, unreachable_bytes FROM types WHERE coalesce(name, 'unknown') = :name OR id = :id
    ORDER BY objects DESC, id`,
  params: {name: 'text', id: 'type'},
  columns: {
    type_id: 'type',
    type: 'text',
    kind: 'text',
    size: 'bytes',
    objects: 'count',
    bytes: 'bytes',
    unreachable_objects: 'count',
    unreachable_bytes: 'bytes',
  },
} as const satisfies Query;

/** Live objects without a type, and live objects of which only is known that they hold no pointers. */
export const untyped = {
  id: 'untyped',
  title: 'Live objects of unknown type',
  sql: `SELECT coalesce(sum(objects), 0) AS objects, coalesce(sum(bytes), 0) AS bytes FROM types WHERE kind = 'unknown'`,
  params: {},
  columns: {objects: 'count', bytes: 'bytes'},
} as const satisfies Query;
