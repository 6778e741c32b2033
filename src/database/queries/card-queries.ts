/**
 * Findings and places of waste as the viewer's cards show them: with the names of what they lead to, and not ids alone.
 */
import type {Query} from './run-query.js';
import {suspects} from './suspect-queries.js';
import {waste} from './waste-queries.js';

/** `goroutine`: the first one of the group. `place`: of a variable its name, of an object its generalized path, or the nearest one that was kept. */
export const suspectCards = {
  id: 'suspect-cards',
  title: 'Findings, and where they lead',
  sql: `SELECT s.rank, s.level, s.kind, s.node_id, s.type_id, s.group_id, s.bytes, s.share, s.count, s.name, s.sentence, s.evidence, s.fix, s.next,
      t.name AS type, (SELECT min(g.id) FROM goroutines g WHERE g.group_id = s.group_id) AS goroutine,
      coalesce(r.kind, 'object') AS node_kind, coalesce(r.name, p.name) AS place, o.address
    FROM suspects s LEFT JOIN types t ON t.id = s.type_id LEFT JOIN roots r ON r.id = s.node_id LEFT JOIN objects o ON o.id = s.node_id
      LEFT JOIN paths p ON p.id = o.path_id
    ORDER BY s.rank`,
  params: {},
  columns: {...suspects.columns, type: 'text', goroutine: 'number', node_kind: 'text', place: 'text', address: 'address'},
} as const satisfies Query;

/** `kind` '' for all, else a pattern as of GLOB. `address` and `preview`: of the object that wastes most. */
export const wastePlaces = {
  id: 'waste-places',
  title: 'Places that waste memory',
  sql: `SELECT w.rank, w.kind, w.path, t.name AS type, n.name AS owner, w.bytes,
      w.bytes / (SELECT CAST(m.value AS REAL) FROM meta m WHERE m.key = 'reachable_bytes') AS share, w.count, w.reslices, w.node_id, w.fix,
      o.address, o.preview
    FROM waste w LEFT JOIN types t ON t.id = w.type_id LEFT JOIN owners n ON n.rank = w.owner_id LEFT JOIN objects o ON o.id = w.node_id
    WHERE :kind = '' OR w.kind GLOB :kind ORDER BY w.rank LIMIT :limit OFFSET :skip`,
  params: {...waste.params, skip: 'count'},
  columns: {...waste.columns, address: 'address', preview: 'text'},
} as const satisfies Query;
