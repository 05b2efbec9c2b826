-- move_polls: puts the next polls of waiting feeds at other times.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feeds feed feed_due feed_queue feed_sites gate paused
-- ARGV     1 now · 2 token · then per feed: its id, its polls so far, when it is to be polled next
-- Returns  how many were moved: not those that were polled since, are leased, off or gone, or whose poll was asked for
-- The gate stays as it is: a feed is claimed when its time has come and its site's gate is open.

local function move(id, polls, at)
  local feed = redis.call('SISMEMBER', K.feeds, id) == 1 and load_feed(id)
  if not feed or feed.polls ~= polls or not feed.enabled or not feed.next_at then return 0 end
  if feed.lease or feed.stopped or feed.asked then return 0 end
  schedule_feed(feed, at)
  save_feed(feed)
  return 1
end

return answer(ARGV[2], function()
  local moved = 0
  for at = 3, #ARGV, 3 do moved = moved + move(ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])) end
  return moved
end)
