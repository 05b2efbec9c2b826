-- give_back: returns a page for later.
-- NEEDS    line gate memory pages
-- KEYS     the ledger's table K; uses page page_* pages_waiting pages_held held_for owner gate slots feed_*
--          offline unreached events_stream
-- A failure that is no charge goes on with the run that `begin` ended: what was read was not yet the page.
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 delay ms · 6 reason · 7 charge 0 or 1 · 8 failure 0 or 1
--          · 9 ms to keep everybody off the page's site
-- Returns  1, or 0 when the lease is lost

local id = ARGV[3]
local key = K.page .. id

return answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return 0 end
  local uncharged = ARGV[7] == '0' and page_get(id, 'begun') == '1'
  if uncharged then redis.call('HINCRBY', key, 'attempts', -1) end
  local reason, delay, failure = ARGV[6], tonumber(ARGV[5]), ARGV[8] == '1'
  if UNREACHED[reason] and line_fails(page_get(id, 'site')) or reason == 'robots_unreachable' and is_offline() then
    reason, delay, failure = 'offline', math.min(delay, PROBE_MS), false
  end
  local failures, began = unpack(redis.call('HMGET', key, 'run_failures', 'run_began'))
  redis.call('HDEL', key, 'run_failures', 'run_began')
  if failure then
    if uncharged and failures then redis.call('HSET', key, 'failures', failures, 'first_failed_at', began) end
    redis.call('HINCRBY', key, 'failures', 1)
    redis.call('HSETNX', key, 'first_failed_at', now)
  end
  redis.call('HSET', key, 'reason', reason)
  return_page(id, now + delay)
  close_site(page_get(id, 'site'), tonumber(ARGV[9]))
  return 1
end)
