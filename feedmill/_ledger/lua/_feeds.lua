-- A feed's record, its place in the queues, and the entries it has listed.
-- A record is stored as a MessagePack array in the order of FIELDS, absent ones as false: names would cost 200 bytes
-- a feed. New fields go to the end.
-- Entry keys and versions lie together in chunks: sets of at most 512 integers, which Redis keeps compactly.
-- A chunk belongs to one month and expires whole 90 days after it. A feed has so many of them at most; of those, the
-- older half counts as an earlier month's, so that what is still listed is written again before they go.

local FIELDS = {
  'id', 'url', 'site', 'source', 'tags', 'interval', 'enabled', -- what the operator says
  'polls', 'failures', 'outcome', 'detail', 'status', 'reason', -- what the last poll left
  'last_poll_at', 'next_at', 'due_at', 'lease', 'owner',
  'etag', 'modified', 'body_hash', 'title', 'final_url', 'listed',
  'read_at', -- when its entries were last read, not just found unchanged
  'entries', 'chunks', -- seen so far; {number, month} of each chunk, oldest first
  'moved_to', 'stopped', 'fickle', 'notes', -- where it is now; gone for good; unsteady guids; the scheduler's own
  'flood', 'left', -- how many entries it brought, and what was left out (_admission.lua)
  'text', 'asked', -- whose words the operator wants; `poll` or `retry` where the next poll is one that was asked for
  'filters', 'has_filtered', -- which entries become pages (JSON text); whether any was held back, ever
}
local CHUNK = 512
local MOST_CHUNKS = 128
local DAY_MS = 86400000
local LEFT_DAYS = 7 -- for which entries that were left out are remembered
local today = math.floor(now / DAY_MS)
local SLICE = 1000 -- members per command, within Lua's stack

local function load_feed(id)
  local packed = redis.call('GET', K.feed .. id)
  if not packed then return end
  local row, feed = cmsgpack.unpack(packed), {}
  for at, name in ipairs(FIELDS) do feed[name] = row[at] or nil end
  feed.enabled = feed.enabled or false
  return feed
end

local function save_feed(feed)
  local row = {}
  for at, name in ipairs(FIELDS) do row[at] = feed[name] or false end
  redis.call('SET', K.feed .. feed.id, cmsgpack.pack(row), 'KEEPTTL')
end

local function schedule_feed(feed, at)
  feed.next_at = at
  if is_paused('feed:' .. feed.id) then return end -- `resume` does the rest
  redis.call('ZADD', K.feed_due, at, feed.id)
  redis.call('ZADD', K.feed_queue .. feed.site, at, feed.id)
  place(K.feed_sites, K.feed_queue, feed.site)
end

local function unschedule_feed(feed)
  redis.call('ZREM', K.feed_due, feed.id)
  redis.call('ZREM', K.feed_queue .. feed.site, feed.id)
  place(K.feed_sites, K.feed_queue, feed.site)
end

local function end_feed_lease(feed)
  redis.call('ZREM', K.feed_leases, feed.id)
  feed.lease, feed.owner = nil, nil
  vacate(feed.site, feed.id)
end

-- The month in which each of the members was last listed, by member; absent ones were never seen.
local function find_seen(feed, members)
  local months, missing = {}, members
  for at = #feed.chunks, 1, -1 do
    local chunk = feed.chunks[at]
    if forgotten_at(chunk[2]) <= now then break end
    local key = K.seen .. feed.id .. ':' .. chunk[1]
    local still = {}
    for from = 1, #missing, SLICE do
      local upto = math.min(from + SLICE - 1, #missing)
      local hits = redis.call('SMISMEMBER', key, unpack(missing, from, upto))
      for offset, hit in ipairs(hits) do
        local member = missing[from + offset - 1]
        if hit == 1 then
          months[member] = at > #feed.chunks - MOST_CHUNKS / 2 and chunk[2] or math.min(chunk[2], month - 1)
        else
          still[#still + 1] = member
        end
      end
    end
    missing = still
    if #missing == 0 then break end
  end
  return months
end

local function left_key(feed, day, number)
  return K.left .. feed.id .. ':' .. day .. ':' .. number
end

-- Those of the members that were left out.
local function find_left(feed, members)
  local left = {}
  for at = #(feed.left or {}), 1, -1 do
    local day, first_chunk, last_chunk = unpack(feed.left[at])
    if day + LEFT_DAYS <= today then break end
    for number = first_chunk, last_chunk do
      for from = 1, #members, SLICE do
        local upto = math.min(from + SLICE - 1, #members)
        local hits = redis.call('SMISMEMBER', left_key(feed, day, number), unpack(members, from, upto))
        for offset, hit in ipairs(hits) do
          if hit == 1 then left[members[from + offset - 1]] = true end
        end
      end
    end
  end
  return left
end

-- Remembers members for this month. The caller saves the feed's record afterwards.
local function add_seen(feed, members)
  local from = 1
  while from <= #members do
    local chunk = feed.chunks[#feed.chunks]
    local room = 0
    if chunk and chunk[2] >= month then
      room = CHUNK - redis.call('SCARD', K.seen .. feed.id .. ':' .. chunk[1])
    end
    if room <= 0 then
      chunk = {(chunk and chunk[1] or 0) + 1, month}
      feed.chunks[#feed.chunks + 1] = chunk
      room = CHUNK
    end
    local key = K.seen .. feed.id .. ':' .. chunk[1]
    local upto = math.min(from + room - 1, #members)
    redis.call('SADD', key, unpack(members, from, upto))
    redis.call('PEXPIRE', key, forgotten_at(chunk[2]) - now)
    from = upto + 1
  end
  while #feed.chunks > 1 and (forgotten_at(feed.chunks[1][2]) <= now or #feed.chunks > MOST_CHUNKS) do
    redis.call('DEL', K.seen .. feed.id .. ':' .. feed.chunks[1][1])
    table.remove(feed.chunks, 1)
  end
end

local EVENTS_LENGTH = 10000

-- Tells the events stream what happened to a feed: a name, then field and value in turn.
local function tell(feed, event)
  local fields = {}
  for at = 2, #event do fields[#fields + 1] = event[at] end
  redis.call('XADD', K.events_stream, 'MAXLEN', '~', EVENTS_LENGTH, '*', 'event', event[1], 'feed', feed.url,
    'source', feed.source, 'site', feed.site, unpack(fields))
end
