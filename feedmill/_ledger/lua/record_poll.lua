-- record_poll: stores a poll's outcome, makes pages of what it found, schedules the next poll.
-- NEEDS    line gate memory words feeds accounting routes story_state lists visits pages admission entries past
-- KEYS     the ledger's table K; uses story feeds feed feed_* seen page pages_waiting page_* gate slots counts
--          memory volume
--          visits visit stream events_stream past past_due made left backfilled
--          offline unreached
-- ARGV     1 now · 2 token · 3 feed id · 4 lease · 5 JSON of records.PollRecord without its entries
--          · 6 n · 7… n numbers: key, version, … of known entries
--          · then twelve per found entry: key, version, page id, url, site, aliases as lines, entry as JSON, mark,
--          name of the link, sketch, former name of the link, names nearby as lines
-- Returns  {new, changed, listed again, stale 0 or 1, left out, filtered}; stale: the lease is lost, nothing was stored

local KEPT = {not_modified = true, unchanged = true} -- outcomes without a document to read
local FICKLE = 2 -- polls in a row
local known_end = 6 + tonumber(ARGV[6])

local function known_members()
  local members = {}
  for at = 7, known_end do members[#members + 1] = ARGV[at] end
  return members
end

-- A document that shares no entry with the feed's memory: were entries missed, or do the guids of known articles
-- change? The second is counted, as reason to tell the feed's entries apart by their links.
local function judge_gap(feed, poll, found)
  local settled = (feed.fickle or 0) >= FICKLE
  if not poll.gap then
    if poll.read and not settled then feed.fickle = nil end
    return
  end
  local strangers = 0
  for _, item in ipairs(found) do
    if not locate(item.names) then strangers = strangers + 1 end
  end
  if strangers * 2 >= #found then
    tell(feed, poll.gap)
    if poll.past and not is_flooding(feed) then open_past('gap:' .. feed.id, poll.past, now) end
  elseif not settled then
    feed.fickle = (feed.fickle or 0) + 1
  end
end

-- While the line is down a poll says nothing about its feed: it is tried again soon, and else stays as it was.
local function take_line(feed, poll)
  feed.polls, feed.outcome, feed.detail, feed.status = feed.polls + 1, 'offline', poll.detail, nil
  feed.reason, feed.last_poll_at = 'offline', now
  poll.next_ms, poll.close_site_ms, poll.stop = math.min(poll.next_ms, PROBE_MS), 0, false
end

local function take_outcome(feed, poll)
  feed.polls = feed.polls + 1
  feed.failures = poll.ok and 0 or feed.failures + 1
  feed.outcome, feed.detail, feed.status, feed.reason = poll.outcome, poll.detail, poll.status, poll.reason
  feed.last_poll_at = now
  feed.title = poll.title or feed.title
  feed.stopped = poll.stop or nil
  feed.notes = poll.notes
  if poll.moved_to then feed.moved_to = poll.moved_to ~= '' and poll.moved_to or nil end
  if poll.final_url then feed.final_url = poll.final_url ~= feed.url and poll.final_url or nil end
  if not poll.ok then return end
  local kept = KEPT[poll.outcome] and not poll.read
  for _, name in ipairs({'etag', 'modified', 'body_hash'}) do
    feed[name] = poll[name] or (kept and feed[name]) or nil
  end
  if not kept then feed.read_at, feed.listed = now, poll.listed end
end

return answer(ARGV[2], function()
  local feed = load_feed(ARGV[3])
  if not feed or feed.lease ~= ARGV[4] then return {0, 0, 0, 1, 0, 0} end
  local poll = cjson.decode(ARGV[5])
  local found = found_entries(known_end + 1)
  end_feed_lease(feed)
  if type(poll.status) == 'number' then line_works() end
  if UNREACHED[poll.outcome] and line_fails(feed.site) then
    take_line(feed, poll)
  else
    for _, event in ipairs(poll.events) do tell(feed, event) end
    judge_gap(feed, poll, found)
    take_outcome(feed, poll)
  end
  if feed.asked ~= 'retry' or poll.retry and poll.read then feed.asked = nil end
  local counts = take_entries(feed, known_members(), found, poll.most_revisits, nil, poll.limits,
    poll.retry)
  if counts.left_out > 0 and not poll.stop then
    poll.next_ms, feed.reason = math.max(poll.next_ms, SLOW_MS), 'flooding'
  end
  if poll.stop then feed.next_at = nil end
  close_site(feed.site, poll.close_site_ms)
  feed.site = poll.site or feed.site
  if not poll.stop and feed.enabled and redis.call('SISMEMBER', K.feeds, feed.id) == 1 then
    schedule_feed(feed, now + poll.next_ms)
  end
  save_feed(feed)
  return {counts.new, counts.changed, counts.again, 0, counts.left_out, counts.filtered}
end)
