-- record_poll: stores a poll's outcome, makes pages of what it found, schedules the next poll.
-- NEEDS    gate memory feeds pages
-- KEYS     the ledger's table K; uses feeds feed feed_* seen page pages_waiting page_* gate slots counts memory volume
-- ARGV     1 now · 2 token · 3 feed id · 4 lease · 5 JSON of records.PollRecord without its entries
--          · 6 n · 7… n numbers: key, version, … of known entries
--          · then seven per found entry: key, version, page id, url, site, aliases as lines, entry as JSON
-- Returns  {new, changed, listed again, stale 0 or 1}; stale: the lease is lost, nothing was stored

local KEPT = {not_modified = true, unchanged = true} -- outcomes without a document to read
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

-- Deals with one found entry; answers what it was.
local function settle_entry(feed, item, seen_before)
  local id, record, in_process = locate(item.names)
  local made = false
  if in_process then
    join_lists(id, feed.url, table.concat(feed.tags, '\n'))
    if seen_before then change_page(id, item.url, item.site, item.entry) end
  elseif seen_before or not record then
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

local function take_entries(feed)
  local found, members, fresh = found_entries(), {}, {}
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
      local what = settle_entry(feed, item, months[item.key])
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
  if poll.final_url then feed.final_url = poll.final_url ~= feed.url and poll.final_url or nil end
  if not poll.ok then return end
  local kept = KEPT[poll.outcome]
  for _, name in ipairs({'etag', 'modified', 'body_hash'}) do
    feed[name] = poll[name] or (kept and feed[name]) or nil
  end
  if not kept then feed.read_at, feed.listed = now, poll.listed end
end

return answer(ARGV[2], function()
  local feed = load_feed(ARGV[3])
  if not feed or feed.lease ~= ARGV[4] then return {0, 0, 0, 1} end
  local poll = cjson.decode(ARGV[5])
  end_feed_lease(feed)
  take_outcome(feed, poll)
  local counts = take_entries(feed)
  if feed.enabled and redis.call('SISMEMBER', K.feeds, feed.id) == 1 then
    schedule_feed(feed, now + poll.next_ms)
  end
  close_site(feed.site, poll.close_site_ms)
  save_feed(feed)
  return {counts.new, counts.changed, counts.again, 0}
end)
