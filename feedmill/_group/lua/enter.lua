-- enter: makes the group where it is missing, and this process one of its consumers.
-- ARGV     … 4 where a new group starts: an id, exclusive, or $ · 5 ms that this process is taken to live
--          · 6 1: keep what the group has not acknowledged · 7 ms after which an idle consumer is forgotten
-- Returns  1: no other process lives under this name; 0: one does

for lane, start in ipairs({ARGV[4], '0'}) do
  local made = redis.pcall('XGROUP', 'CREATE', KEYS[lane], group, start, 'MKSTREAM')
  if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
  for _, found in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[lane], group)) do
    local at = {}
    for n = 1, #found, 2 do at[found[n]] = found[n + 1] end
    if at.name ~= name and at.pending == 0 and at.idle > tonumber(ARGV[7]) then
      redis.call('XGROUP', 'DELCONSUMER', KEYS[lane], group, at.name)
    end
  end
end
if ARGV[6] == '1' then redis.call('ZADD', PROTECTED, now_ms(), group) end

local holder = redis.call('GET', ALIVE)
if holder and holder ~= token then return 0 end
redis.call('SET', ALIVE, token, 'PX', ARGV[5])
return 1
