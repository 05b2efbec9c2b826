-- retry: brings a dead page back, with no attempts charged.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page pages_dead pages_waiting page_queue page_sites gate
-- ARGV     1 now · 2 token · 3 page id
-- Returns  1, or 0 when the page is not among the dead

local id = ARGV[3]

return answer(ARGV[2], function()
  if redis.call('ZREM', K.pages_dead, id) == 0 then return 0 end
  redis.call('HSET', K.page .. id, 'attempts', 0, 'failures', 0)
  redis.call('HDEL', K.page .. id, 'first_failed_at', 'reason', 'detail', 'died_at')
  wait_page(id, page_get(id, 'site'), now)
  return 1
end)
