-- pass_gate: lets a request start that no taking of a feed or page lets through: a redirect, a robots.txt, a revisit.
-- NEEDS    gate holdings
-- KEYS     the ledger's table K; uses gate slots pace owner
-- ARGV     1 now · 2 token · 3 member: the id of what is requested for · 4 site · 5 requests per site · 6 gap ms
--          · 7 lease ms · 8 patience ms: the longest wait that is worth a place · 9 owner
-- Returns  {1, ms until the moment that is now the member's} with a slot of the site taken or kept, or {0, ms after
--          which to ask again}

local RETRY_MS = 200 -- a slot may come free at any time
local member, site = ARGV[3], ARGV[4]

return answer(ARGV[2], function()
  if site == '' then return {1, 0} end
  local gap, per_site = pace_of(site, tonumber(ARGV[6]), tonumber(ARGV[5]))
  local wait = math.max(0, opens_at(site) - now)
  if wait > tonumber(ARGV[8]) then return {0, wait} end
  local slot = tonumber(redis.call('ZSCORE', K.slots .. site, member) or '')
  if not (slot and slot > now) and redis.call('ZCOUNT', K.slots .. site, '(' .. now, '+inf') >= per_site then
    return {0, math.min(gate_wait(site, per_site), RETRY_MS)}
  end
  enter(site, member, gap, tonumber(ARGV[7]), wait)
  note_holding(ARGV[9], 'slot ' .. site .. ' ' .. member)
  return {1, wait}
end)
