-- leave_gate: frees the slots that pass_gate took, when their requests are over.
-- NEEDS    gate holdings
-- KEYS     the ledger's table K; uses slots feed_* page_* gate owner
-- ARGV     1 now · 2 token · 3 member · 4 owner · 5… sites
-- Returns  how many slots were freed

return answer(ARGV[2], function()
  local freed = 0
  for at = 5, #ARGV do
    end_holding(ARGV[4], 'slot ' .. ARGV[at] .. ' ' .. ARGV[3])
    if redis.call('ZSCORE', K.slots .. ARGV[at], ARGV[3]) then
      vacate(ARGV[at], ARGV[3])
      freed = freed + 1
    end
  end
  return freed
end)
