-- take_pages: leases ready pages; held ones whose time is over first, then through the gates of their sites.
-- The due sites whose pages took the least of the processor of late come first, each with one page a round.
-- NEEDS    line gate memory pages used
-- KEYS     the ledger's table K; uses page pages_waiting page_* pages_held held_for owner fence gate slots feed_*
--          offline full paused used
-- ARGV     1 now · 2 token · 3 owner · 4 limit · 5 lease ms · 6 requests per site · 7 gap ms · 8 ms after which the
--          feed's words are due for pages that no request could be made for, or '' · 9 how many of the following tell
--          what reading took since the last taking: site, ms, site, ms, … · then the sites that are left out this time
-- Returns  {pages, ms until the next may be takable or nil, the ledger's time, what the pages' sites have used: site,
--          ms, site, ms, …}; a page is {id, lease, url, site, source, feed, tags, entry, attempts, first_failed_at,
--          failures, listed_at, known_rev, known_print, held, visit, backfill, ms for which its site's gate stays shut
--          or nil}: with these it is handed out for the feed's words alone

local owner, limit, lease = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local per_site, gap = tonumber(ARGV[6]), tonumber(ARGV[7])
local words_after, told = tonumber(ARGV[8]), tonumber(ARGV[9] or '') or 0
local used_up, left_out, sites_taken = {}, {}, {}
for at = 10, 9 + told do used_up[#used_up + 1] = ARGV[at] end
for at = 10 + told, #ARGV do left_out[ARGV[at]] = true end
local SHUT_PAGES = 64 -- of a shut site's queue, looked at for one whose words are due

local function rank(sites)
  local wanted, order = {}, {}
  for at, site in ipairs(sites) do
    if not left_out[site] then
      wanted[#wanted + 1] = site
      order[site] = at
    end
  end
  if #wanted > 1 then
    local used = used_by(wanted)
    table.sort(wanted, function(a, b)
      if used[a] ~= used[b] then return used[a] < used[b] end
      return order[a] < order[b]
    end)
  end
  return wanted
end

local function hand_out(id, shut)
  local token = new_lease(ARGV[2])
  lease_page(id, owner, token, lease)
  sites_taken[#sites_taken + 1] = page_get(id, 'site')
  local fields = redis.call('HMGET', K.page .. id, 'url', 'site', 'source', 'feed', 'tags', 'entry', 'attempts',
    'first_failed_at', 'failures', 'listed_at', 'known_rev', 'known_print', 'held', 'visit', 'backfill')
  local page = {id, token, unpack(fields)}
  page[#page + 1] = shut or false
  return page
end

local function take_waiting(id)
  redis.call('ZREM', K.pages_waiting, id)
  redis.call('HSET', K.page .. id, 'slots', page_get(id, 'site'))
  return hand_out(id)
end

-- Takes a page of a site whose gate stays shut beyond the moment when the feed's words are due: counted from its first
-- failure or, where it was never asked for, from when it was listed. What has an article waits for the gate, as does
-- what was taken so before.
local function take_shut(site, gap)
  if not words_after or is_paused('site:' .. site) then return end
  local opens = opens_at(site)
  if opens - now <= math.max(SHUT_MS, gap) then return end
  local waiting = redis.call('ZRANGEBYSCORE', K.page_queue .. site, '-inf', '(' .. opens, 'LIMIT', 0, SHUT_PAGES)
  for _, id in ipairs(waiting) do
    local listed, failed, rev = unpack(redis.call('HMGET', K.page .. id, 'listed_at', 'first_failed_at', 'known_rev'))
    if rev ~= '0' then
      redis.call('ZADD', K.page_queue .. site, opens, id)
      redis.call('ZADD', K.pages_waiting, opens, id)
    elseif opens >= tonumber(failed or listed) + words_after then
      redis.call('ZREM', K.page_queue .. site, id)
      redis.call('ZREM', K.pages_waiting, id)
      return hand_out(id, math.ceil(opens - now))
    end
  end
end

local function take_held(id)
  redis.call('ZREM', K.pages_held, id)
  redis.call('SREM', K.held_for .. page_get(id, 'source'), id)
  return hand_out(id)
end

-- The earliest moment of a site that is not left out.
local function first_served()
  local sites = redis.call('ZRANGE', K.page_sites, 0, #ARGV - 9 - told, 'WITHSCORES')
  for at = 1, #sites, 2 do
    if not left_out[sites[at]] then return tonumber(sites[at + 1]) end
  end
end

return answer(ARGV[2], function()
  local taken = {}
  note_used(used_up)
  if is_full() then return {taken, FULL_MS, now, {}} end
  if is_paused('all') then return {taken, PAUSED_MS, now, {}} end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', K.pages_held, '-inf', now, 'LIMIT', 0, limit)) do
    taken[#taken + 1] = take_held(id)
  end
  local allowed, wait = line_allows(limit - #taken)
  local asked = walk_ranked(K.page_sites, K.page_queue, allowed, per_site, gap, lease, take_waiting, rank,
    take_shut)
  for _, page in ipairs(asked) do taken[#taken + 1] = page end
  line_asked(#asked)
  local waiting = first_served()
  local _, held = first(K.pages_held)
  local used = {}
  for site, ms in pairs(used_by(sites_taken)) do
    used[#used + 1] = site
    used[#used + 1] = ms
  end
  return {taken, until_moment(earliest(waiting and math.max(waiting, now + wait), held)) or false, now, used}
end)
