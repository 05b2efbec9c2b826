-- resume: lets feedmill go on with what was paused; a poll whose time has passed meanwhile is due at once.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses paused feeds feed feed_due feed_queue feed_sites page_queue page_sites gate
-- ARGV     1 now · 2 token · 3 what: all, site:<site> or feed:<id>
-- Returns  1, or 0 when it was not paused

local what = ARGV[3]

return answer(ARGV[2], function()
  if redis.call('HDEL', K.paused, what) == 0 then return 0 end
  local site, id = string.match(what, '^site:(.+)$'), string.match(what, '^feed:(.+)$')
  if site then place_both(site) end
  local feed = id and redis.call('SISMEMBER', K.feeds, id) == 1 and load_feed(id)
  if feed and feed.enabled and not feed.stopped and not feed.lease then
    schedule_feed(feed, feed.next_at or now)
    save_feed(feed)
  end
  return 1
end)
