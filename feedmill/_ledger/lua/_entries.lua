-- The entries that a document lists: what becomes of each.

local EVENTS_LENGTH = 10000

-- The found entries of a call: seven arguments each, from the place `from` on.
local function found_entries(from)
  local found = {}
  for at = from, #ARGV, 7 do
    local names = {ARGV[at + 2]}
    for alias in string.gmatch(ARGV[at + 5], '[^\n]+') do names[#names + 1] = alias end
    found[#found + 1] = {key = ARGV[at], version = ARGV[at + 1], page = ARGV[at + 2], url = ARGV[at + 3],
      site = ARGV[at + 4], names = names, entry = ARGV[at + 6]}
  end
  return found
end

-- Tells the events stream what happened to a feed: a name, then field and value in turn.
local function tell(feed, event)
  local fields = {}
  for at = 2, #event do fields[#fields + 1] = event[at] end
  redis.call('XADD', K.events_stream, 'MAXLEN', '~', EVENTS_LENGTH, '*', 'event', event[1], 'feed', feed.url,
    'source', feed.source, 'site', feed.site, unpack(fields))
end

-- Marks a new page as one that came by backfill, and lets it wait its turn: what is news goes first.
local function put_back(id, site, back)
  redis.call('HSET', K.page .. id, 'backfill', '1')
  wait_page(id, site, back.at)
  back.at = back.at + back.spread
end

-- Deals with one found entry; answers what it was.
local function settle_entry(feed, item, seen_before, most, back)
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
    if back then put_back(id, item.site, back) end
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

-- Takes the entries of a document: `members` are keys and versions, in turn, that make no page, `found` those that may.
-- `back` says that they come by backfill, and when their pages may be asked for. The caller saves the feed's record.
local function take_entries(feed, members, found, most, back)
  local fresh = {}
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
      local what = settle_entry(feed, item, months[item.key], most, back)
      counts[what] = counts[what] + 1
      months[item.key], months[item.version] = month, month
    end
  end
  add_seen(feed, fresh)
  return counts
end
