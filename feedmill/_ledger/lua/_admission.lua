-- Which new entries become pages. What is too much is left out: it settles at once as `left_out`, and its numbers are
-- kept apart from the feed's memory for seven days at most, so that an entry that stays listed is not counted again.
-- feed.flood is {day, entries admitted in it, the last day on which some were left out, ms since when the feed floods,
-- or 0}; feed.left is {{day, first, last of its chunks}, …}, oldest first.
-- Limits: most_a_day of a feed, most_of_feed and most_of_site in process, and percent of the server's memory for all.

local MOST_LEFT = 96 -- chunks a day; of more the oldest are forgotten
local SLOW_MS = 3 * 3600000 -- between two polls of a feed of which entries are left out
local MADE_MS = 7 * DAY_MS -- older versions do not take off what they settle
local BACKFILLED_MS = 30 * DAY_MS
local SAMPLED, PAGE_BYTES, CHEAP_BYTES = 8, 700, 16777216

-- Remembers members as left out today. The caller saves the feed's record afterwards.
local function add_left(feed, members)
  local days = feed.left or {}
  while days[1] and days[1][1] + LEFT_DAYS <= today do
    for number = days[1][2], days[1][3] do redis.call('DEL', left_key(feed, days[1][1], number)) end
    table.remove(days, 1)
  end
  feed.left = #days > 0 and days or nil
  if #members == 0 then return end
  local row = days[#days]
  if not row or row[1] ~= today then
    row = {today, 1, 1}
    days[#days + 1] = row
  end
  feed.left = days
  local from = 1
  while from <= #members do
    local key = left_key(feed, today, row[3])
    local room = CHUNK - redis.call('SCARD', key)
    if room > 0 then
      local upto = math.min(from + room - 1, #members)
      redis.call('SADD', key, unpack(members, from, upto))
      redis.call('PEXPIRE', key, (today + LEFT_DAYS) * DAY_MS - now)
      from = upto + 1
    else
      row[3] = row[3] + 1
      if row[3] - row[2] >= MOST_LEFT then
        redis.call('DEL', left_key(feed, today, row[2]))
        row[2] = row[2] + 1
      end
    end
  end
end

-- How many more pages of a feed may be in process. What has ended meanwhile is taken off when they seem too many.
local function room_of_feed(feed, most)
  local key = K.made .. feed.id
  if redis.call('SCARD', key) >= most then
    for _, id in ipairs(redis.call('SMEMBERS', key)) do
      local state = redis.call('HGET', K.page .. id, 'state')
      if not state or state == 'dead' then redis.call('SREM', key, id) end
    end
  end
  return most - redis.call('SCARD', key)
end

-- How many more pages of a site may wait, those that came by backfill aside.
local function room_of_site(site, most)
  local waiting = redis.call('ZCARD', K.page_queue .. site)
  return most - math.max(0, waiting - redis.call('SCARD', K.backfilled .. site))
end

-- How many more bytes all waiting pages may take, by a sample of them; huge where they and those that may come, of
-- `coming` bytes, are few, or where nothing tells the memory.
local function room_of_all(percent, coming)
  local waiting, sum = redis.call('ZCARD', K.pages_waiting), 0
  for _, id in ipairs(redis.call('ZRANDMEMBER', K.pages_waiting, -SAMPLED)) do
    sum = sum + redis.call('HSTRLEN', K.page .. id, 'entry')
  end
  local taken = waiting * (sum / SAMPLED + PAGE_BYTES)
  if taken + coming < CHEAP_BYTES then return math.huge end
  local info = redis.pcall('INFO', 'memory')
  if type(info) ~= 'string' then return math.huge end
  local most = tonumber(string.match(info, '\nmaxmemory:(%d+)')) or 0
  if most == 0 then most = tonumber(string.match(info, '\ntotal_system_memory:(%d+)')) or 0 end
  return most > 0 and most * percent / 100 - taken or math.huge
end

-- The entries that a feed may still bring today. One that floods gets its day's share by the hour, so that what is out
-- of it is always the newest.
local function room_of_day(flood, most)
  if flood[4] > 0 then most = math.floor(most * math.min(1, (now % DAY_MS + SLOW_MS) / DAY_MS)) end
  return most - flood[2]
end

-- Answers what decides on each new page: it answers the name of the bound that leaves the entry out, or nil.
local function admission(feed, limits, found)
  if not limits then return end
  local flood = feed.flood or {today, 0, 0, 0}
  if flood[1] ~= today then flood[1], flood[2] = today, 0 end
  local day, of_feed, of_all, of_sites = room_of_day(flood, limits.most_a_day), nil, nil, {}
  local coming = 0
  for _, item in ipairs(found) do coming = coming + #item.entry + PAGE_BYTES end
  return function(item)
    of_feed = of_feed or room_of_feed(feed, limits.most_of_feed)
    of_all = of_all or room_of_all(limits.percent, coming)
    local site = of_sites[item.site] or room_of_site(item.site, limits.most_of_site)
    local bytes = #item.entry + PAGE_BYTES
    of_sites[item.site] = site
    if day < 1 then return 'day' end
    if of_feed < 1 then return 'feed' end
    if site < 1 then return 'site' end
    if of_all < bytes then return 'memory' end
    day, of_feed, of_sites[item.site], of_all = day - 1, of_feed - 1, site - 1, of_all - bytes
    flood[2] = flood[2] + 1
    feed.flood = flood
  end
end

-- Says once that a feed floods, and that it does no more: when a whole day has passed without entries left out.
local function judge_flood(feed, left_out, bound)
  local flood = feed.flood or {today, 0, 0, 0}
  if left_out > 0 then
    flood[3] = today
    if flood[4] == 0 then
      flood[4] = now
      tell(feed, {'feed_flooding', 'time', written_time(now), 'bound', bound, 'left_out', left_out})
    end
    feed.flood = flood
  elseif flood[4] > 0 and flood[3] < today - 1 then
    tell(feed, {'feed_calmed', 'time', written_time(now), 'since', written_time(flood[4])})
    flood[4] = 0
  end
end

local function is_flooding(feed)
  return feed.flood ~= nil and feed.flood[4] > 0
end
