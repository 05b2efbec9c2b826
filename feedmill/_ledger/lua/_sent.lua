-- What was really sent: counters by site and week, and for each feed and robots.txt when it was asked and what its
-- server said, so that a broken rule is found by the requests alone. daemon/feeds/site_request_report.py
-- names the rules.

local WEEK_MS = 7 * 86400000
local KEEP_SENT_MS = 5 * WEEK_MS
local RECENT, RECENT_MS = 32, 600000
local MOST_SITES = 100000
local GIVEN = 6 -- validators of a feed that are remembered
local HOUR_MS, DAY_MS = 3600000, 86400000
local TWICE_MS = 60000
local QUIET_MS = 3 * DAY_MS -- a feed without a change for so long is to be asked hourly at most
local IMPRECISE_MS = 20 -- by so much two processes may differ about the ledger's time
local SLACK_MS = 2000 -- between a refusal and the closing of the gate others may have started

local function counters(request, at)
  return K.sent .. request.site .. ':' .. math.floor(at / WEEK_MS)
end

local function add(key, field, by) redis.call('HINCRBY', key, field, by or 1) end

-- Counts a broken rule and keeps the last case of it.
local function breaks(key, rule, request, at)
  add(key, 'broken:' .. rule)
  redis.call('HSET', key, 'last:' .. rule, string.format('%.0f %s', at, request.url))
end

-- Compares a request with the others to its site: the shortest gap, the most at a time.
local function measure(key, request, at, done, gap, per_site)
  local recent = K.recent .. request.site
  local shortest
  local before = redis.call('ZREVRANGEBYSCORE', recent, at, '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local after = redis.call('ZRANGEBYSCORE', recent, '(' .. at, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if before[2] then shortest = at - before[2] end
  if after[2] and (not shortest or after[2] - at < shortest) then shortest = after[2] - at end
  if shortest then
    local known = tonumber(redis.call('HGET', key, 'shortest') or '')
    if not known or shortest < known then
      redis.call('HSET', key, 'shortest', string.format('%.0f', shortest))
    end
    if shortest + IMPRECISE_MS < gap * 0.75 then breaks(key, 'gap', request, at) end
  end
  local spans = {{at, done}}
  for _, span in ipairs(redis.call('ZRANGE', recent, 0, -1)) do
    local from, upto = string.match(span, '^(%-?%d+) (%-?%d+)')
    spans[#spans + 1] = {tonumber(from), tonumber(upto)}
  end
  local most = 1
  for _, moment in ipairs(spans) do
    if moment[1] >= at and moment[1] <= done then
      local live = 0
      for _, span in ipairs(spans) do
        local upto = math.max(span[2] - IMPRECISE_MS, span[1] + 1)
        if span[1] <= moment[1] and moment[1] < upto then live = live + 1 end
      end
      most = math.max(most, live)
    end
  end
  local known = tonumber(redis.call('HGET', key, 'at_once') or '') or 0
  if most > known then redis.call('HSET', key, 'at_once', most) end
  if most > per_site then breaks(key, 'at_once', request, at) end
  redis.call('ZADD', recent, at, string.format('%.0f %.0f %s', at, done, ARGV[2] .. request.number))
  redis.call('ZREMRANGEBYRANK', recent, 0, -RECENT - 1)
  redis.call('PEXPIRE', recent, RECENT_MS)
end

-- A site that has said Retry-After gets nothing until then; what was under way is no offence.
local function mind_rest(key, request, at, done)
  local site = K.site .. request.site
  local from, upto = unpack(redis.call('HMGET', site, 'shut_from', 'shut_until'))
  from, upto = tonumber(from or '') or 0, tonumber(upto or '') or 0
  if at > from + SLACK_MS and at < upto - SLACK_MS then breaks(key, 'retry_after', request, at) end
  if request.retry > 0 and done + request.retry > upto then
    redis.call('HSET', site, 'shut_from', string.format('%.0f', done), 'shut_until',
      string.format('%.0f', done + request.retry))
    redis.call('PEXPIRE', site, SITE_MS)
  end
end

local function has(list, value)
  for _, one in ipairs(list) do
    if one == value then return true end
  end
  return false
end

local function drop_from(list, value)
  for at, one in ipairs(list) do
    if one == value then return table.remove(list, at) end
  end
end

-- The rules about how a feed is asked; `known` is what was seen of it before.
local function mind_feed(key, request, known, at)
  for _, validator in ipairs(request.validators) do
    if not has(known.given, validator) then breaks(key, 'validator', request, at) end
  end
  if request.hop > 0 then return end
  local since = known.last_at and at - known.last_at
  local own_time = not string.find(request.excused, 'interval', 1, true) -- not the operator's own
  if known.gone == request.url then breaks(key, 'gone', request, at) end
  if since and own_time then
    if since < TWICE_MS then breaks(key, 'twice', request, at) end
    if since < 55 * 60000 then
      add(key, 'quick')
      if at - known.changed_at > QUIET_MS then breaks(key, 'hourly', request, at) end
    end
    if at < known.fresh_until - SLACK_MS then breaks(key, 'fresh', request, at) end
  end
  known.last_at = at
  if not request.conditional then
    add(key, 'full')
    local needless = #known.given > 0 and not string.find(request.excused, 'false_304', 1, true)
    if needless and known.full_before and at - known.full_before < 23 * HOUR_MS then
      breaks(key, 'unconditional', request, at)
    end
    known.full_before, known.full_at = known.full_at, at
  end
end

-- What a feed's answer says for the next request.
local function hear_feed(request, known, done)
  local status = request.status
  if status >= 300 and status < 400 and status ~= 304 then return end
  known.gone = status == 410 and request.url
  if not (status >= 200 and status < 300 or status == 304) then return end
  for _, validator in ipairs(request.given) do
    drop_from(known.given, validator) -- one that is given again is the latest again
    table.insert(known.given, 1, validator)
  end
  while #known.given > GIVEN do table.remove(known.given) end
  known.fresh_until = done + request.fresh
  if status ~= 304 and request.body ~= known.body then known.body, known.changed_at = request.body, done end
end

local function load_asked(name, at)
  local packed = redis.call('GET', K.asked .. name)
  return packed and cmsgpack.unpack(packed) or {given = {}, changed_at = at, fresh_until = 0}
end

local function save_asked(name, known)
  redis.call('SET', K.asked .. name, cmsgpack.pack(known), 'PX', KEEP_SENT_MS)
end

local function record_feed(key, request, at, done)
  local known = load_asked(request.name, at)
  if request.hop == 0 then
    add(key, 'polls')
    if request.conditional then add(key, 'conditional') end
  end
  mind_feed(key, request, known, at)
  hear_feed(request, known, done)
  save_asked(request.name, known)
end

local function record_robots(key, request, at)
  if request.hop > 0 then return end
  local known = load_asked(request.name, at)
  add(key, 'robots')
  if known.last_at and known.good and at - known.last_at < 20 * HOUR_MS then breaks(key, 'robots', request, at) end
  known.last_at, known.good = at, request.status >= 200 and request.status < 500 and request.status ~= 429
  save_asked(request.name, known)
end
