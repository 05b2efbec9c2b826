-- feeds: the state of every listed feed. Reads only.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feeds feed feed_counts
-- ARGV     1 now
-- Returns  MessagePack maps (answers.FeedState)

local HIDDEN = {
  'lease', 'owner', 'chunks', 'etag', 'modified', 'body_hash', 'read_at', 'due_at', 'fickle', 'flood', 'left',
  'asked', 'has_filtered',
}
local WORDS = {recent = true, unreadable = true}

-- What became of the entries that a feed listed.
local function add_counts(feed)
  local flat, counts = redis.call('HGETALL', K.feed_counts .. feed.id), {}
  for at = 1, #flat, 2 do
    if not WORDS[flat[at]] then counts[flat[at]] = tonumber(flat[at + 1]) end
    if flat[at] == 'unreadable' then feed.unreadable_since = tonumber(flat[at + 1]) end
  end
  if next(counts) then feed.counts = counts end
end

local states = {}
for _, id in ipairs(redis.call('SMEMBERS', K.feeds)) do
  local feed = load_feed(id)
  feed.leased = feed.lease ~= nil
  local since = feed.flood and feed.flood[4] or 0
  feed.flooding_since = since > 0 and since or nil
  add_counts(feed)
  for _, name in ipairs(HIDDEN) do feed[name] = nil end
  states[#states + 1] = cmsgpack.pack(feed)
end
return states
