-- hook_take: takes or keeps the lease of a webhook, and hands out entries to send; one process has the lease.
-- ARGV     … 4 ms that the lease lasts · 5 where a new group starts: an id, exclusive, or $ · 6 most entries
--          · 7 1: all that is pending, up to so many, else what is new
-- Returns  nothing while another process has the lease; else {ms now, {failures of the receiver in a row, ms of
--          the first one, ms before which it is not asked}, last delivered id of each lane, {lane, id, fields, attempts, ms of the next one, what was said}…}

local holder = redis.call('GET', ALIVE)
if holder and holder ~= token then return false end
redis.call('SET', ALIVE, token, 'PX', ARGV[4])
redis.call('ZADD', PROTECTED, now_ms(), group)
for lane, start in ipairs({ARGV[5], '0'}) do
  local made = redis.pcall('XGROUP', 'CREATE', KEYS[lane], group, start, 'MKSTREAM')
  if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
end

local found, lasts = {}, {}
local from = ARGV[7] == '1' and '0' or '>'
for lane = 1, 2 do
  local left = tonumber(ARGV[6]) - #found
  local reply = left > 0
    and redis.call('XREADGROUP', 'GROUP', group, name, 'COUNT', left, 'STREAMS', KEYS[lane], from)
  for _, entry in ipairs(reply and reply[1] and reply[1][2] or {}) do
    if entry[2] then
      local count, said = tried(lane, entry[1])
      local at = redis.call('HGET', HOOK, place(lane, entry[1]))
      found[#found + 1] = {lane, entry[1], entry[2], count, tonumber(at or 0), said}
    else
      finish(lane, entry[1])  -- trimmed
      redis.call('HDEL', HOOK, place(lane, entry[1]))
    end
  end
  for _, info in ipairs(redis.call('XINFO', 'GROUPS', KEYS[lane])) do
    local of = {}
    for at = 1, #info, 2 do of[info[at]] = info[at + 1] end
    if of.name == group then lasts[lane] = of['last-delivered-id'] end
  end
end
local state = redis.call('HMGET', HOOK, 'failures', 'failing_since', 'next_at')
return {now_ms(), state, lasts, found}
