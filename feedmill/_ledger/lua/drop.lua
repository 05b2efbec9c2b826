-- drop: forgets a dead page; it settles as `dropped`.
-- NEEDS    gate memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses page pages_dead counts memory volume
-- ARGV     1 now · 2 token · 3 page id
-- Returns  1, or 0 when the page is not among the dead

return answer(ARGV[2], function()
  if redis.call('ZREM', K.pages_dead, ARGV[3]) == 0 then return 0 end
  settle_page(ARGV[3], 'dropped')
  return 1
end)
