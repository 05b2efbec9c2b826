-- bury: ends a page in the dead letters.
-- NEEDS    gate memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses dead_stream page page_leases pages_dead owner gate slots
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 reason · 6 detail
-- Returns  1, or 0 when the lease is lost

return answer(ARGV[2], function()
  if not page_leased_by(ARGV[3], ARGV[4]) then return 0 end
  bury_page(ARGV[3], ARGV[5], ARGV[6])
  return 1
end)
