-- The entries that a document lists: what becomes of each.

-- The found entries of a call: twelve arguments each, from the place `from` on.
local function found_entries(from)
  local found = {}
  for at = from, #ARGV, 12 do
    local names = {ARGV[at + 2]}
    for alias in string.gmatch(ARGV[at + 5], '[^\n]+') do names[#names + 1] = alias end
    found[#found + 1] = {key = ARGV[at], version = ARGV[at + 1], page = ARGV[at + 2], url = ARGV[at + 3],
      site = ARGV[at + 4], names = names, entry = ARGV[at + 6], mark = ARGV[at + 7], link = ARGV[at + 8],
      sketch = ARGV[at + 9], former_link = ARGV[at + 10], nearby = ARGV[at + 11]}
  end
  return found
end

-- Marks a new page as one that came by backfill, and lets it wait its turn: what is news goes first.
local function put_back(id, site, back)
  redis.call('HSET', K.page .. id, 'backfill', '1')
  redis.call('SADD', K.backfilled .. site, id)
  redis.call('PEXPIRE', K.backfilled .. site, BACKFILLED_MS)
  wait_page(id, site, back.at)
  back.at = back.at + back.spread
end

-- Notes which feed a new page is counted for.
local function count_for(feed, id)
  redis.call('HSET', K.page .. id, 'maker', feed.id)
  redis.call('SADD', K.made .. feed.id, id)
  redis.call('PEXPIRE', K.made .. feed.id, MADE_MS)
end

-- Settles an entry that makes no page, as there are too many.
local function leave_out(feed)
  count_listed(feed.id, 'left_out')
  count('discovered', 1)
  count('settled:left_out', 1)
end

-- The member that says of a key that its entry was held back by the feed's filters.
local function held_member(key)
  return string.sub(key, 1, 1) == '-' and string.sub(key, 2) or '-' .. key
end

-- Which of the found entries that may make a page now were held back when they were new, by key.
local function find_held(feed, found, months, retry)
  local held, keys, members = {}, {}, {}
  if not feed.has_filtered then return held end
  for _, item in ipairs(found) do
    if item.mark == '' and months[item.key] and (retry or not months[item.version]) then
      members[#members + 1] = held_member(item.key)
      keys[members[#members]] = item.key
    end
  end
  for member in pairs(find_seen(feed, members)) do held[keys[member]] = true end
  return held
end

-- Settles a new entry that makes no page, as the feed's filters hold it back.
local function hold_back(feed)
  count_listed(feed.id, 'filtered')
  count('discovered', 1)
  count('settled:filtered', 1)
  feed.has_filtered = true
end

-- Where an entry counts whose article gave nothing; older versions did not note why.
local function dropped_as(record)
  return 'dropped:' .. (record.print ~= '' and record.print or 'known')
end

-- Notes what an article says under its link, or under the names that an edit leaves it where it has neither link nor
-- guid; with `keeps` only where nothing is noted yet.
local function note_sketch(feed, id, item, keeps)
  local note = keeps and renew_sketch or remember_sketch
  if item.link ~= '' then note(item.link, feed.id, id, item.sketch) end
  for name in string.gmatch(item.nearby, '[^\n]+') do note(name, feed.id, id, item.sketch) end
end

-- Deals with one found entry; answers what it was, and the bound that left it out if one did.
local function settle_entry(feed, item, seen_before, most, back, admit, is_held)
  local id, record, in_process = locate(item.names)
  local made = false
  if record then list_article(id, record, feed, item.url) end
  if in_process then
    join_lists(id, feed.id, table.concat(feed.tags, '\n'))
    if not seen_before then count_page_for(id, feed.id) end
    if seen_before then change_page(id, item.url, item.site, item.entry, most) end
  elseif not record or seen_before and next_visit(id, most) then
    local bound = not record and admit and admit(item)
    if bound then
      leave_out(feed)
      return 'left_out', bound
    end
    made = true
    id = record and id or item.page
    make_page(id, feed, item.url, item.site, item.entry, record)
    if is_held and (not record or record.rev == 0) then
      count_retried(id, feed.id, 'filtered')
    elseif not record then
      count_page_for(id, feed.id)
    elseif record.rev == 0 then
      count_retried(id, feed.id, dropped_as(record))
    end
    if admit and not record then count_for(feed, id) end
    if back then put_back(id, item.site, back) end
  elseif not seen_before then
    count_listed(feed.id, record.rev > 0 and 'joined' or dropped_as(record))
  end
  if record then renew(id) end
  name_article(id, item.names)
  if id and item.sketch ~= '' then note_sketch(feed, id, item, back and is_unnamed(item.sketch)) end
  if seen_before and id then return (made and not record) and 'new' or 'changed' end
  return made and 'new' or 'again'
end

-- Writes again what the ledger knows of an entry that is still listed as it was.
local function renew_entry(feed, item)
  for _, name in ipairs(item.names) do renew(name) end
  if item.sketch == '' then return end
  local id = locate(item.names)
  if id then note_sketch(feed, id, item, true) end
end

-- Gives a known article the names of an entry under which it was not known. One that was found by its former link alone
-- gets them where that link was no other entry's.
local function know_entry(feed, item)
  local id = locate(item.names)
  if not id and item.former_link ~= '' then id = locate({item.former_link}) end
  if not id then return end
  renew(id)
  if item.former_link == '' and item.names[1] == item.link then return end
  name_article(id, item.names)
  if item.sketch ~= '' then note_sketch(feed, id, item, true) end
end

-- Makes a page again of a listed entry that gave no article; false where there is nothing to be made.
local function retry_entry(feed, item)
  local id, record, in_process = locate(item.names)
  if in_process or not record or record.rev > 0 then return false end
  make_page(id, feed, item.url, item.site, item.entry, nil)
  count_retried(id, feed.id, dropped_as(record))
  return true
end

-- The members that are to be remembered, {key, member} each once: those that no chunk of this month has.
local function fresh_members(members, months)
  local fresh, met = {}, {}
  for at = 1, #members do
    local member = members[at]
    if (months[member] or -1) < month and not met[member] then
      met[member] = true
      fresh[#fresh + 1] = {members[at % 2 == 1 and at or at - 1], member}
    end
  end
  return fresh
end

-- Remembers members in the feed's memory, those of entries that were left out apart from it.
local function remember_members(feed, fresh, months, left, gone, versions)
  local seen, apart = {}, {}
  for _, pair in ipairs(fresh) do
    local key, member = unpack(pair)
    if not gone[key] then
      seen[#seen + 1] = member
      if member == key and not months[key] then feed.entries = feed.entries + 1 end
    elseif not left[member] and not versions[member] then
      apart[#apart + 1] = member
    end
  end
  add_seen(feed, seen)
  add_left(feed, apart)
end

-- Takes the entries of a document: `members` are keys and versions, in turn, that make no page, `found` those that
-- may, the newest first; those that the feed's filters hold back are marked. `back` says that they come by backfill,
-- and when their pages may be asked for; `limits` how many new ones become pages. The caller saves the feed's record.
local function take_entries(feed, members, found, most, back, limits, retry)
  local versions = {}
  for _, item in ipairs(found) do
    members[#members + 1] = item.key
    members[#members + 1] = item.version
    versions[item.version] = true
    if item.mark == 'filtered' then
      members[#members + 1] = item.key
      members[#members + 1] = held_member(item.key)
    end
  end
  local months, left = find_seen(feed, members), find_left(feed, members)
  local gone, fresh = {}, fresh_members(members, months)
  for at = 1, #members, 2 do gone[members[at]] = left[members[at]] end
  local counts = {new = 0, changed = 0, again = 0, left_out = 0, filtered = 0}
  local held = find_held(feed, found, months, retry)
  local before, bound = {}, nil
  for member, in_month in pairs(months) do before[member] = in_month end
  local admit = admission(feed, limits, found)
  for _, item in ipairs(found) do
    local is_filtered = string.sub(item.mark, 1, 8) == 'filtered'
    local retries = retry and not is_filtered
    local is_held = held[item.key] and not locate(item.names)
    if months[item.key] and months[item.version] and not (retries and is_held) then
      if not (retries and retry_entry(feed, item)) then renew_entry(feed, item) end
    elseif item.mark == 'known' or item.mark == 'filtered_known' then
      if not (retries and retry_entry(feed, item)) then know_entry(feed, item) end
      counts.again = counts.again + 1
      months[item.key], months[item.version] = month, month
    elseif is_filtered then
      if not gone[item.key] and not months[item.key] then
        hold_back(feed)
        counts.filtered = counts.filtered + 1
      end
      months[item.key], months[item.version] = month, month
    elseif not gone[item.key] then
      local seen_before = months[item.key] or item.mark == 'changed'
      local what, by = settle_entry(feed, item, seen_before, most, back, admit, held[item.key])
      counts[what] = counts[what] + 1
      if what == 'left_out' then
        gone[item.key], bound = true, bound or by
      else
        months[item.key], months[item.version] = month, month
      end
    end
  end
  remember_members(feed, fresh, before, left, gone, versions)
  if limits then judge_flood(feed, counts.left_out, bound) end
  return counts
end
