-- What grew between two builds of a service on at least 80 % of the hosts that have dumps of both; without builds, the newest and the one before it.
-- Of each host the median of its dumps counts. What all types of a host have in common is its load, and is taken out: the factor of `traffic`.
-- A type that a host does not have is 0 there: the tables are not cut to the first so many rows. A holder may be missing because it gave way to the level
-- below it, so only those of both builds are compared.
-- here: _builds.sql
pairs AS (
  SELECT a.service AS service, a.version AS before_version, b.version AS after_version
  FROM builds a JOIN builds b ON a.service = b.service CROSS JOIN asked q
  WHERE (q.service IS NULL OR a.service = q.service)
    AND CASE WHEN q.after_version IS NULL THEN b.seq = b.builds ELSE b.version = q.after_version END
    AND CASE WHEN q.before_version IS NULL THEN a.seq = b.seq - 1 ELSE a.version = q.before_version END),
measured AS (
  SELECT 'type bytes' AS what, dump_id, COALESCE(package, '') AS package, name, bytes AS v FROM types
  UNION ALL SELECT 'owner bytes', dump_id, COALESCE(package, ''), name, bytes FROM owners
  UNION ALL SELECT 'held bytes', dump_id, '', name, SUM(retained) FROM holders WHERE name IS NOT NULL AND NOT COALESCE(unfolded, false) GROUP BY dump_id, name
  UNION ALL SELECT 'goroutines', dump_id, fingerprint, function, goroutines FROM goroutine_groups),
-- here: _growth.sql
