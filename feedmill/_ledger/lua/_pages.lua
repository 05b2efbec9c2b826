-- A page in process; needs lists and visits where it makes or ends pages. It is in exactly one of four places:
-- waiting (ready or deferred), leased, held, dead; its hash says which in `state`. Fields: state url site source feed
-- feeds (ids of the feeds that list it) tags entry attempts failures first_failed_at listed_at known_rev known_print
-- visit (what the worker noted at the last visit) maker (the id of the feed it is counted for) backfill (it came by
-- one) lease owner begun slots reason detail died_at ends (of processes while it was being fetched) run_failures
-- run_began run_ends (of failures and ends, what `begin` ended) held (the extracted blocks) again_url again_site
-- again_entry (a change that came while somebody worked on it) counted counted_as (_accounting.lua).

local DEAD_LENGTH = 10000

local function page_get(id, field)
  return redis.call('HGET', K.page .. id, field)
end

local function page_leased_by(id, lease)
  return page_get(id, 'lease') == lease
end

local function count(name, by)
  redis.call('HINCRBY', K.counts, name, by)
end

local function wait_page(id, site, at)
  redis.call('HSET', K.page .. id, 'state', 'waiting')
  redis.call('ZADD', K.pages_waiting, at, id)
  redis.call('ZADD', K.page_queue .. site, at, id)
  place(K.page_sites, K.page_queue, site)
end

local function hold_page(id, source, at)
  redis.call('HSET', K.page .. id, 'state', 'held')
  redis.call('ZADD', K.pages_held, at, id)
  redis.call('SADD', K.held_for .. source, id)
end

-- Frees the slots of a page's requests.
local function free_slots(id)
  local sites = page_get(id, 'slots')
  if not sites then return end
  redis.call('HDEL', K.page .. id, 'slots')
  for site in string.gmatch(sites, '[^\n]+') do vacate(site, id) end
end

local function lease_page(id, owner, lease, ms)
  redis.call('HSET', K.page .. id, 'state', 'leased', 'lease', lease, 'owner', owner, 'begun', '0')
  redis.call('ZADD', K.page_leases, now + ms, id)
  redis.call('SADD', K.owner .. owner, id)
  redis.call('PEXPIRE', K.owner .. owner, OWNER_MS)
end

local function end_page_lease(id)
  local owner = page_get(id, 'owner')
  redis.call('ZREM', K.page_leases, id)
  if owner then redis.call('SREM', K.owner .. owner, id) end
  free_slots(id)
  redis.call('HDEL', K.page .. id, 'lease', 'owner', 'begun')
end

-- Where the first known name of several leads: an id, its record in memory, and whether it is in process.
local function locate(names)
  for _, name in ipairs(names) do
    local id, record = name, nil
    if redis.call('EXISTS', K.page .. id) == 0 then
      id, record = find_article(name)
    end
    if id then
      local in_process = redis.call('EXISTS', K.page .. id) == 1
      if in_process or record then return id, record, in_process end
    end
  end
end

-- Makes names lead to an article, as far as they lead nowhere yet; what an earlier month knew is written again.
local function name_article(id, names)
  for _, name in ipairs(names) do
    if name ~= id then
      if recall(name) then
        renew(name)
      elseif redis.call('EXISTS', K.page .. name) == 0 then
        remember_alias(name, id)
      end
    end
  end
end

-- The feeds of an article: the first that is still known gives source and URL, all give their tags.
local function unite_feeds(id, feed)
  local ids, tags, leading = {}, '', nil
  for _, feed_id in ipairs(feeds_of(id)) do
    local lister = load_feed(feed_id)
    if lister then
      leading = leading or lister
      ids[#ids + 1] = feed_id
      tags = unite(tags, table.concat(lister.tags, '\n'))
    end
  end
  if feed then
    ids[#ids + 1] = feed.id
    tags = unite(tags, table.concat(feed.tags, '\n'))
  end
  return leading or feed, unite('', table.concat(ids, '\n')), tags
end

-- Makes a waiting page of an entry; `feed` lists it now, or is nil. `known` is what memory has of the article, or
-- nil: a page that was asked for before waits its time.
local function make_page(id, feed, url, site, entry, known)
  local leading, feeds, tags = unite_feeds(id, feed)
  local at, visit = now, nil
  if known then
    at, visit = next_visit(id), take_visit(id)
    count_visit(id, at)
  end
  count('discovered', 1)
  redis.call('HSET', K.page .. id, 'url', url, 'site', site, 'source', leading.source, 'feed', leading.url,
    'feeds', feeds, 'tags', tags, 'entry', entry, 'attempts', 0, 'failures', 0,
    'listed_at', now, 'known_rev', known and known.rev or 0,
    'known_print', known and known.rev > 0 and known.print or '',
    'visit', visit and visit.notes or '')
  wait_page(id, site, at)
end

-- Gives a dead page another try.
local function revive_page(id, site, at)
  redis.call('ZREM', K.pages_dead, id)
  count_page_as(id, 'in_process')
  redis.call('HSET', K.page .. id, 'attempts', 0, 'failures', 0)
  redis.call('HDEL', K.page .. id, 'first_failed_at', 'reason', 'detail', 'died_at', 'ends', 'run_ends')
  wait_page(id, site, at)
end

-- Gives a page the newer words of its entry; asks for another round where somebody works on the old ones. A dead page
-- gets another try, `most` times, each time later.
local function change_page(id, url, site, entry, most)
  local key = K.page .. id
  local state, old_site = unpack(redis.call('HMGET', key, 'state', 'site'))
  if state == 'leased' or state == 'held' then
    redis.call('HSET', key, 'again_url', url, 'again_site', site, 'again_entry', entry)
    return
  end
  redis.call('HSET', key, 'url', url, 'site', site, 'entry', entry)
  if state == 'dead' then
    local at = next_visit(id, most)
    if at then
      count_visit(id, at)
      revive_page(id, site, at)
    end
  elseif state == 'waiting' and site ~= old_site then
    local at = redis.call('ZSCORE', K.pages_waiting, id)
    redis.call('ZREM', K.page_queue .. old_site, id)
    place(K.page_sites, K.page_queue, old_site)
    wait_page(id, site, at)
  end
end

local function join_lists(id, feeds, tags)
  local key = K.page .. id
  local old_feeds, old_tags = unpack(redis.call('HMGET', key, 'feeds', 'tags'))
  redis.call('HSET', key, 'feeds', unite(old_feeds, feeds), 'tags', unite(old_tags, tags))
end

-- Takes a page that is no longer in process off the counts of its feed and site.
local function uncount_page(id)
  local maker, backfill, site = unpack(redis.call('HMGET', K.page .. id, 'maker', 'backfill', 'site'))
  if maker then redis.call('SREM', K.made .. maker, id) end
  if backfill then redis.call('SREM', K.backfilled .. site, id) end
end

-- Ends the work on a page: counts the outcome, forgets the process, starts another round if one was asked for.
local function end_page(id, outcome)
  end_page_lease(id)
  count('settled:' .. outcome, 1)
  count_end(id, outcome)
  local key = K.page .. id
  local url, site, entry = unpack(redis.call('HMGET', key, 'again_url', 'again_site', 'again_entry'))
  if not entry then
    uncount_page(id)
    redis.call('DEL', key)
    return
  end
  local _, known = find_article(id)
  local at, visit = next_visit(id), take_visit(id)
  count_visit(id, at)
  redis.call('HDEL', key, 'again_url', 'again_site', 'again_entry', 'held', 'reason', 'first_failed_at',
    'counted', 'counted_as', 'run_ends')
  redis.call('HSET', key, 'url', url, 'site', site, 'entry', entry, 'attempts', 0, 'failures', 0, 'listed_at', now,
    'known_rev', known and known.rev or 0, 'known_print', known and known.rev > 0 and known.print or '',
    'visit', visit and visit.notes or '')
  count('discovered', 1)
  wait_page(id, site, at)
end

-- Ends a page without a stream entry; what was published of it before stays remembered.
local function settle_page(id, outcome)
  local _, known = find_article(id)
  if known and known.rev > 0 then
    renew(id)
  else
    remember_article(id, 0, '', outcome)
  end
  end_page(id, outcome)
end

-- Returns a page for later: among the held ones when its request lies behind it, else among the waiting.
local function return_page(id, at)
  local site, source, blocks = unpack(redis.call('HMGET', K.page .. id, 'site', 'source', 'held'))
  end_page_lease(id)
  if blocks then
    hold_page(id, source, at)
  else
    wait_page(id, site, at)
  end
end

local function bury_page(id, reason, detail)
  local key = K.page .. id
  local url, source, attempts = unpack(redis.call('HMGET', key, 'url', 'source', 'attempts'))
  redis.call('XADD', K.dead_stream, 'MAXLEN', '~', DEAD_LENGTH, '*', 'id', id, 'url', url, 'reason', reason,
    'detail', detail, 'attempts', attempts, 'source', source)
  end_page_lease(id)
  uncount_page(id)
  count_dead(id)
  redis.call('HDEL', key, 'held')
  local again = redis.call('HMGET', key, 'again_url', 'again_site', 'again_entry')
  redis.call('HDEL', key, 'again_url', 'again_site', 'again_entry')
  redis.call('HSET', key, 'state', 'dead', 'reason', reason, 'detail', detail, 'died_at', now)
  redis.call('ZADD', K.pages_dead, now, id)
  if again[3] then change_page(id, again[1], again[2], again[3]) end
end

-- A page that was only being fetched when its process ended, with none begun, may be what ended it. After some
-- such ends it waits longer each time, and no two pages alike, so that each comes to be fetched alone.
local SUSPECT_AFTER, SUSPECT_MS, SUSPECT_MOST_MS, SUSPECT_ENDS = 5, 10000, 3600000, 12

local function suspected_for(id, ends)
  if ends <= SUSPECT_AFTER then return 0 end
  local wait = math.min(SUSPECT_MS * 2 ^ (ends - SUSPECT_AFTER - 1), SUSPECT_MOST_MS)
  return math.floor(wait * (1 + tonumber(string.sub(redis.sha1hex(id), 1, 4), 16) / 65536))
end

-- Takes a page from an owner who will not come back. Answers 'buried' or 'returned'.
local function recover_page(id, reason, max_attempts, suspect)
  local begun, attempts = unpack(redis.call('HMGET', K.page .. id, 'begun', 'attempts'))
  local ends = suspect and redis.call('HINCRBY', K.page .. id, 'ends', 1) or 0
  if ends >= SUSPECT_ENDS or begun == '1' and tonumber(attempts) >= max_attempts then
    bury_page(id, reason, 'the process that worked on it ended')
    return 'buried'
  end
  return_page(id, now + suspected_for(id, ends))
  return 'returned'
end
