-- feeds: the state of every listed feed. Reads only.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feeds feed
-- ARGV     1 now
-- Returns  MessagePack maps (answers.FeedState)

local HIDDEN = {'lease', 'owner', 'chunks', 'etag', 'modified', 'body_hash', 'read_at', 'due_at', 'fickle'}
local states = {}
for _, id in ipairs(redis.call('SMEMBERS', K.feeds)) do
  local feed = load_feed(id)
  feed.leased = feed.lease ~= nil
  for _, name in ipairs(HIDDEN) do feed[name] = nil end
  states[#states + 1] = cmsgpack.pack(feed)
end
return states
