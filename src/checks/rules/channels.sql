-- title: Channels that fill up and nobody drains
-- fix: Let somebody receive from the channel until it is closed, or drop what does not fit.
SELECT sentence AS message, node_id, count, bytes FROM suspects WHERE kind = 'channel' ORDER BY bytes DESC
