/**
 * Timers and contexts as the viewer lists them, in pages and with the names of what they lead to.
 */
import type {Query} from './run-query.js';
import {contexts, timers} from './suspect-queries.js';

const PAGE = {limit: 'count', skip: 'count'} as const;

/** `kind`, `function`: '' for all. `argument`: the type of what the timer calls its function with. */
export const timerRows = {
  id: 'timer-rows',
  title: 'Timers that will fire, most retained first',
  sql: `SELECT t.id, t.kind, t.function, strftime('%Y-%m-%dT%H:%M:%fZ', t.fires_at, 'unixepoch') AS fires_at, round(t.seconds_left, 3) AS seconds_left,
      t.period, t.address, t.object_id, t.argument_id, o.retained, o.address AS object_address, a.address AS argument_address, n.name AS argument
    FROM timers t LEFT JOIN objects o ON o.id = t.object_id LEFT JOIN objects a ON a.id = t.argument_id LEFT JOIN types n ON n.id = a.type_id
    WHERE :kind IN ('', t.kind) AND :function IN ('', t.function) ORDER BY o.retained DESC, t.fires_at, t.id LIMIT :limit OFFSET :skip`,
  params: {kind: 'text', function: 'text', ...PAGE},
  columns: {...timers.columns, object_address: 'address', argument_address: 'address', argument: 'text'},
} as const satisfies Query;

/** `name`: the generalized path, or the nearest one that was kept. */
export const contextRows = {
  id: 'context-rows',
  title: 'Contexts, those with most children first',
  sql: `SELECT c.id, t.name AS type, c.parent_id, c.children, c.cancelled,
      strftime('%Y-%m-%dT%H:%M:%fZ', c.deadline, 'unixepoch') AS deadline, o.address, o.retained,
      (SELECT f.value ->> 'function' FROM allocations a JOIN sites s ON s.id = a.site_id, json_each(s.frames) f
        WHERE a.object_id = c.id AND f.value ->> 'function' NOT GLOB 'context.*' LIMIT 1) AS made_at,
      p.name, q.name AS parent, m.address AS parent_address
    FROM contexts c JOIN objects o ON o.id = c.id JOIN types t ON t.id = o.type_id LEFT JOIN paths p ON p.id = o.path_id
      LEFT JOIN objects m ON m.id = c.parent_id LEFT JOIN paths q ON q.id = m.path_id
    ORDER BY c.children DESC, o.retained DESC, c.id LIMIT :limit OFFSET :skip`,
  params: PAGE,
  columns: {...contexts.columns, name: 'text', parent: 'text', parent_address: 'address'},
} as const satisfies Query;
