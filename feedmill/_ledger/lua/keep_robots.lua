-- keep_robots: stores what an origin's robots.txt said.
-- NEEDS    line gate holdings pace
-- KEYS     the ledger's table K; uses robots owner site pace sites offline unreached events_stream feed_sites
-- ARGV     1 now · 2 token · 3 origin · 4 site · 5 verdict: rules, all or unreachable · 6 packed rules
--          · 7 ms it stays so · 8 failed 0 or 1 · 9 crawl delay ms · 10 requests per site · 11 gap ms
--          · 12 longest gap ms · 13 the named end of a request that got no answer, or empty · 14 owner
-- Returns  ms it stays so: while the line is down, until the next probe

local key, site = K.robots .. ARGV[3], ARGV[4]

-- Of the delays that a site's origins ask for the longest counts, for two days.
local function keep_crawl(delay)
  local known = K.site .. site
  if delay < number_of(known, 'crawl') and now < number_of(known, 'crawl_until') then return end
  redis.call('HSET', known, 'crawl', delay, 'crawl_until', now + 2 * 86400000)
  redis.call('PEXPIRE', known, SITE_MS)
end

return answer(ARGV[2], function()
  local packed = redis.call('GET', key)
  local failures = packed and cmsgpack.unpack(packed)[3] or 0
  failures = ARGV[8] == '1' and failures + 1 or 0
  local keep = tonumber(ARGV[7])
  if UNREACHED[ARGV[13]] and line_fails(site) then failures, keep = 0, math.min(keep, PROBE_MS) end
  redis.call('SET', key, cmsgpack.pack({ARGV[5], ARGV[6], failures, now + keep, false, 0}),
    'PX', keep + (failures > 0 and 86400000 or 0))
  end_holding(ARGV[14], 'robots ' .. ARGV[3])
  if ARGV[5] == 'rules' or ARGV[5] == 'all' then
    keep_crawl(tonumber(ARGV[9]))
    set_pace(site, tonumber(ARGV[11]), tonumber(ARGV[10]), tonumber(ARGV[12]))
  end
  return keep
end)
