-- wake: makes pages of the planned visits that are due, a bounded number a call.
-- NEEDS    gate memory feeds accounting routes story_state lists visits pages
-- KEYS     the ledger's table K; uses story visits visit feeds feed page page_* pages_waiting memory volume counts gate
-- ARGV     1 now · 2 token · 3 limit · 4 visits that a page gets at most
-- Returns  pages made; a visit whose article is in process, forgotten or retracted, or whose feeds are all off the
--          list, is dropped

local function still_listed(id)
  for _, feed_id in ipairs(feeds_of(id)) do
    if redis.call('SISMEMBER', K.feeds, feed_id) == 1 then return true end
  end
end

local function wake(id)
  local plan = redis.call('GET', K.visit .. id)
  local _, known = find_article(id)
  if plan and redis.call('EXISTS', K.page .. id) == 0 and known and known.rev > 0 and known.print ~= RETRACTED
    and next_visit(id, tonumber(ARGV[4])) and still_listed(id) then
    plan = cmsgpack.unpack(plan)
    make_page(id, nil, plan[1], plan[2], plan[3], known)
    return 1
  end
  take_visit(id)
  return 0
end

return answer(ARGV[2], function()
  local made = 0
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', K.visits, '-inf', now, 'LIMIT', 0, ARGV[3])) do
    made = made + wake(id)
  end
  return made
end)
