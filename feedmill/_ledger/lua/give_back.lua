-- give_back: returns a page for later.
-- NEEDS    line gate memory pages deferral
-- KEYS     the ledger's table K; uses page page_* pages_waiting pages_held held_for owner gate slots feed_*
--          offline unreached events_stream
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 delay ms · 6 reason · 7 charge 0 or 1 · 8 failure 0 or 1
--          · 9 ms to keep everybody off the page's site
-- Returns  1, or 0 when the lease is lost

return answer(ARGV[2], function()
  if not page_leased_by(ARGV[3], ARGV[4]) then return 0 end
  defer_page(ARGV[3], tonumber(ARGV[5]), ARGV[6], ARGV[7] ~= '0', ARGV[8] == '1', tonumber(ARGV[9]))
  return 1
end)
