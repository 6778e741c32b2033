WITH d AS (
  SELECT dump_id, service, COALESCE(version, 'unknown') AS version, COALESCE(host, dump_id) AS host, built_at, dumped_at
  FROM dumps WHERE COALESCE(complete, true)),
builds AS (
  SELECT service, version, ROW_NUMBER() OVER (PARTITION BY service ORDER BY MIN(built_at) NULLS LAST, MIN(dumped_at) NULLS LAST) AS seq,
    COUNT(*) OVER (PARTITION BY service) AS builds
  FROM d GROUP BY service, version),
