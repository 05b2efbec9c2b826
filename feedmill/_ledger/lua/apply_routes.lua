-- apply_routes: makes the operator's [[routes]] those by which entries are routed from now on.
-- KEYS     the ledger's table K; uses routes route_stream route_protected counts
-- ARGV     1 now · 2 token · 3… name, JSON of records.RouteRule
-- Returns  routes that are new, changed or gone. The stream of one that is gone lives on for its retention's time

return answer(ARGV[2], function()
  local wanted, changed = {}, {}
  for at = 3, #ARGV, 2 do
    local name, rule = ARGV[at], ARGV[at + 1]
    wanted[name] = true
    if redis.call('HGET', K.routes, name) ~= rule then
      redis.call('HSET', K.routes, name, rule)
      redis.call('PERSIST', K.route_stream .. name)
      redis.call('PERSIST', K.route_protected .. name)
      changed[#changed + 1] = name
    end
  end
  for _, name in ipairs(redis.call('HKEYS', K.routes)) do
    if not wanted[name] then
      local keep = string.format('%.0f', cjson.decode(redis.call('HGET', K.routes, name)).keep_ms)
      redis.call('HDEL', K.routes, name)
      redis.call('HDEL', K.counts, 'unrouted:' .. name)
      redis.call('PEXPIRE', K.route_stream .. name, keep)
      redis.call('PEXPIRE', K.route_protected .. name, keep)
      changed[#changed + 1] = name
    end
  end
  return changed
end)
