-- resolve: finds out whether a page's other names belong to another article, and joins it if so.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page memory volume page_* pages_waiting owner gate slots counts
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5… aliases
-- Returns  {article id, own 0 or 1, known revision, its fingerprint}; nil: the lease is lost
--          own 0: the page was settled as `joined`; its id and aliases lead to the other article from now on

local id = ARGV[3]
local key = K.page .. id
local names = {}
for at = 5, #ARGV do names[#names + 1] = ARGV[at] end

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
end

local function join(other, record, in_process)
  local url, site, entry, feeds, tags, source, feed = unpack(redis.call('HMGET', key, 'again_url', 'again_site',
    'again_entry', 'feeds', 'tags', 'source', 'feed'))
  redis.call('HDEL', key, 'again_url', 'again_site', 'again_entry')
  end_page(id, 'joined')
  if in_process then
    join_lists(other, feeds, tags)
    if entry then change_page(other, url, site, entry) end
  elseif entry then
    make_page(other, {source = source, url = feed, tags = {tags}}, url, site, entry, record)
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
    return {id, 1, tonumber(rev), print}
  end
  join(other, record, in_process)
  if record then return {other, 0, record.rev, record.print} end
  rev, print = unpack(redis.call('HMGET', K.page .. other, 'known_rev', 'known_print'))
  return {other, 0, tonumber(rev), print}
end)
