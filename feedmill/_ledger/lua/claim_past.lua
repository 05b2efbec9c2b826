-- claim_past: leases a job on a feed's past.
-- NEEDS    line gate memory feeds past
-- KEYS     the ledger's table K; uses past past_due feed feeds fence offline paused
-- ARGV     1 now · 2 token · 3 name, or "" for the first that is due · 4 lease ms
-- Returns  {MessagePack map of the job (records.LeasedPast) or nil, ms until to ask again or nil: there is no job}
-- A job whose feed is off the list ends. While the line is down no gap is looked into.

local name, lease = ARGV[3], tonumber(ARGV[4])

local function claim(job_name)
  local job = load_past(job_name)
  local id = string.match(job_name, '[^:]+$')
  local feed = job and redis.call('SISMEMBER', K.feeds, id) == 1 and load_feed(id)
  if not feed then
    end_past(job_name)
    return {false, false}
  end
  if job[2] and job[3] > now then return {false, job[3] - now} end
  job[2], job[3] = new_lease(ARGV[2]), now + lease
  save_past(job_name, job)
  return {cmsgpack.pack({name = job_name, feed_id = id, url = feed.url, source = feed.source, token = job[2],
    state = job[1], fickle = feed.fickle or 0, site = feed.site, filters = feed.filters or nil}), 0}
end

return answer(ARGV[2], function()
  if is_paused('all') then return {false, PAUSED_MS} end
  if name ~= '' then return claim(name) end
  local due, at = first(K.past_due)
  if not due then return {false, false} end
  if at > now then return {false, until_moment(at)} end
  if is_offline() then return {false, PROBE_MS} end
  redis.call('ZADD', K.past_due, now + lease, due)
  return claim(due)
end)
