-- trim: drops old stream entries, never what a protected group has not acknowledged.
-- KEYS     the ledger's table K; uses stream groups_protected route_stream route_protected full
-- ARGV     1 now · 2 greatest age ms · 3 greatest size in bytes · 4 a route's name, '' is the main stream
--          · 5 size at which no page is worked on, 0 for any · 6… groups that the operator protects; those that
--          registered themselves are protected for 14 days after they were last seen
-- Returns  {entries dropped, bytes left, the group that holds them back or nil, full 0 or 1}; bounded, so call again
--          soon when entries were dropped. No token: dropping twice drops no more than allowed
-- What is still as large as ARGV[5] is full: take_pages gives nothing until a later call finds room.

local STREAM = ARGV[4] == '' and K.stream or K.route_stream .. ARGV[4]
local REGISTERED = ARGV[4] == '' and K.groups_protected or K.route_protected .. ARGV[4]
local ROUNDS, STEP, PROTECTED_MS = 16, 64, 14 * 86400000
local oldest = string.format('%.0f-0', math.max(0, now - tonumber(ARGV[2])))

local function parts(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end

local function earlier(a, b)
  local a_ms, a_seq = parts(a)
  local b_ms, b_seq = parts(b)
  if a_ms ~= b_ms then return a_ms < b_ms end
  return a_seq < b_seq
end

local function after(id)
  local ms, seq = parts(id)
  return string.format('%.0f-%.0f', ms, seq + 1)
end

-- The first entry that a group still needs.
local function needed_by(group, groups, missing)
  for _, info in ipairs(groups) do
    local at = {}
    for place = 1, #info, 2 do at[info[place]] = info[place + 1] end
    if at['name'] == group then
      local pending = redis.call('XPENDING', STREAM, group)
      return pending[2] or after(at['last-delivered-id'])
    end
  end
  return missing
end

if redis.call('TYPE', STREAM).ok ~= 'stream' then
  redis.call('HDEL', K.full, ARGV[4])
  return {0, 0, false, 0}
end

local bound, holder = '18446744073709551615-0', false
local function bind(group, needed)
  if earlier(needed, bound) then bound, holder = needed, group end
end

local groups = redis.call('XINFO', 'GROUPS', STREAM)
for at = 6, #ARGV do
  bind(ARGV[at], needed_by(ARGV[at], groups, '0-0'))  -- not there yet: it has acknowledged nothing
end
redis.call('ZREMRANGEBYSCORE', REGISTERED, '-inf', now - PROTECTED_MS)
for _, group in ipairs(redis.call('ZRANGE', REGISTERED, 0, -1)) do
  bind(group, needed_by(group, groups, bound))  -- not there: it was removed
end

local dropped = redis.call('XTRIM', STREAM, 'MINID', earlier(oldest, bound) and oldest or bound)
for _ = 1, ROUNDS do
  if redis.call('MEMORY', 'USAGE', STREAM) <= tonumber(ARGV[3]) then break end
  local oldest_few = redis.call('XRANGE', STREAM, '-', '+', 'COUNT', STEP)
  if #oldest_few == 0 then break end
  local upto = after(oldest_few[#oldest_few][1])
  if earlier(bound, upto) then upto = bound end
  local gone = redis.call('XTRIM', STREAM, 'MINID', upto)
  if gone == 0 then break end
  dropped = dropped + gone
end

local size, most = redis.call('MEMORY', 'USAGE', STREAM), tonumber(ARGV[5])
local full = most > 0 and size >= most and holder ~= false
if full then
  redis.call('HSET', K.full, ARGV[4], string.format('%.0f %s', size, holder))
else
  redis.call('HDEL', K.full, ARGV[4])
end
return {dropped, size, holder, full and 1 or 0}
