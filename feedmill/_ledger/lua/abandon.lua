-- abandon: takes back all that an owner held who died: pages, slots, robots.txt claims. Begun pages keep their charge.
-- Where nothing was begun, any of them may have ended it.
-- NEEDS    gate holdings memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses owner page page_* pages_* held_for dead_stream gate slots robots
-- ARGV     1 now · 2 token · 3 owner · 4 reason · 5 attempts a page has
-- Returns  {pages returned, pages buried, slots freed on the way to other sites, robots.txt claims given up}

local owner = ARGV[3]

return answer(ARGV[2], function()
  local counts = {returned = 0, buried = 0, slot = 0, claim = 0, nothing = 0}
  local held, ids = redis.call('SMEMBERS', K.owner .. owner), {}
  table.sort(held)
  for _, what in ipairs(held) do
    local kind = end_holding_of_dead(owner, what)
    if kind then counts[kind] = counts[kind] + 1 else ids[#ids + 1] = what end
  end
  local begun = false
  for _, id in ipairs(ids) do
    local of, at = unpack(redis.call('HMGET', K.page .. id, 'owner', 'begun'))
    begun = begun or of == owner and at == '1'
  end
  for _, id in ipairs(ids) do
    if page_get(id, 'owner') == owner then
      local end_of_it = recover_page(id, ARGV[4], tonumber(ARGV[5]), not begun)
      counts[end_of_it] = counts[end_of_it] + 1
    end
  end
  return {counts.returned, counts.buried, counts.slot, counts.claim}
end)
