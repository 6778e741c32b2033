-- In which build a type or a goroutine's stack appeared: the first that has it, on at least half of its hosts. Those of a service's first build are left out.
-- Builds are in the order of their commits, not of their versions: as text v1.10 comes before v1.9.
-- here: _builds.sql
seen AS (
  SELECT 'type' AS what, d.service AS service, d.version AS version, COALESCE(t.package, '') AS package, t.name AS name, COUNT(DISTINCT d.host) AS hosts
  FROM types t JOIN d ON t.dump_id = d.dump_id GROUP BY d.service, d.version, COALESCE(t.package, ''), t.name
  UNION ALL
  SELECT 'goroutines', d.service, d.version, g.fingerprint, MIN(g.function), COUNT(DISTINCT d.host)
  FROM goroutine_groups g JOIN d ON g.dump_id = d.dump_id GROUP BY d.service, d.version, g.fingerprint),
sizes AS (SELECT service, version, COUNT(DISTINCT host) AS hosts FROM d GROUP BY service, version),
ranked AS (
  SELECT s.service AS service, s.version AS version, s.what AS what, s.package AS package, s.name AS name, s.hosts AS hosts, s.hosts * 1e0 / z.hosts AS share, b.seq AS seq,
    ROW_NUMBER() OVER (PARTITION BY s.service, s.what, s.package, s.name ORDER BY b.seq) AS nth
  FROM seen s JOIN builds b ON s.service = b.service AND s.version = b.version JOIN sizes z ON s.service = z.service AND s.version = z.version)
SELECT r.service, r.what, r.package, r.name, r.version AS first_version, r.hosts
FROM ranked r CROSS JOIN asked q
WHERE r.nth = 1 AND r.seq > 1 AND r.share >= 0.5 AND (q.service IS NULL OR r.service = q.service)
ORDER BY r.service, r.what, r.package, r.name
