-- poll_feed: lets a feed be polled now, as soon as its site's gate opens; its dropped entries may get another try.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feeds feed feed_due feed_queue feed_sites gate paused
-- ARGV     1 now · 2 token · 3 feed id · 4 poll, or retry: entries that gave no article get another try
-- Returns  {what it is: due, or why it is not polled: unlisted off gone paused; polls so far; ms until its site's gate
--          opens}

local id = ARGV[3]

local function refusal(feed)
  if not feed then return 'unlisted' end
  if not feed.enabled then return 'off' end
  if feed.stopped then return 'gone' end
  if is_paused('all') or is_paused('feed:' .. id) or is_paused('site:' .. feed.site) then return 'paused' end
end

return answer(ARGV[2], function()
  local feed = redis.call('SISMEMBER', K.feeds, id) == 1 and load_feed(id) or nil
  local why = refusal(feed)
  if why then return {why, 0, 0} end
  if feed.asked ~= 'retry' then feed.asked = ARGV[4] end
  if not feed.lease then schedule_feed(feed, math.min(feed.next_at or now, now)) end
  save_feed(feed)
  return {'due', feed.polls, math.max(0, math.floor((tonumber(redis.call('GET', K.gate .. feed.site)) or 0) - now))}
end)
