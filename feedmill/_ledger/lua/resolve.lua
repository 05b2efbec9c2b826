-- resolve: finds out whether a page's other names belong to another article, and joins it if so.
-- NEEDS    gate memory feeds accounting routes story_state lists visits pages
-- KEYS     the ledger's table K; uses story routes route_* page memory volume page_* pages_waiting owner gate slots
--          counts stream visits visit feed
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 fingerprint of the page as read · 6 n aliases · 7… aliases
--          · then names that only say so (a canonical link): they join where the fingerprint proves them true, and
--          are remembered for nobody
-- Returns  {article id, own 0 or 1, known revision, its fingerprint, how a numbered reader read it last or ''};
--          nil: the lease is lost
--          own 0: the page was settled as `joined`; its id and aliases lead to the other article from now on

local id = ARGV[3]
local key = K.page .. id
local AS_READ = 16 -- characters: the part of a fingerprint that is the page's before anything was learned
local told_from = 7 + tonumber(ARGV[6])
local names = {}
for at = 7, told_from - 1 do names[#names + 1] = ARGV[at] end

-- The other article that takes this page in; nil when there is none.
local function find_host(own_rev)
  if own_rev > 0 then return end -- published itself: both stay
  for _, name in ipairs(names) do
    local other, record, in_process = locate({name})
    if other and other ~= id then
      if in_process and page_get(other, 'state') ~= 'dead' then return other, record, true end
      if not in_process and record.rev > 0 then return other, record, false end
    end
  end
  local print = string.sub(ARGV[5], 1, AS_READ)
  for at = told_from, #ARGV do
    local other, record = locate({ARGV[at]})
    if other and other ~= id and record and record.rev > 0 and print ~= ''
      and string.sub(record.print, 1, AS_READ) == print then
      return other, record, redis.call('EXISTS', K.page .. other) == 1
    end
  end
end

local function join(other, record, in_process)
  local own_url, url, site, entry, feeds, tags = unpack(redis.call('HMGET', key, 'url', 'again_url', 'again_site',
    'again_entry', 'feeds', 'tags'))
  redis.call('HDEL', key, 'again_url', 'again_site', 'again_entry')
  end_page(id, 'joined')
  for feed_id in string.gmatch(feeds, '[^\n]+') do
    local feed = record and load_feed(feed_id)
    if feed then list_article(other, record, feed, own_url) end
  end
  if in_process then
    join_lists(other, feeds, tags)
    if entry then change_page(other, url, site, entry) end
  elseif entry then
    make_page(other, load_feed(string.match(feeds, '[^\n]+')), url, site, entry, record)
  end
  remember_alias(id, other)
  name_article(other, names)
end

return answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return false end
  local rev, print = unpack(redis.call('HMGET', key, 'known_rev', 'known_print'))
  local other, record, in_process = find_host(tonumber(rev))
  if not other then
    name_article(id, names)
    local _, known = find_article(id)
    return {id, 1, tonumber(rev), print, known and numbered_print(id, known) or ''}
  end
  join(other, record, in_process)
  if record then return {other, 0, record.rev, record.print, ''} end
  rev, print = unpack(redis.call('HMGET', K.page .. other, 'known_rev', 'known_print'))
  return {other, 0, tonumber(rev), print, ''}
end)
