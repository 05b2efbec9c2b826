-- waiting_feeds: what the next polls of feeds were decided by. Reads only.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feed
-- ARGV     1 now · 2… feed ids
-- Returns  MessagePack maps (feed_replies.WaitingFeed) of those that have been polled and wait for their time; not of
--          those that are leased, off, gone, or whose next poll was asked for

local waiting = {}
for at = 2, #ARGV do
  local feed = load_feed(ARGV[at])
  if feed and feed.enabled and feed.next_at and feed.last_poll_at
    and not (feed.lease or feed.stopped or feed.asked) then
    waiting[#waiting + 1] = cmsgpack.pack({
      id = feed.id, polls = feed.polls, interval = feed.interval or cjson.null, failures = feed.failures,
      listed = feed.listed or 0, reason = feed.reason or '', notes = feed.notes or '',
      last_poll_at = feed.last_poll_at, next_at = feed.next_at,
    })
  end
end
return waiting
