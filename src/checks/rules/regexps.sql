-- title: Regular expressions that are compiled again and again
-- fix: Compile each expression once, in a package variable, or keep them by their text.
SELECT printf('%d compiled regular expressions are alive, and retain %d bytes', objects, retained) AS message,
  NULL AS node_id, objects AS count, retained AS bytes
FROM types WHERE name = 'regexp.Regexp' AND objects >= 1000
