-- record_poll: stores a poll's outcome, makes pages of what it found, schedules the next poll.
-- NEEDS    gate memory feeds lists visits pages
-- KEYS     the ledger's table K; uses feeds feed feed_* seen page pages_waiting page_* gate slots counts memory volume
--          visits visit stream events_stream
-- ARGV     1 now · 2 token · 3 feed id · 4 lease · 5 JSON of records.PollRecord without its entries
--          · 6 n · 7… n numbers: key, version, … of known entries
--          · then seven per found entry: key, version, page id, url, site, aliases as lines, entry as JSON
-- Returns  {new, changed, listed again, stale 0 or 1}; stale: the lease is lost, nothing was stored

local KEPT = {not_modified = true, unchanged = true} -- outcomes without a document to read
local EVENTS_LENGTH = 10000
local FICKLE = 2 -- polls in a row
local known_end = 6 + tonumber(ARGV[6])

local function found_entries()
  local found = {}
  for at = known_end + 1, #ARGV, 7 do
    local names = {ARGV[at + 2]}
    for alias in string.gmatch(ARGV[at + 5], '[^\n]+') do names[#names + 1] = alias end
    found[#found + 1] = {key = ARGV[at], version = ARGV[at + 1], page = ARGV[at + 2], url = ARGV[at + 3],
      site = ARGV[at + 4], names = names, entry = ARGV[at + 6]}
  end
  return found
end

local function tell(feed, event)
  local fields = {}
  for at = 2, #event do fields[#fields + 1] = event[at] end
  redis.call('XADD', K.events_stream, 'MAXLEN', '~', EVENTS_LENGTH, '*', 'event', event[1], 'feed', feed.url,
    'source', feed.source, 'site', feed.site, unpack(fields))
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
  elseif not settled then
    feed.fickle = (feed.fickle or 0) + 1
  end
end

-- Deals with one found entry; answers what it was.
local function settle_entry(feed, item, seen_before, most)
  local id, record, in_process = locate(item.names)
  local made = false
  if record then list_article(id, record, feed, item.url) end
  if in_process then
    join_lists(id, feed.id, table.concat(feed.tags, '\n'))
    if seen_before then change_page(id, item.url, item.site, item.entry, most) end
  elseif not record or seen_before and next_visit(id, most) then
    made = true
    id = record and id or item.page
    make_page(id, feed, item.url, item.site, item.entry, record)
  end
  if record then renew(id) end
  name_article(id, item.names)
  if seen_before and id then return (made and not record) and 'new' or 'changed' end
  return made and 'new' or 'again'
end

-- Writes again what the ledger knows of an entry that is still listed as it was.
local function renew_entry(item)
  for _, name in ipairs(item.names) do renew(name) end
end

local function take_entries(feed, found, most)
  local members, fresh = {}, {}
  for at = 7, known_end do members[#members + 1] = ARGV[at] end
  for _, item in ipairs(found) do
    members[#members + 1] = item.key
    members[#members + 1] = item.version
  end
  local months = find_seen(feed, members)
  for at, member in ipairs(members) do
    if (months[member] or -1) < month and not fresh[member] then
      fresh[member] = true
      fresh[#fresh + 1] = member
      local is_key = at % 2 == 1
      if is_key and not months[member] then feed.entries = feed.entries + 1 end
    end
  end
  local counts = {new = 0, changed = 0, again = 0}
  for _, item in ipairs(found) do
    if months[item.key] and months[item.version] then
      renew_entry(item)
    else
      local what = settle_entry(feed, item, months[item.key], most)
      counts[what] = counts[what] + 1
      months[item.key], months[item.version] = month, month
    end
  end
  add_seen(feed, fresh)
  return counts
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
  if not feed or feed.lease ~= ARGV[4] then return {0, 0, 0, 1} end
  local poll = cjson.decode(ARGV[5])
  local found = found_entries()
  for _, event in ipairs(poll.events) do tell(feed, event) end
  judge_gap(feed, poll, found)
  end_feed_lease(feed)
  take_outcome(feed, poll)
  local counts = take_entries(feed, found, poll.most_revisits)
  if poll.stop then feed.next_at = nil end
  close_site(feed.site, poll.close_site_ms)
  feed.site = poll.site or feed.site
  if not poll.stop and feed.enabled and redis.call('SISMEMBER', K.feeds, feed.id) == 1 then
    schedule_feed(feed, now + poll.next_ms)
  end
  save_feed(feed)
  return {counts.new, counts.changed, counts.again, 0}
end)
