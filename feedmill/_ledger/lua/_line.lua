-- The line to the internet, and whether pages may be worked on at all.
-- When one site after the other cannot be reached and none answers in between, it is the line and no site: feedmill is
-- offline. Then one request at a time asks whether it still is, and nothing is held against feeds and pages.

local PROBE_MS, LINE_MS, LINE_EVENTS = 15000, 86400000, 10000
local UNREACHED = {dns = true, connect = true, proxy = true, timeout = true, tls = true}

local function is_offline()
  return redis.call('EXISTS', K.offline) == 1
end

local function tell_line(event, since)
  redis.call('XADD', K.events_stream, 'MAXLEN', '~', LINE_EVENTS, '*', 'event', event, 'time', written_time(now),
    'since', written_time(tonumber(since)))
end

-- A site has answered: the line works.
local function line_works()
  redis.call('DEL', K.unreached)
  local since = redis.call('HGET', K.offline, 'since')
  if since then
    tell_line('online', since)
    redis.call('DEL', K.offline)
  end
end

-- A site could not be reached; answers whether it is the line by now: most of up to ten sites in a row, two at least.
local function line_fails(site)
  redis.call('ZADD', K.unreached, now, site)
  redis.call('PEXPIRE', K.unreached, LINE_MS)
  if is_offline() then return true end
  local enough = math.max(2, math.min(5, math.ceil(redis.call('ZCARD', K.feed_sites) / 2)))
  if redis.call('ZCARD', K.unreached) < enough then return false end
  tell_line('offline', now)
  redis.call('HSET', K.offline, 'since', now, 'probe_at', now + PROBE_MS)
  return true
end

-- How many requests may start now, of those that are wanted, and ms until more may.
local function line_allows(wanted)
  local probe_at = redis.call('HGET', K.offline, 'probe_at')
  if not probe_at then return wanted, 0 end
  local wait = tonumber(probe_at) - now
  if wait > 0 then return 0, wait end
  return math.min(wanted, 1), PROBE_MS
end

-- Requests were started: while the line is down the next one waits.
local function line_asked(started)
  if started > 0 and is_offline() then redis.call('HSET', K.offline, 'probe_at', now + PROBE_MS) end
end

-- A stream is full of what a protected group has not read (trim): no page is worked on until it has.
local FULL_MS = 5000

local function is_full()
  return redis.call('EXISTS', K.full) == 1
end
