-- note_used: adds what reading pages took of the processor, by site.
-- NEEDS    used
-- KEYS     the ledger's table K; uses used
-- ARGV     1 now · 2 token · 3… site, ms, site, ms, …
-- Returns  1

return answer(ARGV[2], function()
  local told = {}
  for at = 3, #ARGV do told[#told + 1] = ARGV[at] end
  note_used(told)
  return 1
end)
