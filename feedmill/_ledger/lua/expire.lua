-- expire: forgets dead letters that are too old or too many, a bounded number a call; they settle as `expired`.
-- NEEDS    gate memory feeds accounting visits pages
-- KEYS     the ledger's table K; uses page pages_dead counts memory volume
-- ARGV     1 now · 2 token · 3 limit · 4 age in ms · 5 dead letters kept at most
-- Returns  how many

return answer(ARGV[2], function()
  local limit = tonumber(ARGV[3])
  local over = math.min(limit, redis.call('ZCARD', K.pages_dead) - tonumber(ARGV[5]))
  local ids = redis.call('ZRANGEBYSCORE', K.pages_dead, '-inf', now - tonumber(ARGV[4]), 'LIMIT', 0, limit)
  if over > #ids then ids = redis.call('ZRANGE', K.pages_dead, 0, over - 1) end
  for _, id in ipairs(ids) do
    redis.call('ZREM', K.pages_dead, id)
    settle_page(id, 'expired')
  end
  return #ids
end)
