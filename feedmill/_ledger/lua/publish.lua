-- publish: appends a revision to the stream exactly once, remembers it and settles the page.
-- NEEDS    gate memory feeds routes lists visits pages
-- KEYS     the ledger's table K; uses stream routes route_stream page memory volume visits visit page_* pages_waiting
--          owner gate slots counts feed
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 revision · 6 event · 7 fingerprint · 8 outcome
--          · 9 JSON of the next visit, or '' · 10… field, value, … of the stream entry
-- Returns  {stream id, repeated 0 or 1}; nil: the lease is lost and this revision is not out
-- XADD is the first write: when it fails nothing has changed (Lua has no rollback).

local id, rev = ARGV[3], tonumber(ARGV[5])

local function record_of(name)
  local value = recall(name)
  return value and #value ~= 8 and read_record(value) or nil
end

return answer(ARGV[2], function()
  local leased = page_leased_by(id, ARGV[4])
  local out = record_of(id)
  if out and out.rev >= rev then
    if leased then settle_page(id, 'unchanged') end
    return {out.stream_id, 1}
  end
  if not leased then return false end
  local stream_id = append_entry({unpack(ARGV, 10)})
  remember_article(id, rev, stream_id, ARGV[7])
  for feed_id in string.gmatch(page_get(id, 'feeds'), '[^\n]+') do add_feed(id, feed_id) end
  plan_visit(id, ARGV[9])
  count('published:' .. ARGV[6], 1)
  end_page(id, ARGV[8])
  return {stream_id, 0}
end)
