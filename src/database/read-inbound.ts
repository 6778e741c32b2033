/**
 * What points to a node, one row for all pointers of one generalized path: so ten thousand timers that hold a server are one line. Garbage holds
 * nothing and is counted apart.
 */
import {remember} from '../base/remember.js';
import type {SqlDatabase} from '../sql/index.js';
import {askForTypes} from '../sql/read-types.js';
import type {StoredPointer} from './cut-pointers.js';
import {StoredNames} from './stored-names.js';

export interface InboundGroup {
  readonly name: string; // of the pointers: main.srv.sessions[…].server
  readonly pointers: readonly StoredPointer[];
}
export interface InboundGroups {
  readonly groups: readonly InboundGroup[]; // most pointers first
  readonly garbage: number; // pointers of what nothing reaches
  readonly cut: boolean; // there are more pointers than are looked at
}

/** More pointers to one node are not looked at. */
const MOST_POINTERS = 200_000;
const BATCH = 20_000;
const INTO = `SELECT r.source_id AS source, r.offset, t.type_id AS type, coalesce(s.reachable, 1) AS reachable
  FROM referrers r CROSS JOIN edges e ON e.source_id = r.source_id AND e.offset = r.offset JOIN objects t ON t.id = r.target_id
    LEFT JOIN objects s ON s.id = r.source_id
  WHERE r.target_id = :node AND e.followed = 1 ORDER BY r.source_id, r.offset LIMIT :limit`;

export async function readInbound(database: SqlDatabase, node: number): Promise<InboundGroups> {
  const rows = await database.rows<StoredPointer & {type: number; reachable: number}>(INTO, {node, limit: MOST_POINTERS});
  const live = rows.filter(({reachable}) => reachable === 1);
  const names = new StoredNames(database, await askForTypes(database));
  const groups = new Map<string, StoredPointer[]>();
  for (let from = 0; from < live.length; from += BATCH) {
    const some = live.slice(from, from + BATCH);
    await names.read(some.map(({source}) => source));
    for (const {source, offset, type} of some)
      remember<string, StoredPointer[]>(groups, names.textOf(names.behind(source, offset, type)), () => []).push({source, offset});
  }
  return {
    groups: [...groups].map(([name, pointers]) => ({name, pointers})).sort((a, b) => b.pointers.length - a.pointers.length),
    garbage: rows.length - live.length,
    cut: rows.length === MOST_POINTERS,
  };
}
