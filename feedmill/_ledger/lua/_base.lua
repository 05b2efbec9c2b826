-- Every operation: the time, and the answer that is repeated.
-- K is the table of keys (feedmill/_ledger/core/keys.py), written before this text.
-- ARGV[1] is the time in ms when a test sets it, else empty: hosts' clocks play no part.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- The ledger's time never goes back. K.clock has the latest ledger time that was noted, and the server's of that
-- moment. A server's clock that was set back is behind it: from there the ledger goes on by the server's seconds, a
-- sixteenth slower, until the two agree again. So no moment that is kept here lies further ahead than it was meant to.
do
  local raw = now
  local latest, at = string.match(redis.call('GET', K.clock) or '', '^(%d+) (%d+)$')
  latest, at = tonumber(latest), tonumber(at)
  if latest and raw < latest then
    now = latest + math.floor(math.max(0, raw - at) * 15 / 16)
  end
  if not latest or now - latest >= 1000 or raw < at then -- a full server may not take it: then the next call does
    redis.pcall('SET', K.clock, string.format('%.0f %.0f', now, raw))
  end
end

local REPLY_MS = 60000
local OWNER_MS = 86400000 -- how long the set of what an owner has outlives its last change

-- Does the work once per token; the same token again gets the same answer.
local function answer(token, work)
  local before = redis.call('GET', K.reply .. token)
  if before then return cmsgpack.unpack(before) end
  local reply = work()
  redis.call('SET', K.reply .. token, cmsgpack.pack(reply), 'PX', REPLY_MS)
  return reply
end

-- A fencing token that nobody has had: the count alone would repeat itself after a restore from a backup.
local function new_lease(token)
  return redis.call('INCR', K.fence) .. '.' .. string.sub(token, 1, 8)
end

-- The first member of a sorted set and its score; nil when the set is empty.
local function first(key)
  local pair = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return pair[1], tonumber(pair[2])
end

-- The earlier of two moments, either of which may be nil.
local function earliest(a, b)
  return a and b and math.min(a, b) or a or b
end

-- Milliseconds until a moment; false when there is none.
local function until_moment(moment)
  return moment and math.max(0, math.floor(moment - now))
end

-- The union of two lists kept as lines, in order of appearance.
local function unite(old, new)
  local seen, all = {}, {}
  for _, lines in ipairs({old or '', new or ''}) do
    for line in string.gmatch(lines, '[^\n]+') do
      if not seen[line] then
        seen[line] = true
        all[#all + 1] = line
      end
    end
  end
  return table.concat(all, '\n')
end

-- A moment as the streams write it: RFC 3339, UTC, milliseconds.
local function written_time(at)
  local days, ms = math.floor(at / 86400000), at % 86400000
  local z = days + 719468 -- days since 1 March of the year 0, in eras of 400 years
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local month_of_year = mp < 10 and mp + 3 or mp - 9
  local year = yoe + era * 400 + (month_of_year <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month_of_year,
    doy - math.floor((153 * mp + 2) / 5) + 1, math.floor(ms / 3600000), math.floor(ms / 60000) % 60,
    math.floor(ms / 1000) % 60, ms % 1000)
end
