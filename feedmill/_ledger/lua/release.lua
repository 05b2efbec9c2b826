-- release: makes every page held for a source takable now.
-- KEYS     the ledger's table K; uses pages_held held_for
-- ARGV     1 now · 2 token · 3 source
-- Returns  how many

return answer(ARGV[2], function()
  local ids = redis.call('SMEMBERS', K.held_for .. ARGV[3])
  for _, id in ipairs(ids) do redis.call('ZADD', K.pages_held, 'XX', now, id) end
  return #ids
end)
