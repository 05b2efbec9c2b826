-- Which feeds list an article: their ids, 8 bytes each, are remembered beside its record. When one more feed lists an
-- article that is out, the stream says so (`listed`), once for each feed: a consumer that chooses by feed, source or
-- tag may have passed the article over.

local RETRACTED = 'retracted' -- stands for the fingerprint
local FEEDS_EACH = 7 -- a value of at most 64 bytes keeps the compact encoding of hashes
local PARTS = 8

-- The ids of the feeds that list an article, the first one first.
local function feeds_of(id)
  local feeds = {}
  for part = 1, PARTS do
    local value = recall(beside(id, 'feeds' .. part))
    if not value then break end
    for at = 2, #value, 8 do feeds[#feeds + 1] = hex(string.sub(value, at, at + 7)) end
  end
  return feeds
end

-- Remembers that a feed lists an article; false when it is known or there are too many.
local function add_feed(id, feed_id)
  local feeds = feeds_of(id)
  if #feeds == FEEDS_EACH * PARTS then return false end
  for _, known in ipairs(feeds) do
    if known == feed_id then return false end
  end
  local part = math.floor(#feeds / FEEDS_EACH) + 1
  local name = beside(id, 'feeds' .. part)
  remember(name, (#feeds % FEEDS_EACH > 0 and recall(name) or 'f') .. raw(feed_id))
  return true
end

-- The stream entry of an article's last revision, by field; empty when the stream has dropped it.
local function entry_of(record)
  local found = redis.call('XRANGE', K.stream, record.stream_id, record.stream_id)
  local fields = {}
  if found[1] then
    for at = 1, #found[1][2], 2 do fields[found[1][2][at]] = found[1][2][at + 1] end
  end
  return fields
end

-- Notes that a feed lists a known article, and tells the stream when that is news.
local function list_article(id, record, feed, url)
  if not add_feed(id, feed.id) or record.rev == 0 or record.print == RETRACTED then return end
  local out = entry_of(record)
  local fields = {'event', 'listed', 'id', id, 'rev', record.rev, 'source', feed.source, 'feed', feed.url,
    'lang', out.lang or '', 'tags', table.concat(feed.tags, ','), 'url', out.url or url, 'time', written_time(now),
    'schema', out.schema or '', 'text_from', text_from(out)}
  local taken = {first_source = 'source', first_feed = 'feed', first_tags = 'tags', article = 'article',
    access = 'access', reserved = 'reserved'}
  for field, name in pairs(taken) do
    if out[name] then
      fields[#fields + 1] = field
      fields[#fields + 1] = out[name]
    end
  end
  add_story_fields(fields, story_of(id))
  append_entry(fields, record.stream_id)
  redis.call('HINCRBY', K.counts, 'published:listed', 1)
end
