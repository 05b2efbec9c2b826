-- pause: keeps feedmill from a feed, a site or everything until it is resumed; what is under way comes to its end.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses paused feeds feed feed_due feed_queue feed_sites
-- ARGV     1 now · 2 token · 3 what: all, site:<site> or feed:<id>
-- Returns  1, 0 when it was paused already, -1 when there is no such feed

local what = ARGV[3]

return answer(ARGV[2], function()
  local id = string.match(what, '^feed:(.+)$')
  if id and redis.call('SISMEMBER', K.feeds, id) == 0 then return -1 end
  if redis.call('HSETNX', K.paused, what, now) == 0 then return 0 end
  if id then unschedule_feed(load_feed(id)) end
  return 1
end)
