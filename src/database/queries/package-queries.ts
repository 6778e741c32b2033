/**
 * Packages: whose bytes the heap has, and of whose types its objects are. A package that is not known is ''. Elements of pointers, slices, arrays,
 * channels and maps count for their element's package.
 */
import type {Query} from './run-query.js';

export const packageRows = {
  id: 'package-rows',
  title: 'Packages, those that most bytes belong to first',
  sql: `WITH typed AS (
      SELECT coalesce(content_package, '') AS package, count(*) AS types, sum(objects) AS objects, sum(bytes) AS bytes
      FROM types WHERE objects > 0 GROUP BY coalesce(content_package, '')),
    owned AS (SELECT coalesce(package, '') AS package, owners, objects, bytes, retained FROM owner_packages)
    SELECT n.package, o.bytes, o.retained, o.owners, o.objects, t.bytes AS type_bytes, t.types
    FROM (SELECT package FROM typed UNION SELECT package FROM owned) n
      LEFT JOIN owned o ON o.package = n.package LEFT JOIN typed t ON t.package = n.package
    WHERE instr(lower(n.package), lower(:filter)) > 0 ORDER BY o.bytes DESC, t.bytes DESC, n.package`,
  params: {filter: 'text'},
  columns: {
    package: 'text',
    bytes: 'bytes',
    retained: 'bytes',
    owners: 'count',
    objects: 'count',
    type_bytes: 'bytes',
    types: 'count',
  },
} as const satisfies Query;

export const ownersOfPackage = {
  id: 'owners-of-package',
  title: 'Whose bytes in a package',
  sql: `SELECT name AS owner, kind, objects, own_bytes, held_bytes, bytes, retained
    FROM owners WHERE coalesce(package, '') = :package ORDER BY rank LIMIT :limit OFFSET :skip`,
  params: {package: 'text', limit: 'count', skip: 'count'},
  columns: {
    owner: 'text',
    kind: 'text',
    objects: 'count',
    own_bytes: 'bytes',
    held_bytes: 'bytes',
    bytes: 'bytes',
    retained: 'bytes',
  },
} as const satisfies Query;

export const typesOfPackage = {
  id: 'types-of-package',
  title: 'Types of a package, and of what is made of them',
  sql: `SELECT id AS type_id, coalesce(name, 'unknown') AS type, objects, bytes, coalesce(retained_exact, retained) AS retained, retained_exact IS NOT NULL AS exact
    FROM types WHERE objects > 0 AND coalesce(content_package, '') = :package ORDER BY bytes DESC, id LIMIT :limit OFFSET :skip`,
  params: {package: 'text', limit: 'count', skip: 'count'},
  columns: {type_id: 'type', type: 'text', objects: 'count', bytes: 'bytes', retained: 'bytes', exact: 'flag'},
} as const satisfies Query;
