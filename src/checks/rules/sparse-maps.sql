-- title: Maps that were much larger once
-- fix: A map never shrinks: make a new one and copy what is left.
SELECT printf('maps at %s have room for much more than is in them: %d bytes', path, bytes) AS message, node_id, count, bytes
FROM waste
WHERE kind = 'sparse-map' AND bytes >= 1048576 AND bytes >= 0.02 * (SELECT value FROM meta WHERE key = 'reachable_bytes')
ORDER BY bytes DESC
