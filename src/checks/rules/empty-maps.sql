-- title: Empty maps that are kept
-- fix: Make the map when the first entry comes: a nil map can be read.
SELECT printf('%d empty maps at %s take %d bytes', count, path, bytes) AS message, node_id, count, bytes
FROM waste WHERE kind = 'empty-map' AND count >= 10000 AND bytes >= 1048576 AND bytes >= 0.01 * (SELECT value FROM meta WHERE key = 'reachable_bytes')
ORDER BY bytes DESC
