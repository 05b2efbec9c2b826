-- hook_tell: keeps how an attempt to send an entry ended.
-- ARGV     … 4 lane · 5 id · 6 sent, skipped, failed or dead · 7 attempts made · 8 ms of the next one · 9 what was said
--          · 10 failures of the receiver in a row · 11 ms of the first of them, or empty · 12 ms before which it is
--          not asked
-- Returns  1; 0 when another process has the lease: then only what needs no more sending is noted

local lane, id, what = tonumber(ARGV[4]), ARGV[5], ARGV[6]
local ours = redis.call('GET', ALIVE) == token
if what == 'sent' or what == 'skipped' then
  finish(lane, id)
  redis.call('HDEL', HOOK, place(lane, id))
end
if not ours then return 0 end
if what == 'skipped' then return 1 end
if what == 'failed' then
  note(lane, id, tonumber(ARGV[7]), ARGV[9])
  redis.call('HSET', HOOK, place(lane, id), ARGV[8])
elseif what == 'dead' then
  local found = redis.call('XPENDING', KEYS[lane], group, id, id, 1)[1]
    and redis.call('XRANGE', KEYS[lane], id, id)[1]
  if found then bury(lane, id, found[2], ARGV[7], ARGV[9]) else finish(lane, id) end
  redis.call('HDEL', HOOK, place(lane, id))
end
redis.call('HSET', HOOK, 'failures', ARGV[10], 'failing_since', ARGV[11], 'next_at', ARGV[12])
if what == 'sent' then
  redis.call('HSET', HOOK, 'sent_at', now_ms())
else
  redis.call('HSET', HOOK, 'failed_at', now_ms(), 'said', ARGV[9])
end
redis.call('EXPIRE', HOOK, TRIES_S)
return 1
