-- beat: says that this process lives, and keeps what it holds from being claimed.
-- ARGV     … 4 ms that it is taken to live from now · 5 1: the group is protected; then lane, id of what it holds
-- Returns  how many of these it still holds

local holder = redis.call('GET', ALIVE)
if not holder or holder == token then redis.call('SET', ALIVE, token, 'PX', ARGV[4]) end
if ARGV[5] == '1' then redis.call('ZADD', PROTECTED, now_ms(), group) end
local held = 0
for at = 6, #ARGV, 2 do
  local lane, id = tonumber(ARGV[at]), ARGV[at + 1]
  if is_mine(lane, id) then
    keep(lane, id, 0)
    held = held + 1
  end
end
return held
