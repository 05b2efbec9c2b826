-- publish: appends a revision to the stream exactly once, remembers it and settles the page.
-- NEEDS    gate memory feeds accounting routes story_state lists visits pages stories growth revisions
-- KEYS     the ledger's table K; uses story stories story_events stream routes route_stream route_firsts page memory
--          volume visits visit page_* pages_waiting
--          owner gate slots counts feed feeds feed_counts dropped_entries events_stream
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 revision · 6 event · 7 fingerprint, with its reader's number
--          behind it where it has one · 8 outcome
--          · 9 JSON of the next visit, or '' · 10 what decides its story (StorySubject), or ''
--          · 11… field, value, … of the stream entry
-- Returns  {stream id, repeated 0 or 1}; nil: the lease is lost and this revision is not out
-- XADD is the first write: when it fails nothing has changed (Lua has no rollback).

local id = ARGV[3]

local function finish(repeated)
  count_page_as(id, 'page')
  if repeated then
    settle_page(id, repeated)
  else
    end_page(id, ARGV[8])
  end
end

return answer(ARGV[2], function()
  local fields = {unpack(ARGV, 11)}
  return append_revision(id, ARGV[4], tonumber(ARGV[5]), ARGV[7], ARGV[6], ARGV[9], fields, finish, ARGV[10])
end)
