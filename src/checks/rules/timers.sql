-- title: Timers that keep memory until they fire, and tickers that nobody stopped
-- fix: Stop timers whose work is done, and give their functions no more than they need; defer ticker.Stop().
SELECT printf('%d timers will call %s, and keep %d bytes until then', count(*), t.function, sum(o.retained)) AS message,
  min(t.object_id) AS node_id, count(*) AS count, sum(o.retained) AS bytes
FROM timers t JOIN objects o ON o.id = t.object_id
WHERE t.kind = 'function'
GROUP BY t.function
HAVING count(*) >= 1000 AND sum(o.retained) >= 1048576
  AND sum(o.retained) >= 0.02 * (SELECT value FROM meta WHERE key = 'reachable_bytes')
UNION ALL
-- From Go 1.23 on tickers are made as what timers are, too: the pointer to one says which it is.
SELECT printf('%d tickers are alive', count(*)), min(o.id), count(*), sum(o.retained)
FROM types t JOIN instances i ON i.type_id = t.id JOIN objects o ON o.id = i.object_id AND o.reachable = 1
  LEFT JOIN objects h ON h.id = o.holder_id LEFT JOIN roots r ON r.id = o.holder_id
  LEFT JOIN types ht ON ht.id = coalesce(h.type_id, r.type_id)
WHERE t.name = 'time.Ticker' OR t.name = 'runtime.timeTimer' AND (ht.name = '*time.Ticker' OR EXISTS (
  SELECT 1 FROM fields f JOIN types ft ON ft.id = f.field_type_id
  WHERE f.type_id = ht.id AND f.offset = (o.holder_offset - coalesce(h.header, 0)) % ht.size AND ft.name = '*time.Ticker'))
HAVING count(*) >= 1000
