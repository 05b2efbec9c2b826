-- sample: keeps the counts of this moment, once in every span of time however many ask.
-- KEYS     the ledger's table K; uses samples counts pages_waiting page_leases pages_held pages_dead feed_due
--          feed_leases stream
-- ARGV     1 now · 2 token · 3 span in ms
-- Returns  1, or 0 when this span has its sample

local MOST = 1008 -- a week at ten minutes

return answer(ARGV[2], function()
  local id = string.format('%.0f-1', now - now % tonumber(ARGV[3]))
  if redis.call('XRANGE', K.samples, id, '+', 'COUNT', 1)[1] then return 0 end
  local fields = redis.call('HGETALL', K.counts)
  local function add(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  add('now:waiting', redis.call('ZCARD', K.pages_waiting))
  add('now:leased', redis.call('ZCARD', K.page_leases))
  add('now:held', redis.call('ZCARD', K.pages_held))
  add('now:dead', redis.call('ZCARD', K.pages_dead))
  add('now:feeds_due', redis.call('ZCOUNT', K.feed_due, '-inf', now))
  add('now:feeds_leased', redis.call('ZCARD', K.feed_leases))
  add('now:stream', redis.call('XLEN', K.stream))
  redis.call('XADD', K.samples, 'MAXLEN', '~', MOST, id, unpack(fields))
  redis.call('PEXPIRE', K.samples, 30 * 86400000)
  return 1
end)
