-- title: Large arrays that are kept for a small part
-- fix: Copy the part: bytes.Clone, strings.Clone, slices.Clone.
SELECT printf('%d arrays at %s are kept for a part of them: %d bytes more than is used', count, path, bytes) AS message, node_id, count, bytes
FROM waste
WHERE kind = 'pinned' AND bytes >= 4194304 AND bytes >= 0.05 * (SELECT value FROM meta WHERE key = 'reachable_bytes')
ORDER BY bytes DESC
