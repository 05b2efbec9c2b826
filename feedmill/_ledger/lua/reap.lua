-- reap: takes back expired leases, a bounded number a call.
-- NEEDS    gate memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses feeds feed feed_* page page_* pages_* held_for owner dead_stream gate slots
-- ARGV     1 now · 2 token · 3 limit · 4 attempts a page has · 5 reason for burying · 6 the time that the caller's last
--          call answered, 0 for none · 7 ms that passed since by the caller's monotonic clock
-- Returns  {feeds returned, pages returned, pages buried, the ledger's time}
-- A server's clock that was set ahead, or a machine that slept, makes leases look over that are not: when more time
-- has passed here than there, they get the difference.

local limit = tonumber(ARGV[3])
local SLACK_MS = 2000

local function forgive()
  local since = tonumber(ARGV[6])
  local ahead = now - since - tonumber(ARGV[7])
  if since == 0 or ahead <= SLACK_MS then return end
  for _, key in ipairs({K.feed_leases, K.page_leases}) do
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', now)) do redis.call('ZINCRBY', key, ahead, id) end
  end
end

local function expired(key)
  return redis.call('ZRANGEBYSCORE', key, '-inf', now, 'LIMIT', 0, limit)
end

local function recover_feed(id)
  local feed = load_feed(id)
  if not feed then
    redis.call('ZREM', K.feed_leases, id)
    return
  end
  end_feed_lease(feed)
  if feed.enabled and redis.call('SISMEMBER', K.feeds, id) == 1 then schedule_feed(feed, feed.due_at or now) end
  save_feed(feed)
end

return answer(ARGV[2], function()
  forgive()
  local counts = {returned = 0, buried = 0}
  local feeds = expired(K.feed_leases)
  for _, id in ipairs(feeds) do recover_feed(id) end
  for _, id in ipairs(expired(K.page_leases)) do
    local end_of_it = recover_page(id, ARGV[5], tonumber(ARGV[4]))
    counts[end_of_it] = counts[end_of_it] + 1
  end
  return {#feeds, counts.returned, counts.buried, now}
end)
