-- abandon_page: takes back one page whose reader died while its holder lives on; it keeps its charge.
-- NEEDS    gate memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses owner page page_* pages_* held_for dead_stream gate slots
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 reason · 6 attempts a page has
-- Returns  returned or buried; nil: the lease is lost

local id = ARGV[3]

return answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return false end
  return recover_page(id, ARGV[5], tonumber(ARGV[6]), false)
end)
