-- What a process holds beside pages and feeds: slots on its way, and robots.txt files that it is fetching. They stand
-- in the set of its owner as "slot SITE MEMBER" and "robots ORIGIN", so that `abandon` finds them when it has died.

local function note_holding(owner, what)
  if owner == '' then return end
  redis.call('SADD', K.owner .. owner, what)
  redis.call('PEXPIRE', K.owner .. owner, OWNER_MS)
end

local function end_holding(owner, what)
  if owner ~= '' then redis.call('SREM', K.owner .. owner, what) end
end

-- Lets somebody else fetch an origin's robots.txt; what it said before stays known.
local function end_robots_claim(owner, origin)
  end_holding(owner, 'robots ' .. origin)
  local packed = redis.call('GET', K.robots .. origin)
  local record = packed and cmsgpack.unpack(packed)
  if not record or record[5] ~= owner then return false end
  record[5], record[6] = false, 0
  redis.call('SET', K.robots .. origin, cmsgpack.pack(record), 'KEEPTTL')
  return true
end

-- Gives one of them back; false: it is none of these, but a page.
local function end_holding_of_dead(owner, what)
  local origin = string.match(what, '^robots (.+)$')
  if origin then return end_robots_claim(owner, origin) and 'claim' or 'nothing' end
  local site, member = string.match(what, '^slot (%S+) (.+)$')
  if not site then return false end
  end_holding(owner, what)
  vacate(site, member)
  return 'slot'
end
