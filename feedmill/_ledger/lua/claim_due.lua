-- claim_due: leases due feeds whose site's gate lets a request through.
-- NEEDS    line gate memory feeds
-- KEYS     the ledger's table K; uses feed feed_due feed_queue feed_sites feed_leases fence gate slots page_* offline
--          paused
-- ARGV     1 now · 2 token · 3 owner · 4 limit · 5 lease ms · 6 requests per site · 7 gap ms
-- Returns  {MessagePack maps of the feeds (records.LeasedFeed), ms until the next may be claimable or nil}
-- The validators are left out once a month: only a full answer shows which entries are still listed, and those
-- are remembered for longer.

local owner, limit, lease = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local per_site, gap = tonumber(ARGV[6]), tonumber(ARGV[7])

local function claim(id)
  local feed = load_feed(id)
  redis.call('ZREM', K.feed_due, id)
  if not feed then return end
  redis.call('ZADD', K.feed_leases, now + lease, id)
  feed.lease = new_lease(ARGV[2])
  feed.owner, feed.due_at = owner, feed.next_at
  save_feed(feed)
  local read = feed.asked ~= 'retry' and feed.read_at and math.floor(feed.read_at / MONTH_MS) >= month
  return cmsgpack.pack({
    id = id, url = feed.url, site = feed.site, source = feed.source, tags = feed.tags,
    interval = feed.interval or cjson.null, token = feed.lease, due_at = feed.due_at,
    failures = feed.failures, polls = feed.polls, listed = feed.listed or 0, notes = feed.notes or '',
    moved_to = feed.moved_to or nil, fickle = feed.fickle or 0,
    etag = read and feed.etag or nil, modified = read and feed.modified or nil,
    body_hash = read and feed.body_hash or nil, text = feed.text or nil, asked = feed.asked or nil,
    filters = feed.filters or nil,
  })
end

return answer(ARGV[2], function()
  if is_paused('all') then return {{}, PAUSED_MS} end
  local allowed, wait = line_allows(limit)
  local claimed = walk(K.feed_sites, K.feed_queue, allowed, per_site, gap, lease, claim)
  line_asked(#claimed)
  local _, score = first(K.feed_sites)
  return {claimed, score and math.max(until_moment(score), wait) or false}
end)
