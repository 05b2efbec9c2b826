-- remove: ends a group with all that is kept for it; other groups and the stream stay as they are.
-- ARGV     as every script
-- Returns  1, or 0 when there is no such group

local gone = 0
if redis.call('EXISTS', KEYS[1]) == 1 then gone = redis.call('XGROUP', 'DESTROY', KEYS[1], group) end
redis.call('ZREM', PROTECTED, group)
redis.call('DEL', KEYS[2], DEAD, TRIES, HOOK)
return gone
