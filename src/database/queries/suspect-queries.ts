/**
 * Findings, and the timers and contexts that some are about. `limit` -1 for all.
 */
import type {Query} from './run-query.js';

export const suspects = {
  id: 'suspects',
  title: 'What is worth a look',
  sql: `SELECT rank, level, kind, node_id, type_id, group_id, bytes, share, count, name, sentence, evidence, fix, next
    FROM suspects ORDER BY rank LIMIT :limit`,
  params: {limit: 'count'},
  columns: {
    rank: 'count',
    level: 'text',
    kind: 'text',
    node_id: 'node',
    type_id: 'type',
    group_id: 'number',
    bytes: 'bytes',
    share: 'share',
    count: 'count',
    name: 'text',
    sentence: 'text',
    evidence: 'text',
    fix: 'text',
    next: 'text',
  },
} as const satisfies Query;

const isoOf = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, 'unixepoch')`;

/** `retained`: by the object that a timer is in, with the closure or the channel that only it has. */
export const timers = {
  id: 'timers',
  title: 'Timers that will fire, most retained first',
  sql: `SELECT t.id, t.kind, t.function, ${isoOf('t.fires_at')} AS fires_at, round(t.seconds_left, 3) AS seconds_left, t.period, t.address, t.object_id, t.argument_id, o.retained
    FROM timers t LEFT JOIN objects o ON o.id = t.object_id ORDER BY o.retained DESC, t.fires_at, t.id LIMIT :limit`,
  params: {limit: 'count'},
  columns: {
    id: 'number',
    kind: 'text',
    function: 'text',
    fires_at: 'text',
    seconds_left: 'number',
    period: 'number',
    address: 'address',
    object_id: 'node',
    argument_id: 'node',
    retained: 'bytes',
  },
} as const satisfies Query;

/** `retained` is the sum: together they may retain more, what only they share. */
export const timerGroups = {
  id: 'timer-groups',
  title: 'Timers that will fire, by function',
  sql: `SELECT t.kind, t.function, count(*) AS timers, count(t.period) AS repeated, round(min(t.seconds_left), 3) AS soonest, round(max(t.seconds_left), 3) AS latest,
      total(o.retained) AS retained
    FROM timers t LEFT JOIN objects o ON o.id = t.object_id GROUP BY t.kind, t.function ORDER BY total(o.retained) DESC, count(*) DESC, t.function LIMIT :limit`,
  params: {limit: 'count'},
  columns: {kind: 'text', function: 'text', timers: 'count', repeated: 'count', soonest: 'number', latest: 'number', retained: 'bytes'},
} as const satisfies Query;

/** `made_at`: where it was allocated, of the few that the memory profile had sampled. */
export const contexts = {
  id: 'contexts',
  title: 'Contexts, those with most children first',
  sql: `SELECT c.id, t.name AS type, c.parent_id, c.children, c.cancelled, ${isoOf('c.deadline')} AS deadline, o.address, o.retained,
      (SELECT f.value ->> 'function' FROM allocations a JOIN sites s ON s.id = a.site_id, json_each(s.frames) f
        WHERE a.object_id = c.id AND f.value ->> 'function' NOT GLOB 'context.*' LIMIT 1) AS made_at
    FROM contexts c JOIN objects o ON o.id = c.id JOIN types t ON t.id = o.type_id
    ORDER BY c.children DESC, o.retained DESC, c.id LIMIT :limit`,
  params: {limit: 'count'},
  columns: {
    id: 'node',
    type: 'text',
    parent_id: 'node',
    children: 'count',
    cancelled: 'flag',
    deadline: 'text',
    address: 'address',
    retained: 'bytes',
    made_at: 'text',
  },
} as const satisfies Query;
