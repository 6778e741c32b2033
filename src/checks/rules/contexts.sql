-- title: Contexts that were never cancelled
-- fix: Call the cancel function of each context when its work is done: defer cancel().
SELECT printf('%d contexts were made from a %s and neither cancelled nor done', c.children, t.name) AS message,
  c.id AS node_id, c.children AS count, o.retained AS bytes
FROM contexts c JOIN objects o ON o.id = c.id JOIN types t ON t.id = o.type_id
WHERE c.children >= 1000 AND c.cancelled = 0
ORDER BY c.children DESC
