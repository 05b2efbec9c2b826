-- settle: ends a page without a stream entry.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page memory volume page_* pages_waiting owner gate slots counts
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 outcome
-- Returns  1, or 0 when the lease is lost

return answer(ARGV[2], function()
  if not page_leased_by(ARGV[3], ARGV[4]) then return 0 end
  settle_page(ARGV[3], ARGV[5])
  return 1
end)
