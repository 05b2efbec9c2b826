-- retry: brings a dead page back, with no attempts charged.
-- NEEDS    gate memory feeds accounting pages
-- KEYS     the ledger's table K; uses page pages_dead pages_waiting page_queue page_sites gate
-- ARGV     1 now · 2 token · 3 page id
-- Returns  1, or 0 when the page is not among the dead

local id = ARGV[3]

return answer(ARGV[2], function()
  if not redis.call('ZSCORE', K.pages_dead, id) then return 0 end
  revive_page(id, page_get(id, 'site'), now)
  return 1
end)
