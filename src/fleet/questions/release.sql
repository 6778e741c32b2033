-- What every build brought, beside the one before it: types, owners and goroutines that grew on at least 80 % of the hosts that have dumps of both.
-- As the question grew, which says how it is counted, but of all builds, in the order of their commits; with a service in `asked`, of that one.
-- here: _builds.sql
pairs AS (
  SELECT a.service AS service, a.version AS before_version, b.version AS after_version
  FROM builds a JOIN builds b ON a.service = b.service AND a.seq = b.seq - 1 CROSS JOIN asked q
  WHERE q.service IS NULL OR a.service = q.service),
measured AS (
  SELECT 'type bytes' AS what, dump_id, COALESCE(package, '') AS package, name, bytes AS v FROM types
  UNION ALL SELECT 'owner bytes', dump_id, COALESCE(package, ''), name, bytes FROM owners
  UNION ALL SELECT 'goroutines', dump_id, fingerprint, function, goroutines FROM goroutine_groups),
-- here: _growth.sql
