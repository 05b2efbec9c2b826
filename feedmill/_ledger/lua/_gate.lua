-- The gate of a site, for feeds and pages together, and the fair walk over sites.
-- A request may start when the site's moment has come and a slot is free; starting moves the moment by the gap.
-- What needs no request has the site "", which has no gate.
-- The site indexes hold lower bounds: a walk that meets a closed gate corrects the score and goes on.

local LINGER_MS = 60000
local PAUSED_MS = 60000 -- what is paused is looked at again so late; `resume` wakes it at once
local LOOKS = 64
local SHUT_MS = 60000 -- a gate that is shut for less is not what keeps a page from being asked for

-- The gap and the requests at a time that a site is given; the caller's are the operator's for all sites.
-- A site with a pace of its own has both in one string, "gap slots firm": firm ones are the operator's for this
-- site, others only make it slower.
local function pace_of(site, gap, per_site)
  local own = redis.call('GET', K.pace .. site)
  if not own then return gap, per_site end
  local own_gap, slots, firm = string.match(own, '^(%d+) (%d+) ([01])$')
  if firm == '1' then return tonumber(own_gap), tonumber(slots) end
  return math.max(gap, tonumber(own_gap)), math.min(per_site, tonumber(slots))
end

-- Whether the operator has paused it: `all`, `site:<site>` or `feed:<id>`. One read a script.
local pauses
local function is_paused(what)
  if not pauses then
    pauses = {}
    for _, name in ipairs(redis.call('HKEYS', K.paused)) do pauses[name] = true end
  end
  return pauses[what]
end

local function opens_at(site)
  if is_paused('site:' .. site) then return now + PAUSED_MS end
  return tonumber(redis.call('GET', K.gate .. site)) or 0
end

-- Milliseconds until a request to the site may start; 0 is now.
local function gate_wait(site, per_site)
  if site == '' then return 0 end
  local wait = math.max(0, opens_at(site) - now)
  local live = redis.call('ZCOUNT', K.slots .. site, '(' .. now, '+inf')
  if live >= per_site then
    local freed = redis.call('ZRANGEBYSCORE', K.slots .. site, '(' .. now, '+inf', 'WITHSCORES',
      'LIMIT', live - per_site, 1)
    wait = math.max(wait, tonumber(freed[2]) - now)
  end
  return wait
end

-- Starts a request, now or after `wait`: moves the moment, takes a slot for the feed or page.
local function enter(site, member, gap, lease, wait)
  if site == '' then return end
  wait = wait or 0
  redis.call('SET', K.gate .. site, now + wait + gap, 'PX', wait + gap + LINGER_MS)
  local slots = K.slots .. site
  redis.call('ZREMRANGEBYSCORE', slots, '-inf', now)
  redis.call('ZADD', slots, 'GT', now + wait + lease, member)
  local last = redis.call('ZRANGE', slots, -1, -1, 'WITHSCORES')
  redis.call('PEXPIRE', slots, last[2] - now)
end

-- When a site is looked at whose first member is due then, and whose gate opens so late. Where that stays shut pages
-- are looked at once, after each change: the feed's words may be due.
local function looked_at(index, due, opens)
  if index == K.page_sites and opens > now + SHUT_MS then return math.min(due, now) end
  return math.max(due, opens)
end

-- Puts one site where it belongs in an index, by its queue and its gate.
local function place(index, queue, site)
  local _, due = first(queue .. site)
  if due then
    redis.call('ZADD', index, looked_at(index, due, opens_at(site)), site)
  else
    redis.call('ZREM', index, site)
  end
end

local function place_both(site)
  place(K.feed_sites, K.feed_queue, site)
  place(K.page_sites, K.page_queue, site)
end

-- Ends a request: frees the slot of the feed or page.
local function vacate(site, member)
  if redis.call('ZREM', K.slots .. site, member) == 1 then place_both(site) end
end

-- Keeps everybody off a site for a while.
local function close_site(site, ms)
  if ms > 0 and now + ms > opens_at(site) then
    redis.call('SET', K.gate .. site, now + ms, 'PX', ms + LINGER_MS)
    place_both(site)
  end
end

-- Takes one member of a site in an index if its time has come and the site's gate is open; else corrects the site's
-- place in the index. A site that was served goes behind the others (by a fraction of a millisecond, `behind`, where
-- the gap is 0). `take(member)` does the leasing and answers what to collect; `take_shut(site, gap)` does where the
-- gate is shut.
local function serve(index, queue, site, per_site, gap, lease, take, behind, take_shut)
  local member, due = first(queue .. site)
  if site ~= '' then gap, per_site = pace_of(site, gap, per_site) end
  if not member then
    place(index, queue, site)
    return nil
  end
  local wait = due <= now and gate_wait(site, per_site)
  if wait ~= 0 then
    local taken = take_shut and take_shut(site, gap)
    local again = wait and now + wait or math.max(due, opens_at(site))
    redis.call('ZADD', index, taken and now + behind or again, site)
    return taken
  end
  redis.call('ZREM', queue .. site, member)
  enter(site, member, gap, lease)
  local taken = take(member)
  local _, following = first(queue .. site)
  if following then
    redis.call('ZADD', index, math.max(following, now + (site == '' and 0 or gap) + behind), site)
  else
    redis.call('ZREM', index, site)
  end
  return taken
end

-- Takes up to `limit` members whose time has come, round robin over the sites, passing each site's gate.
-- Looks are bounded, so a call's cost is too.
local function walk(index, queue, limit, per_site, gap, lease, take)
  local taken, looks = {}, 0
  while #taken < limit and looks < limit + LOOKS do
    looks = looks + 1
    local site, score = first(index)
    if not site or score >= now + 1 then break end
    taken[#taken + 1] = serve(index, queue, site, per_site, gap, lease, take, math.min(looks, 4000) / 4096)
  end
  return taken
end

-- The same in rounds over the first due sites, as `rank` orders them: it is given the sites and answers those to
-- serve, the first before the others in each round.
local function walk_ranked(index, queue, limit, per_site, gap, lease, take, rank, take_shut)
  local taken, looks = {}, 0
  if limit <= 0 then return taken end
  local sites = rank(redis.call('ZRANGEBYSCORE', index, '-inf', '(' .. now + 1, 'LIMIT', 0, limit + LOOKS))
  while #taken < limit and #sites > 0 do
    local served = {}
    for _, site in ipairs(sites) do
      if #taken >= limit or looks >= limit + LOOKS then return taken end
      looks = looks + 1
      local one = serve(index, queue, site, per_site, gap, lease, take, math.min(looks, 4000) / 4096, take_shut)
      if one then
        taken[#taken + 1] = one
        served[#served + 1] = site
      end
    end
    sites = served
  end
  return taken
end
