-- title: Buffered writers that were never flushed
-- fix: Call Flush when the last byte is written, also after errors.
-- needs: contents
WITH writers AS (
  SELECT o.id, o.address + o.header + f.offset AS at
  FROM types t JOIN fields f ON f.type_id = t.id AND f.name = 'n' JOIN instances i ON i.type_id = t.id JOIN objects o ON o.id = i.object_id
  WHERE t.name = 'bufio.Writer' AND o.reachable = 1),
waiting AS (
  SELECT w.id FROM writers w JOIN contents c ON c.address = (SELECT max(b.address) FROM contents b WHERE b.address <= w.at)
  WHERE substr(c.bytes, w.at - c.address + 1, 8) <> x'0000000000000000')
SELECT printf('%d buffered writers hold bytes that nobody flushed', count(*)) AS message, min(id) AS node_id, count(*) AS count, NULL AS bytes
FROM waiting HAVING count(*) >= 100
