/**
 * What is held and not used: the rows of `waste`, or these added up by kind, type or owner. `kind` '' for all; `limit` -1 for all. Shares are in
 * proportion to the live heap; free slots and tails of spans are beside it.
 */
import type {Query} from './run-query.js';

const SHARE = `/ (SELECT CAST(m.value AS REAL) FROM meta m WHERE m.key = 'reachable_bytes') AS share`;

export const waste = {
  id: 'waste',
  title: 'What is held and not used',
  sql: `SELECT w.rank, w.kind, w.path, t.name AS type, o.name AS owner, w.bytes, w.bytes ${SHARE}, w.count, w.reslices, w.node_id, w.fix
    FROM waste w LEFT JOIN types t ON t.id = w.type_id LEFT JOIN owners o ON o.rank = w.owner_id
    WHERE :kind IN ('', w.kind) ORDER BY w.rank LIMIT :limit`,
  params: {kind: 'text', limit: 'count'},
  columns: {
    rank: 'count',
    kind: 'text',
    path: 'text',
    type: 'text',
    owner: 'text',
    bytes: 'bytes',
    share: 'share',
    count: 'count',
    reslices: 'count',
    node_id: 'node',
    fix: 'text',
  },
} as const satisfies Query;

/** `contents` when what is read from bytes is missing, `duplicates` when these were not looked for; no row when nothing is. */
export const wasteLacks = {
  id: 'waste-lacks',
  title: 'What the list of waste lacks',
  sql: `SELECT value AS lacks FROM meta WHERE key = 'waste_lacks'`,
  params: {},
  columns: {lacks: 'text'},
} as const satisfies Query;

export const wasteByKind = sumsBy('waste-by-kind', 'by kind', 'kind', 'w.kind', '');
export const wasteByType = sumsBy('waste-by-type', 'by type', 'type', 't.name', 'JOIN types t ON t.id = w.type_id');
export const wasteByOwner = sumsBy('waste-by-owner', 'by owner', 'owner', 'o.name', 'JOIN owners o ON o.rank = w.owner_id');

/** Rows that have no type, or no owner, are in no group. */
function sumsBy<const Id extends string, const Key extends string>(id: Id, title: string, key: Key, name: string, join: string) {
  return {
    id,
    title: `What is held and not used, ${title}`,
    sql: `SELECT ${name} AS ${key}, count(*) AS places, sum(w.count) AS count, sum(w.bytes) AS bytes, sum(w.bytes) ${SHARE}
      FROM waste w ${join} WHERE :kind IN ('', w.kind) GROUP BY ${name} ORDER BY sum(w.bytes) DESC, ${name} LIMIT :limit`,
    params: {kind: 'text', limit: 'count'},
    columns: {[key]: 'text', places: 'count', count: 'count', bytes: 'bytes', share: 'share'} as {readonly [K in Key]: 'text'} & {
      readonly places: 'count';
      readonly count: 'count';
      readonly bytes: 'bytes';
      readonly share: 'share';
    },
  } as const satisfies Query;
}
