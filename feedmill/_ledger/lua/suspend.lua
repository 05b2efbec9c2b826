-- suspend: takes back the attempt that `begin` charged: the page's reader waits for something else to be requested.
-- What ends processes meanwhile is counted on from where the page's own request left off.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page
-- ARGV     1 now · 2 token · 3 page id · 4 lease
-- Returns  1, or 0 when the lease is lost or nothing was charged under it

return answer(ARGV[2], function()
  if not page_leased_by(ARGV[3], ARGV[4]) or page_get(ARGV[3], 'begun') ~= '1' then return 0 end
  local key, ends = K.page .. ARGV[3], page_get(ARGV[3], 'run_ends')
  redis.call('HINCRBY', key, 'attempts', -1)
  redis.call('HSET', key, 'begun', '0')
  if ends then redis.call('HSET', key, 'ends', ends) end
  return 1
end)
