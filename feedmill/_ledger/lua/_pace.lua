-- A site's pace: how far apart and how many at a time, as the operator says, or as slow as the site needs it.
-- Fields of K.site: latency (ms, smoothed) · pressure (refusals, fading with good answers) · crawl (ms that its
-- robots.txt asks for, until crawl_until) · felt_at · shut_from and shut_until (a Retry-After).

local PACE_MS = 86400000
local SITE_MS = 8 * 86400000
local SLOW_MS = 1000 -- answers that take longer slow the requests: a gap as long as an answer
local SINGLE_MS = 2000 -- and from here on they come one by one
local MOST_PRESSURE = 6
local HEAL_MS = 3600000 -- a refusal is forgotten in this time, or in four good answers

local function number_of(key, field)
  return tonumber(redis.call('HGET', key, field) or '') or 0
end

local function put_pace(site, gap, slots, firm)
  local value = string.format('%d %d %d', math.ceil(gap), slots, firm and 1 or 0)
  if firm then
    redis.call('SET', K.pace .. site, value)
  else
    redis.call('SET', K.pace .. site, value, 'PX', PACE_MS)
  end
end

-- Finds a site's pace anew. Refusals count whatever the operator says; the rest only where he has said nothing.
local function set_pace(site, gap, per_site, most)
  local rule = redis.call('HGET', K.sites, site)
  rule = rule and cjson.decode(rule) or {}
  local key = K.site .. site
  local latency, pressure = number_of(key, 'latency'), number_of(key, 'pressure')
  local own_gap, slots = rule.gap_ms or gap, rule.per_site or per_site
  if not rule.gap_ms then
    own_gap = math.max(own_gap, number_of(key, 'crawl'), latency > SLOW_MS and latency or 0)
  end
  if not rule.per_site and latency > SINGLE_MS then slots = 1 end
  if pressure >= 1 then
    own_gap, slots = math.max(own_gap, 250) * 2 ^ math.floor(pressure), 1
  end
  own_gap = math.min(own_gap, math.max(most, rule.gap_ms or gap))
  if rule.gap_ms or rule.per_site then
    put_pace(site, own_gap, slots, true)
  elseif own_gap > gap or slots < per_site then
    put_pace(site, own_gap, slots, false)
  else
    redis.call('DEL', K.pace .. site)
  end
end

-- Takes one answer into what is known of a site; `status` 0 stands for none.
local function feel(site, latency, status)
  local key = K.site .. site
  local old_latency, pressure, felt_at = unpack(redis.call('HMGET', key, 'latency', 'pressure', 'felt_at'))
  old_latency, pressure = tonumber(old_latency or '') or 0, tonumber(pressure or '') or 0
  pressure = math.max(pressure - (now - (tonumber(felt_at or '') or now)) / HEAL_MS, 0)
  if status == 429 or status == 503 then
    pressure = math.min(math.floor(pressure) + 1, MOST_PRESSURE)
  elseif status > 0 then
    pressure = math.max(pressure - 0.25, 0)
  end
  redis.call('HSET', key, 'latency', string.format('%.0f', old_latency + (latency - old_latency) / 4),
    'pressure', pressure, 'felt_at', now)
  redis.call('PEXPIRE', key, SITE_MS)
end
