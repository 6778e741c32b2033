-- Hosts on which an owner or a holder has a larger share of the live heap than on the other hosts of the same service and build, in two builds or more.
-- Larger is more than 3.5 robust deviations above the median, and 5 % of the heap: where all hosts are alike any difference would be far. Smaller shares
-- are what a larger one leaves of the rest, and no finding.
-- Builds with fewer than 8 hosts are left out.
WITH d AS (
  SELECT dump_id, service, COALESCE(version, 'unknown') AS version, COALESCE(host, dump_id) AS host, reachable_bytes
  FROM dumps WHERE COALESCE(complete, true) AND reachable_bytes > 0),
parts AS (
  SELECT 'owner' AS what, dump_id, COALESCE(package, '') AS package, name, bytes AS v FROM owners
  UNION ALL SELECT 'holder', dump_id, '', name, SUM(retained) FROM holders WHERE name IS NOT NULL AND NOT COALESCE(unfolded, false) GROUP BY dump_id, name),
s AS (
  SELECT p.what AS what, d.service AS service, d.version AS version, p.package AS package, p.name AS name, d.host AS host, median(p.v * 1e0 / d.reachable_bytes) AS share
  FROM parts p JOIN d ON p.dump_id = d.dump_id CROSS JOIN asked q WHERE q.service IS NULL OR d.service = q.service
  GROUP BY p.what, d.service, d.version, p.package, p.name, d.host),
m AS (
  SELECT what, service, version, package, name, median(share) AS mid, COUNT(*) AS hosts FROM s GROUP BY what, service, version, package, name),
f AS (
  SELECT s.what AS what, s.service AS service, s.version AS version, s.package AS package, s.name AS name, median(ABS(s.share - m.mid)) AS mad
  FROM s JOIN m ON s.what = m.what AND s.service = m.service AND s.version = m.version AND s.package = m.package AND s.name = m.name
  GROUP BY s.what, s.service, s.version, s.package, s.name)
SELECT s.service, s.what, s.package, s.name, s.host, COUNT(*) AS builds, AVG(s.share) AS share, AVG(m.mid) AS fleet_share
FROM s JOIN m ON s.what = m.what AND s.service = m.service AND s.version = m.version AND s.package = m.package AND s.name = m.name
  JOIN f ON s.what = f.what AND s.service = f.service AND s.version = f.version AND s.package = f.package AND s.name = f.name
WHERE m.hosts >= 8 AND s.share - m.mid >= 0.05
  AND 0.6745 * (s.share - m.mid) > 3.5 * CASE WHEN f.mad > 0.002 THEN f.mad ELSE 0.002 END
GROUP BY s.service, s.what, s.package, s.name, s.host HAVING COUNT(*) >= 2
ORDER BY s.service, s.what, s.package, s.name, s.host
