-- tell_change: appends an event on a site to the events stream, once; docs/stream.md lists them.
-- KEYS     the ledger's table K; uses course changed events_stream
-- ARGV     1 now · 2 token · 3 name of the course, or of what is announced · 4 what is kept under the name
--          while it lasts: pages since the change, or 1; 0 when it is over, as for a site that has settled
--          · 5 marks to keep of the course (0: all) · 6… field, value, … of the event
-- Returns  1, or 0 when it is in the stream already
-- XADD is the first write: when it fails nothing has changed (Lua has no rollback).

local EVENTS_LENGTH, KEEP_MS = 10000, 90 * 86400000
local key, flag, since, keep = K.course .. ARGV[3], K.changed .. ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

return answer(ARGV[2], function()
  if (redis.call('EXISTS', flag) == 1) == (since > 0) then return 0 end
  redis.call('XADD', K.events_stream, 'MAXLEN', '~', EVENTS_LENGTH, '*', unpack(ARGV, 6))
  if since > 0 then
    redis.call('SET', flag, since, 'PX', KEEP_MS)
  else
    redis.call('DEL', flag)
  end
  if keep > 0 then redis.call('LTRIM', key, 0, keep - 1) end
  return 1
end)
