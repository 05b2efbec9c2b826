-- dropped: the last entries of a feed that gave no article, the latest first. Reads only.
-- KEYS     the ledger's table K; uses dropped_entries
-- ARGV     1 now · 2 feed id
-- Returns  MessagePack arrays: article id, reason, title, time in ms

return redis.call('LRANGE', K.dropped_entries .. ARGV[2], 0, -1)
