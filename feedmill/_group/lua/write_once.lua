-- write_once: appends what was made of an event to a stream of the consumer's own, unless that was done before.
-- KEYS     1 the target stream · 2 marks of what was written (ZSET of marks by ms)
-- ARGV     … 4 the mark of the event · 5 the most entries of the target, about; then field, value …
-- Returns  1 when it was appended, 0 when it had been

local MOST_MARKS, MARKS_MS = 100000, 30 * 86400000
local now = now_ms()
if redis.call('ZSCORE', KEYS[2], ARGV[4]) then return 0 end
local entry = {}
for at = 6, #ARGV do entry[#entry + 1] = ARGV[at] end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[5], '*', unpack(entry))
redis.call('ZADD', KEYS[2], now, ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - MARKS_MS)
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -MOST_MARKS - 1)
return 1
