-- dead: dead letters, the latest first. Reads only.
-- KEYS     the ledger's table K; uses pages_dead page
-- ARGV     1 now · 2 limit
-- Returns  per page {id, url, site, source, feed, tags, entry, reason, detail, attempts, failures, first_failed_at,
--          listed_at, died_at}

local pages = {}
for _, id in ipairs(redis.call('ZREVRANGE', K.pages_dead, 0, tonumber(ARGV[2]) - 1)) do
  pages[#pages + 1] = {id, unpack(redis.call('HMGET', K.page .. id, 'url', 'site', 'source', 'feed', 'tags', 'entry',
    'reason', 'detail', 'attempts', 'failures', 'first_failed_at', 'listed_at', 'died_at'))}
end
return pages
