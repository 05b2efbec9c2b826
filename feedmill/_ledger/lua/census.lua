-- census: all counts at one moment. Reads only.
-- KEYS     the ledger's table K; uses counts pages_* page_leases page_sites feeds feed_due feed_leases feed_sites
--          stream generation offline full paused
-- ARGV     1 now
-- Returns  {counts as name, value, …; ready; deferred; leased; held; dead; feeds; feeds due; feeds leased;
--          ms until the next feed or nil; ms until the next page or nil; stream length; generation;
--          ms offline so far or nil; ms until the next probe; what is full as route, "bytes group", …;
--          the ledger's time; what is paused}

local function come(key) return redis.call('ZCOUNT', key, '-inf', now) end
local function to_come(key) return redis.call('ZCOUNT', key, '(' .. now, '+inf') end

local _, feed = first(K.feed_sites)
local _, waiting = first(K.page_sites)
local _, held = first(K.pages_held)

local since, probe_at = unpack(redis.call('HMGET', K.offline, 'since', 'probe_at'))

return {
  redis.call('HGETALL', K.counts),
  come(K.pages_waiting) + come(K.pages_held),
  to_come(K.pages_waiting),
  redis.call('ZCARD', K.page_leases),
  to_come(K.pages_held),
  redis.call('ZCARD', K.pages_dead),
  redis.call('SCARD', K.feeds),
  come(K.feed_due),
  redis.call('ZCARD', K.feed_leases),
  until_moment(feed) or false,
  until_moment(earliest(waiting, held)) or false,
  redis.call('XLEN', K.stream),
  tonumber(redis.call('GET', K.generation)) or 0,
  since and now - tonumber(since) or false,
  probe_at and until_moment(tonumber(probe_at)) or 0,
  redis.call('HGETALL', K.full),
  now,
  redis.call('HKEYS', K.paused),
}
