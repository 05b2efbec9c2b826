-- pass_gate: lets a leased page request another site as well (a redirect).
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page gate slots
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 site · 6 requests per site · 7 gap ms · 8 lease ms
-- Returns  ms to wait; 0 when the page has a slot of the site now, had one before, or has lost its lease

local id, site = ARGV[3], ARGV[5]

return answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return 0 end
  local slots = page_get(id, 'slots') or ''
  if redis.call('ZSCORE', K.slots .. site, id) then return 0 end
  local wait = gate_wait(site, tonumber(ARGV[6]))
  if wait > 0 then return wait end
  enter(site, id, tonumber(ARGV[7]), tonumber(ARGV[8]))
  redis.call('HSET', K.page .. id, 'slots', unite(slots, site))
  return 0
end)
