-- publish_words: appends a revision in the feed's words once; its page settles, or waits with its failures kept.
-- NEEDS    line gate memory feeds accounting routes story_state lists visits pages deferral stories growth revisions
-- KEYS     the ledger's table K; uses story stories story_events stream routes route_stream route_firsts page memory
--          volume visits visit page_* pages_waiting
--          pages_held held_for owner gate slots counts feed feeds feed_* feed_counts dropped_entries events_stream
--          offline unreached
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 revision · 6 event · 7 fingerprint · 8 why not the page's words
--          · 9 JSON of the next visit, or '' · 10 ms after which the page is asked for again, or '' where it settles
--          · 11 ms to keep everybody off its site · 12 what decides its story (StorySubject), or ''
--          · 13… field, value, … of the stream entry
-- Returns  {stream id, repeated 0 or 1}; nil: the lease is lost and this revision is not out
-- XADD is the first write: when it fails nothing has changed (Lua has no rollback).

local id, reason = ARGV[3], ARGV[8]

local function finish(repeated)
  count_page_as(id, 'feed:' .. reason)
  if ARGV[10] ~= '' then
    local _, known = find_article(id)
    redis.call('HSET', K.page .. id, 'known_rev', known.rev, 'known_print', known.print)
    defer_page(id, tonumber(ARGV[10]), reason, false, true, tonumber(ARGV[11]))
  elseif repeated then
    settle_page(id, repeated)
  else
    end_page(id, 'published')
  end
end

return answer(ARGV[2], function()
  local fields = {unpack(ARGV, 13)}
  return append_revision(id, ARGV[4], tonumber(ARGV[5]), ARGV[7], ARGV[6], ARGV[9], fields, finish, ARGV[12])
end)
