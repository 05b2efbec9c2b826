-- ask_robots: what an origin's robots.txt says, or who is to fetch it.
-- NEEDS    gate holdings
-- KEYS     the ledger's table K; uses robots owner
-- ARGV     1 now · 2 token · 3 origin · 4 ms that a fetch may take · 5 owner
-- Returns  {'known', verdict, packed rules, ms it stays so}, {'fetch', failures so far} for the one who fetches it
--          now, or {'wait', ms}. A record is {verdict, rules, failures, until, fetcher, fetcher's end}

local key = K.robots .. ARGV[3]

return answer(ARGV[2], function()
  local packed = redis.call('GET', key)
  local record = packed and cmsgpack.unpack(packed) or {false, false, 0, 0, false, 0}
  if record[1] and record[4] > now then return {'known', record[1], record[2] or '', record[4] - now} end
  if record[5] and record[6] > now then return {'wait', record[6] - now} end
  record[5], record[6] = ARGV[5], now + tonumber(ARGV[4])
  note_holding(ARGV[5], 'robots ' .. ARGV[3])
  redis.call('SET', key, cmsgpack.pack(record), 'PX', 7 * 86400000)
  return {'fetch', record[3]}
end)
