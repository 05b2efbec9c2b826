-- reap: takes back expired leases, a bounded number a call.
-- NEEDS    gate memory feeds visits pages
-- KEYS     the ledger's table K; uses feeds feed feed_* page page_* pages_* held_for owner dead_stream gate slots
-- ARGV     1 now · 2 token · 3 limit · 4 attempts a page has · 5 reason for burying
-- Returns  {feeds returned, pages returned, pages buried}

local limit = tonumber(ARGV[3])

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
  local counts = {returned = 0, buried = 0}
  local feeds = expired(K.feed_leases)
  for _, id in ipairs(feeds) do recover_feed(id) end
  for _, id in ipairs(expired(K.page_leases)) do
    local end_of_it = recover_page(id, ARGV[5], tonumber(ARGV[4]))
    counts[end_of_it] = counts[end_of_it] + 1
  end
  return {#feeds, counts.returned, counts.buried}
end)
