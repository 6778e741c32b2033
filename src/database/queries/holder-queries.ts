/**
 * What holds the memory, in names: the rows of `holders`, and behind the first `limit` of them one row that stands for all others, so that every
 * list sums up to all reachable bytes.
 */
import type {Query} from './run-query.js';

export const holders = {
  id: 'holders',
  title: 'What holds the memory',
  sql: `SELECT h.rank, h.node_id, h.name, h.kind, coalesce(t.name, CASE h.type_id WHEN 0 THEN 'unknown' END) AS type, h.count, h.retained,
      h.retained / (SELECT CAST(m.value AS REAL) FROM meta m WHERE m.key = 'reachable_bytes') AS share,
      h.gathers_id, h.gathers_name, h.gathers_count, g.name AS gathers_type, h.gathers_retained,
      h.root_name, h.variables, h.goroutines, h.exact
    FROM (
      SELECT * FROM holders WHERE rank <= :limit AND kind <> 'more'
      UNION ALL
      SELECT min(rank), NULL, 'more', NULL, NULL, NULL, sum(CASE kind WHEN 'more' THEN count ELSE 1 END), sum(retained), 0,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
      FROM holders WHERE rank > :limit OR kind = 'more' HAVING count(*) > 0) h
    LEFT JOIN types t ON t.id = h.type_id LEFT JOIN types g ON g.id = h.gathers_type_id
    ORDER BY h.rank`,
  params: {limit: 'count'},
  columns: {
    rank: 'count',
    node_id: 'node',
    name: 'text',
    kind: 'text',
    type: 'text',
    count: 'count',
    retained: 'bytes',
    share: 'share',
    gathers_id: 'node',
    gathers_name: 'text',
    gathers_count: 'count',
    gathers_type: 'text',
    gathers_retained: 'bytes',
    root_name: 'text',
    variables: 'count',
    goroutines: 'count',
    exact: 'flag',
  },
} as const satisfies Query;
