-- Giving a page under lease back for later.

-- Puts a page off. Without `charge` the attempt that `begin` charged is taken back; a failure that is no charge goes on
-- with the run that `begin` ended: what was read was not yet the page. `close_ms` keeps everybody off the page's site.
local function defer_page(id, delay, reason, charge, failure, close_ms)
  local key = K.page .. id
  local uncharged = not charge and page_get(id, 'begun') == '1'
  if uncharged then redis.call('HINCRBY', key, 'attempts', -1) end
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
  close_site(page_get(id, 'site'), close_ms)
end
