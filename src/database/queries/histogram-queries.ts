/**
 * Live variables grouped by type or by kind, and everything reachable by its owner or the owner's package. `filter` is a part of the name, ''
 * for all; `limit` -1 for all. `retained` of a kind is not the sum of its types', so kinds have none.
 */
import type {Query} from './run-query.js';

export const histogramByType = {
  id: 'histogram',
  title: 'Live variables by type',
  sql: `SELECT type_id, type, kind, objects, "values", bytes, used, retained, share FROM histogram
    WHERE instr(lower(type), lower(:filter)) > 0 ORDER BY bytes DESC, type_id LIMIT :limit`,
  params: {filter: 'text', limit: 'count'},
  columns: {
    type_id: 'type',
    type: 'text',
    kind: 'text',
    objects: 'count',
    values: 'count',
    bytes: 'bytes',
    used: 'bytes',
    retained: 'bytes',
    share: 'share',
  },
} as const satisfies Query;

export const histogramByOwner = {
  id: 'histogram-by-owner',
  title: 'Whose bytes',
  sql: `SELECT name AS owner, kind, package, objects, own_bytes, held_bytes, bytes, ${shareOf('bytes')} AS share, retained
    FROM owners WHERE instr(lower(name), lower(:filter)) > 0 ORDER BY rank LIMIT :limit`,
  params: {filter: 'text', limit: 'count'},
  columns: {
    owner: 'text',
    kind: 'text',
    package: 'text',
    objects: 'count',
    own_bytes: 'bytes',
    held_bytes: 'bytes',
    bytes: 'bytes',
    share: 'share',
    retained: 'bytes',
  },
} as const satisfies Query;

export const histogramByPackage = {
  id: 'histogram-by-package',
  title: 'Whose bytes, by package',
  sql: `SELECT package, owners, objects, bytes, ${shareOf('bytes')} AS share, retained
    FROM owner_packages WHERE instr(lower(coalesce(package, '')), lower(:filter)) > 0 ORDER BY rank LIMIT :limit`,
  params: {filter: 'text', limit: 'count'},
  columns: {package: 'text', owners: 'count', objects: 'count', bytes: 'bytes', share: 'share', retained: 'bytes'},
} as const satisfies Query;

export const histogramByKind = {
  id: 'histogram-by-kind',
  title: 'Live variables by kind',
  sql: `SELECT kind, count(*) AS types, sum(objects) AS objects, sum("values") AS "values", sum(bytes) AS bytes, sum(used) AS used,
      sum(share) AS share
    FROM histogram WHERE instr(lower(kind), lower(:filter)) > 0
    GROUP BY kind ORDER BY sum(bytes) DESC, kind LIMIT :limit`,
  params: {filter: 'text', limit: 'count'},
  columns: {kind: 'text', types: 'count', objects: 'count', values: 'count', bytes: 'bytes', used: 'bytes', share: 'share'},
} as const satisfies Query;

function shareOf(column: string): string {
  return `CAST(${column} AS REAL) / (SELECT m.value FROM meta m WHERE m.key = 'reachable_bytes')`;
}
