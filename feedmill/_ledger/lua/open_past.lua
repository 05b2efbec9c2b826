-- open_past: opens a job on a feed's past, or answers the one that is open.
-- NEEDS    past
-- KEYS     the ledger's table K; uses past past_due
-- ARGV     1 now · 2 token · 3 name · 4 state · 5 replace 0 or 1: a new job instead of the old one
-- Returns  the state of the job that is open now

return answer(ARGV[2], function()
  if ARGV[5] == '1' then end_past(ARGV[3]) end
  open_past(ARGV[3], ARGV[4])
  return load_past(ARGV[3])[1]
end)
