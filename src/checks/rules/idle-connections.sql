-- title: Idle HTTP connections that are kept
-- fix: Use one http.Client, read and close every Body, set MaxIdleConnsPerHost and IdleConnTimeout of its Transport.
SELECT printf('%d idle connections are kept by http.Transports', count(DISTINCT r.target_id)) AS message,
  min(r.target_id) AS node_id, count(DISTINCT r.target_id) AS count, NULL AS bytes
FROM types t JOIN instances i ON i.type_id = t.id JOIN referrers r ON r.target_id = i.object_id
  JOIN objects l ON l.id = r.source_id JOIN types e ON e.id = l.type_id AND e.name = 'container/list.Element'
WHERE t.name = 'net/http.persistConn'
HAVING count(DISTINCT r.target_id) >= 100
