/**
 * Pointers out of a node and into an object, and the objects of a type; pages of `limit` rows from `skip` on.
 */
import {INSTANCE_COLUMNS, LISTED_INSTANCE} from './objects-of-type.js';
import type {Query} from './run-query.js';

const PAGE = {id: 'node', limit: 'count', skip: 'count'} as const;

export const outbound = {
  id: 'outbound',
  title: 'What a node points to',
  sql: `SELECT offset, field, target_id, target, target_type, target_length, target_size, target_offset, target_retained, bridge, followed, releases,
      target_preview
    FROM outbound WHERE source_id = :id ORDER BY offset LIMIT :limit OFFSET :skip`,
  params: PAGE,
  columns: {
    offset: 'number',
    field: 'text',
    target_id: 'node',
    target: 'text',
    target_type: 'text',
    target_length: 'count',
    target_size: 'bytes',
    target_offset: 'number',
    target_retained: 'bytes',
    bridge: 'flag',
    followed: 'flag',
    releases: 'bytes',
    target_preview: 'text',
  },
} as const satisfies Query;

export const inbound = {
  id: 'inbound',
  title: 'What points to an object',
  sql: `SELECT source_id, source, source_kind, source_type, offset, field, target_offset, source_retained, source_reachable, bridge, followed, releases,
      (SELECT goroutine_id FROM roots WHERE id = source_id) AS source_goroutine
    FROM inbound WHERE target_id = :id ORDER BY source_id, offset LIMIT :limit OFFSET :skip`,
  params: PAGE,
  columns: {
    source_id: 'node',
    source: 'text',
    source_kind: 'text',
    source_type: 'text',
    offset: 'number',
    field: 'text',
    target_offset: 'number',
    source_retained: 'bytes',
    source_reachable: 'flag',
    bridge: 'flag',
    followed: 'flag',
    releases: 'bytes',
    source_goroutine: 'number',
  },
} as const satisfies Query;

/** More pointers than these are not counted: a million of them take a while. */
export const MOST_COUNTED = 100_000;

/** How many rows `inbound`, `outbound` and `dominated` have; of the first two `MOST_COUNTED` + 1 where they have more. */
export const nodeTotals = {
  id: 'node-totals',
  title: 'Pointers to and from a node, and what it dominates, in numbers',
  sql: `SELECT (SELECT count(*) FROM (SELECT 1 FROM referrers WHERE target_id = :id LIMIT ${MOST_COUNTED + 1})) AS inbound,
      (SELECT count(*) FROM (SELECT 1 FROM edges WHERE source_id = :id LIMIT ${MOST_COUNTED + 1})) AS outbound,
      (SELECT coalesce(max(rank), 0) FROM dominated WHERE dominator_id = :id) AS dominated`,
  params: {id: 'node'},
  columns: {inbound: 'count', outbound: 'count', dominated: 'count'},
} as const satisfies Query;

export const instances = {
  id: 'instances',
  title: 'Objects of a type, most retained first',
  sql: `SELECT i.rank, ${LISTED_INSTANCE}
    FROM instances i JOIN objects o ON o.id = i.object_id
    WHERE i.type_id = :id AND i.rank > :skip ORDER BY i.rank LIMIT :limit`,
  params: {...PAGE, id: 'type'},
  columns: {rank: 'count', ...INSTANCE_COLUMNS},
} as const satisfies Query;
