-- What became of the entries that each feed listed, in one hash a feed: `listed`, and where each is: in_process,
-- page (its article is out, in its page's words), feed:<reason> (in the feed's, and why), joined (part of an article of
-- another name), filtered, dropped:<reason>, left_out, dead. Their sum is `listed`. `recent` has the ends of the last
-- pages: '-' for an article from its page, '+reason' where the feed's words stood in, else the reason; not those of
-- entries that lead to no page; `unreadable` since when most of them gave nothing. A page knows by `counted` which
-- feeds it is counted for, by `counted_as` where.

local REASONS, REASON_CHARS = 16, 16 -- names of reasons that a feed's hash holds, and their length: under 1,024 bytes
local RECENT_PAGES, LEAST_PAGES = 20, 3
local WITHOUT_PAGE = '+no_page' -- mark of an entry that leads to none: its feed's words are its text
local DROPPED_ENTRIES, TITLE_BYTES = 50, 120
local COUNTS_MS = MONTH_MS + KEEP_MS -- after a feed was taken off the list

-- Lets what is kept of a feed go with its record.
local function keep_with_feed(key, feed_id)
  if redis.call('SISMEMBER', K.feeds, feed_id) == 0 then redis.call('PEXPIRE', key, COUNTS_MS) end
end

-- The field that a count belongs to: of too many reasons the further ones are `other`.
local function counted_field(key, bucket)
  local kind, reason = string.match(bucket, '^(%a+):(.*)$')
  if not kind then return bucket end
  local field = kind .. ':' .. string.sub(reason, 1, REASON_CHARS)
  if redis.call('HEXISTS', key, field) == 1 then return field end
  local reasons = 0
  for _, name in ipairs(redis.call('HKEYS', key)) do
    if string.find(name, ':', 1, true) then reasons = reasons + 1 end
  end
  return reasons < REASONS and field or kind .. ':other'
end

local function add_count(feed_id, bucket, by)
  local key = K.feed_counts .. feed_id
  local field = counted_field(key, bucket)
  if redis.call('HINCRBY', key, field, by) <= 0 then redis.call('HDEL', key, field) end
  redis.call('HINCRBY', K.counts, 'entries:' .. string.match(bucket, '^[%a_]+'), by)
  keep_with_feed(key, feed_id)
end

-- Counts an entry that a feed lists for the first time.
local function count_listed(feed_id, bucket)
  add_count(feed_id, 'listed', 1)
  add_count(feed_id, bucket, 1)
end

-- Counts a page, which is in process, for a feed whose entry it is; once.
local function count_page_for(id, feed_id)
  local key = K.page .. id
  local counted, as = unpack(redis.call('HMGET', key, 'counted', 'counted_as'))
  if not counted then
    count_listed(feed_id, redis.call('HGET', key, 'known_rev') == '0' and 'in_process' or 'joined')
    if redis.call('HGET', key, 'known_rev') ~= '0' then return end
    redis.call('HSET', key, 'counted', feed_id)
  elseif not string.find('\n' .. counted .. '\n', '\n' .. feed_id .. '\n', 1, true) then
    count_listed(feed_id, as or 'in_process')
    redis.call('HSET', key, 'counted', counted .. '\n' .. feed_id)
  end
end

-- Counts the page of an entry again that had given nothing, and is looked at once more.
local function count_retried(id, feed_id, bucket)
  local key = K.feed_counts .. feed_id
  if redis.call('HEXISTS', key, counted_field(key, bucket)) == 1 then
    add_count(feed_id, bucket, -1)
    add_count(feed_id, 'in_process', 1)
  else
    count_listed(feed_id, 'in_process')
  end
  redis.call('HSET', K.page .. id, 'counted', feed_id)
end

-- Notes how a page ended in a feed's window of recent ones; says whether its mark is new there.
local function note_end(feed_id, mark)
  local key = K.feed_counts .. feed_id
  local marks, met, bad = {}, false, 0
  for one in string.gmatch(redis.call('HGET', key, 'recent') or '', '%S+') do
    if one ~= WITHOUT_PAGE then marks[#marks + 1] = one end
    met = met or one == mark
  end
  if mark ~= WITHOUT_PAGE then marks[#marks + 1] = mark end
  while #marks > RECENT_PAGES do table.remove(marks, 1) end
  for _, one in ipairs(marks) do
    if one ~= '-' then bad = bad + 1 end
  end
  redis.call('HSET', key, 'recent', table.concat(marks, ' '))
  if #marks >= LEAST_PAGES and bad * 2 > #marks then
    redis.call('HSETNX', key, 'unreadable', string.format('%.0f', now))
  else
    redis.call('HDEL', key, 'unreadable')
  end
  return not met
end

local function title_of(entry)
  local read, said = pcall(cjson.decode, entry or '')
  local title = read and type(said) == 'table' and said.title
  if type(title) ~= 'string' then return '' end
  if #title <= TITLE_BYTES then return title end
  return (string.gsub(string.sub(title, 1, TITLE_BYTES), '[\194-\244][\128-\191]*$', ''))
end

-- Keeps what a feed lost of late, and says the first of each reason.
local function note_dropped(id, feed_id, reason, is_new)
  local title = title_of(redis.call('HGET', K.page .. id, 'entry'))
  local key = K.dropped_entries .. feed_id
  redis.call('LPUSH', key, cmsgpack.pack({id, reason, title, now}))
  redis.call('LTRIM', key, 0, DROPPED_ENTRIES - 1)
  keep_with_feed(key, feed_id)
  if not is_new then return end
  local feed = load_feed(feed_id)
  if feed then
    tell(feed, {'entries_dropped', 'time', written_time(now), 'reason', reason, 'id', id, 'title', title})
  end
end

-- Where an outcome counts.
local ENDS = {published = 'page', unchanged = 'page', not_modified = 'page', other_site = 'page',
  other_reader = 'page', gone = 'page', retracted = 'page', joined = 'joined',
  filtered = 'filtered', dropped = 'dropped:by_hand'}

-- Counts the end of a page, or where it is now, for each feed that it is counted for.
local function count_page_as(id, bucket)
  local counted, as = unpack(redis.call('HMGET', K.page .. id, 'counted', 'counted_as'))
  if not counted or (as or 'in_process') == bucket then return end
  redis.call('HSET', K.page .. id, 'counted_as', bucket)
  local kind, reason = string.match(bucket, '^(%a+):(.*)$')
  local mark = kind == 'feed' and '+' .. reason or reason or bucket == 'page' and '-'
  for feed_id in string.gmatch(counted, '[^\n]+') do
    add_count(feed_id, as or 'in_process', -1)
    add_count(feed_id, bucket, 1)
    local is_new = mark and note_end(feed_id, string.sub(mark, 1, REASON_CHARS))
    if kind == 'dropped' then note_dropped(id, feed_id, reason, is_new) end
  end
end

-- Counts a page that ends with an outcome. One that is counted already, as the feed's words are out, stays so.
local function count_end(id, outcome)
  local as = redis.call('HGET', K.page .. id, 'counted_as') or 'in_process'
  if as == 'in_process' or as == 'dead' then count_page_as(id, ENDS[outcome] or 'dropped:' .. outcome) end
end

-- Counts a page that is a dead letter now, unless an article is out already.
local function count_dead(id)
  local as = redis.call('HGET', K.page .. id, 'counted_as')
  if not as or as == 'in_process' then count_page_as(id, 'dead') end
end
