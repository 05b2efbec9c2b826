-- feed_ids: the ids of all listed feeds. Reads only.
-- KEYS     the ledger's table K; uses feeds
-- ARGV     1 now
-- Returns  ids

return redis.call('SMEMBERS', K.feeds)
