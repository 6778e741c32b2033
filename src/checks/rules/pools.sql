-- title: Pools that hoard
-- fix: Do not put back what has grown: drop buffers above a limit.
SELECT printf('pools at %s keep %d bytes that nobody uses', coalesce(path, 'places without a name'), bytes) AS message, node_id, count, bytes
FROM waste
WHERE kind = 'pooled' AND bytes >= 4194304 AND bytes >= 0.3 * (SELECT value FROM meta WHERE key = 'reachable_bytes')
ORDER BY bytes DESC
