-- sent: what sites were sent in the last weeks.
-- NEEDS    gate pace sent
-- KEYS     the ledger's table K; uses sent sent_sites sites pace
-- ARGV     1 now · 2 weeks · 3 offset · 4 limit · 5 one site, or empty for all, the latest first
-- Returns  {{site, rule, pace, {counter, value, … of each week}}, …}. No token: it reads only

local wanted = ARGV[5] ~= '' and {ARGV[5]}
  or redis.call('ZREVRANGE', K.sent_sites, tonumber(ARGV[3]), tonumber(ARGV[3]) + tonumber(ARGV[4]) - 1)
local week = math.floor(now / WEEK_MS)
local found = {}
for _, site in ipairs(wanted) do
  local weeks = {}
  for back = 0, tonumber(ARGV[2]) - 1 do
    weeks[#weeks + 1] = redis.call('HGETALL', K.sent .. site .. ':' .. (week - back))
  end
  found[#found + 1] = {site, redis.call('HGET', K.sites, site), redis.call('GET', K.pace .. site), weeks}
end
return found
