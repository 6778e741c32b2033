/**
 * Live variables grouped by type, by package or by kind. `filter` is a part of the name, '' for all; `limit` -1 for all.
 * `retained` of a group of types is not the sum of theirs, so only the types have it.
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

const GROUP_COLUMNS = {types: 'count', objects: 'count', values: 'count', bytes: 'bytes', used: 'bytes', share: 'share'} as const;

export const histogramByPackage = {
  id: 'histogram-by-package',
  title: 'Live variables by package',
  sql: groupSql('package'),
  params: {filter: 'text', limit: 'count'},
  columns: {package: 'text', ...GROUP_COLUMNS},
} as const satisfies Query;

export const histogramByKind = {
  id: 'histogram-by-kind',
  title: 'Live variables by kind',
  sql: groupSql('kind'),
  params: {filter: 'text', limit: 'count'},
  columns: {kind: 'text', ...GROUP_COLUMNS},
} as const satisfies Query;

function groupSql(column: 'package' | 'kind'): string {
  return `SELECT ${column}, count(*) AS types, sum(objects) AS objects, sum("values") AS "values", sum(bytes) AS bytes, sum(used) AS used,
      sum(share) AS share
    FROM histogram WHERE instr(lower(coalesce(${column}, '')), lower(:filter)) > 0
    GROUP BY ${column} ORDER BY sum(bytes) DESC, ${column} LIMIT :limit`;
}
