-- settle: ends a page without a stream entry.
-- NEEDS    gate memory feeds accounting routes story_state lists visits pages
-- KEYS     the ledger's table K; uses story visits visit page memory volume page_* pages_waiting owner gate slots
--          counts
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 outcome · 6 JSON of the next visit, or ''
--          · 7 how another reader reads the last revision (a numbered fingerprint), or ''
-- Returns  1, or 0 when the lease is lost

return answer(ARGV[2], function()
  if not page_leased_by(ARGV[3], ARGV[4]) then return 0 end
  plan_visit(ARGV[3], ARGV[6])
  if ARGV[7] ~= '' and note_reading(ARGV[3], ARGV[7]) then count_page_as(ARGV[3], 'page') end
  settle_page(ARGV[3], ARGV[5])
  return 1
end)
