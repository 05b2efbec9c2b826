-- record_sent: records requests that were made and answered, and lets their sites' pace follow. A site that has said
-- Retry-After is closed until then, whatever was requested of it: a feed, a page, a robots.txt, or a redirect's target.
-- NEEDS    line gate pace sent
-- KEYS     the ledger's table K; uses sent sent_sites recent asked site sites pace gate feed_* page_* offline unreached
--          events_stream
-- ARGV     1 now · 2 token · 3 requests per site · 4 gap ms · 5 longest gap ms · 6 the ledger's time of which the
--          requests' ages are, or empty: now · 7… MessagePack of records.Sent
-- Returns  requests recorded

local per_site, gap, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local told_at = math.min(tonumber(ARGV[6]) or now, now) -- a call may come late, or be sent again after an absence

local function record(request, rule)
  local at = told_at - request.age
  local done = at + request.lasted
  local key = counters(request, at)
  add(key, 'requests')
  if request.status == 304 then add(key, 'not_modified') end
  if request.status == 429 or request.status == 503 then add(key, 'refused') end
  for _, name in ipairs(request.broken) do breaks(key, name, request, at) end
  measure(key, request, at, done, rule.gap_ms or gap, rule.per_site or per_site)
  mind_rest(key, request, at, done)
  if request.retry > 0 then close_site(request.site, done + request.retry - now) end
  if request.kind == 'feed' then record_feed(key, request, at, done) end
  if request.kind == 'robots' then record_robots(key, request, at) end
  if request.kind == 'page' and request.hop == 0 then add(key, 'pages') end
  if request.status > 0 then line_works() end
  feel(request.site, request.latency, request.status)
  redis.call('PEXPIRE', key, KEEP_SENT_MS)
  redis.call('ZADD', K.sent_sites, 'GT', at, request.site)
end

return answer(ARGV[2], function()
  local sites = {}
  for place = 7, #ARGV do
    local request = cmsgpack.unpack(ARGV[place])
    local rule = sites[request.site]
    if not rule then
      local text = redis.call('HGET', K.sites, request.site)
      rule = text and cjson.decode(text) or {}
      sites[request.site] = rule
    end
    request.number = place
    record(request, rule)
  end
  for site in pairs(sites) do set_pace(site, gap, per_site, most) end
  redis.call('ZREMRANGEBYSCORE', K.sent_sites, '-inf', now - KEEP_SENT_MS)
  redis.call('ZREMRANGEBYRANK', K.sent_sites, 0, -MOST_SITES - 1)
  return #ARGV - 6
end)
