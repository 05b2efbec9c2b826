-- take_pages: leases ready pages; held ones whose time is over first, then through the gates of their sites.
-- NEEDS    line gate memory pages
-- KEYS     the ledger's table K; uses page pages_waiting page_* pages_held held_for owner fence gate slots feed_*
--          offline full paused
-- ARGV     1 now · 2 token · 3 owner · 4 limit · 5 lease ms · 6 requests per site · 7 gap ms
-- Returns  {pages, ms until the next may be takable or nil, the ledger's time}; a page is {id, lease, url, site,
--          source, feed, tags, entry, attempts, first_failed_at, failures, listed_at, known_rev, known_print, held,
--          visit}

local owner, limit, lease = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local per_site, gap = tonumber(ARGV[6]), tonumber(ARGV[7])

local function hand_out(id)
  local token = new_lease(ARGV[2])
  lease_page(id, owner, token, lease)
  local fields = redis.call('HMGET', K.page .. id, 'url', 'site', 'source', 'feed', 'tags', 'entry', 'attempts',
    'first_failed_at', 'failures', 'listed_at', 'known_rev', 'known_print', 'held', 'visit', 'backfill')
  return {id, token, unpack(fields)}
end

local function take_waiting(id)
  redis.call('ZREM', K.pages_waiting, id)
  redis.call('HSET', K.page .. id, 'slots', page_get(id, 'site'))
  return hand_out(id)
end

local function take_held(id)
  redis.call('ZREM', K.pages_held, id)
  redis.call('SREM', K.held_for .. page_get(id, 'source'), id)
  return hand_out(id)
end

return answer(ARGV[2], function()
  local taken = {}
  if is_full() then return {taken, FULL_MS, now} end
  if is_paused('all') then return {taken, PAUSED_MS, now} end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', K.pages_held, '-inf', now, 'LIMIT', 0, limit)) do
    taken[#taken + 1] = take_held(id)
  end
  local allowed, wait = line_allows(limit - #taken)
  local asked = walk(K.page_sites, K.page_queue, allowed, per_site, gap, lease, take_waiting)
  for _, page in ipairs(asked) do taken[#taken + 1] = page end
  line_asked(#asked)
  local _, waiting = first(K.page_sites)
  local _, held = first(K.pages_held)
  return {taken, until_moment(earliest(waiting and math.max(waiting, now + wait), held)) or false, now}
end)
