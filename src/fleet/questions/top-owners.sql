-- Whose bytes are most over the whole fleet: of each host its newest dump.
WITH newest AS (
  SELECT dump_id, service, host, reachable_bytes FROM (
    SELECT dump_id, service, COALESCE(host, dump_id) AS host, reachable_bytes,
      ROW_NUMBER() OVER (PARTITION BY service, COALESCE(host, dump_id) ORDER BY dumped_at DESC, dump_id) AS nth
    FROM dumps) t
  WHERE nth = 1)
SELECT COALESCE(o.package, '') AS package, o.name, o.kind, COUNT(DISTINCT n.service) AS services, COUNT(*) AS hosts, SUM(o.bytes) AS bytes,
  median(o.bytes * 1e0 / n.reachable_bytes) AS median_share, MAX(o.bytes * 1e0 / n.reachable_bytes) AS max_share
FROM owners o JOIN newest n ON o.dump_id = n.dump_id CROSS JOIN asked q
WHERE (q.service IS NULL OR n.service = q.service) AND n.reachable_bytes > 0
GROUP BY COALESCE(o.package, ''), o.name, o.kind ORDER BY bytes DESC, o.name LIMIT 20
