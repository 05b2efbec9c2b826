-- hold: sets an extracted page aside until enough of its source are there; being read is no failed attempt.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page page_leases pages_held held_for owner gate slots
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 source · 6 hold ms · 7 blocks
-- Returns  how many pages are held for the source now; nil: the lease is lost

local id, source = ARGV[3], ARGV[5]

return answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return false end
  if page_get(id, 'begun') == '1' then redis.call('HINCRBY', K.page .. id, 'attempts', -1) end
  end_page_lease(id)
  redis.call('HSET', K.page .. id, 'held', ARGV[7], 'source', source)
  hold_page(id, source, now + tonumber(ARGV[6]))
  return redis.call('SCARD', K.held_for .. source)
end)
