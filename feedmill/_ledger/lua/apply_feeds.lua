-- apply_feeds: makes a list of feeds the feed list; or lists some and takes others off it.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feeds feed feed_due feed_queue feed_sites generation gate paused
--          feed_counts dropped_entries
-- ARGV     1 now · 2 token · 3 how many ids of feeds to take off follow, -1: all that are not listed here
--          · 4… these ids · then one JSON object per feed: id url site source tags interval enabled text filters
-- Returns  {urls added, urls changed, urls removed, generation}; the generation grows when anything changed

local UNLISTED_MS = MONTH_MS + KEEP_MS

local gone = tonumber(ARGV[3])

local function differs(feed, spec)
  return feed.source ~= spec.source or feed.interval ~= spec.interval or feed.enabled ~= spec.enabled
    or feed.text ~= spec.text or feed.filters ~= spec.filters
    or table.concat(feed.tags, '\n') ~= table.concat(spec.tags, '\n')
end

local function list(spec)
  local feed = load_feed(spec.id)
  local listed = redis.call('SADD', K.feeds, spec.id) == 0
  if listed and not differs(feed, spec) then return end
  local was_enabled = listed and feed.enabled
  feed = feed or {polls = 0, failures = 0, entries = 0, listed = 0, chunks = {}}
  if feed.moved_to then spec.site = feed.site end
  for name, value in pairs(spec) do feed[name] = value end
  feed.stopped = nil
  feed.interval, feed.text, feed.filters = spec.interval, spec.text, spec.filters
  if not feed.enabled then
    unschedule_feed(feed)
    feed.next_at = nil
  elseif not feed.lease then
    local at = was_enabled and feed.next_at or now
    if feed.interval then at = math.min(at, now + feed.interval * 1000) end
    schedule_feed(feed, at)
  end
  save_feed(feed)
  for _, key in ipairs({K.feed, K.feed_counts, K.dropped_entries}) do redis.call('PERSIST', key .. feed.id) end
  return listed and 'changed' or 'added'
end

local function unlist(id)
  local feed = load_feed(id)
  redis.call('SREM', K.feeds, id)
  redis.call('HDEL', K.paused, 'feed:' .. id)
  unschedule_feed(feed)
  feed.next_at = nil
  save_feed(feed)
  for _, key in ipairs({K.feed, K.feed_counts, K.dropped_entries}) do
    redis.call('PEXPIRE', key .. id, UNLISTED_MS)
  end
  return feed.url
end

return answer(ARGV[2], function()
  local urls, wanted = {added = {}, changed = {}, removed = {}}, {}
  for at = 4 + math.max(gone, 0), #ARGV do
    local spec = cjson.decode(ARGV[at])
    if spec.interval == cjson.null then spec.interval = nil end
    if spec.text == 'auto' then spec.text = nil end
    if spec.filters == '' then spec.filters = nil end
    wanted[spec.id] = true
    local done = list(spec)
    if done then table.insert(urls[done], spec.url) end
  end
  local others = gone < 0 and redis.call('SMEMBERS', K.feeds) or {unpack(ARGV, 4, 3 + gone)}
  for _, id in ipairs(others) do
    if not wanted[id] and redis.call('SISMEMBER', K.feeds, id) == 1 then table.insert(urls.removed, unlist(id)) end
  end
  local anything = #urls.added + #urls.changed + #urls.removed > 0
  local generation = redis.call('INCRBY', K.generation, anything and 1 or 0)
  return {urls.added, urls.changed, urls.removed, generation}
end)
