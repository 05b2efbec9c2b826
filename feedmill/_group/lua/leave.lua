-- leave: ends this process's part; what it took and never began is free for others at once.
-- ARGV     … 4 idle ms from which entries are claimed · 5 1: nobody comes back under this name
-- Returns  entries that still stand under the name

local left = 0
if redis.call('GET', ALIVE) ~= token then return left end
redis.call('DEL', ALIVE)
for lane = 1, 2 do
  local pending = redis.call('XPENDING', KEYS[lane], group, '-', '+', 1000, name)
  left = left + #pending
  for _, found in ipairs(pending) do
    if tried(lane, found[1]) == 0 then keep(lane, found[1], ARGV[4]) end
  end
  -- deleting a consumer forgets what is pending under its name
  if #pending == 0 and ARGV[5] == '1' then redis.call('XGROUP', 'DELCONSUMER', KEYS[lane], group, name) end
end
return left
