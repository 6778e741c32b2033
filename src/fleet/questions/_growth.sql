covered AS (
  SELECT p.service AS service, p.after_version AS after_version, d.host AS host, COUNT(*) OVER (PARTITION BY p.service, p.after_version) AS hosts
  FROM pairs p JOIN d ON d.service = p.service AND (d.version = p.before_version OR d.version = p.after_version)
  GROUP BY p.service, p.after_version, d.host HAVING COUNT(DISTINCT d.version) = 2),
per_host AS (
  SELECT m.what AS what, d.service AS service, d.version AS version, d.host AS host, m.package AS package, m.name AS name, median(m.v) AS v
  FROM measured m JOIN d ON m.dump_id = d.dump_id
  GROUP BY m.what, d.service, d.version, d.host, m.package, m.name),
sides AS (
  SELECT h.what AS what, p.service AS service, p.before_version AS before_version, p.after_version AS after_version, h.host AS host, h.package AS package,
    h.name AS name, SUM(CASE WHEN h.version = p.before_version THEN h.v ELSE 0 END) AS a, SUM(CASE WHEN h.version = p.after_version THEN h.v ELSE 0 END) AS b
  FROM per_host h JOIN pairs p ON h.service = p.service AND (h.version = p.before_version OR h.version = p.after_version)
  GROUP BY h.what, p.service, p.before_version, p.after_version, h.host, h.package, h.name),
traffic AS (
  SELECT service, after_version, host, median(b / a) AS factor FROM sides
  WHERE what = 'type bytes' AND a >= 16384 AND b >= 16384 GROUP BY service, after_version, host),
judged AS (
  SELECT s.what AS what, s.service AS service, s.before_version AS before_version, s.after_version AS after_version, s.package AS package, s.name AS name,
    c.hosts AS hosts, s.b - s.a * COALESCE(t.factor, 1e0) AS delta,
    CASE WHEN s.b >= 1.3 * s.a * COALESCE(t.factor, 1e0)
      AND s.b - s.a * COALESCE(t.factor, 1e0) >= CASE WHEN s.what = 'goroutines' THEN 100 ELSE 1048576 END THEN 1e0 ELSE 0e0 END AS up
  FROM sides s JOIN covered c ON s.service = c.service AND s.after_version = c.after_version AND s.host = c.host
    LEFT JOIN traffic t ON s.service = t.service AND s.after_version = t.after_version AND s.host = t.host
  WHERE s.what <> 'held bytes' OR (s.a > 0 AND s.b > 0))
SELECT service, before_version, after_version, what, package, name, hosts, SUM(up) / hosts AS share_up, median(delta) AS median_delta
FROM judged GROUP BY service, before_version, after_version, what, package, name, hosts HAVING SUM(up) >= 0.8 * hosts
ORDER BY service, after_version, what, median_delta DESC, name
