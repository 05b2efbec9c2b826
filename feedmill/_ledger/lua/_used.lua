-- The processor time that reading pages took, by site, in about the last ten minutes: two counts of ten minutes each,
-- of which the older one weighs less the further the newer one has gone (a sliding window counter).
-- K.used .. <number of the ten minutes> is a hash of site → ms.

local USED_MS, USED_SITES = 600000, 20000

local function used_key(back)
  return K.used .. string.format('%.0f', math.floor(now / USED_MS) - back)
end

-- Adds what reading took; `pairs_of` is site, ms, site, ms, …
local function note_used(pairs_of)
  local key = used_key(0)
  local room = USED_SITES - redis.call('HLEN', key)
  for at = 1, #pairs_of, 2 do
    local site = pairs_of[at]
    if room > 0 or redis.call('HEXISTS', key, site) == 1 then
      room = room - 1
      redis.call('HINCRBY', key, site, pairs_of[at + 1])
    end
  end
  if #pairs_of > 0 then redis.call('PEXPIRE', key, 2 * USED_MS) end
end

-- What each of some sites has used, as a table site → ms.
local function used_by(sites)
  local used = {}
  if #sites == 0 then return used end
  local left = 1 - now % USED_MS / USED_MS
  local newer = redis.call('HMGET', used_key(0), unpack(sites))
  local older = redis.call('HMGET', used_key(1), unpack(sites))
  for at, site in ipairs(sites) do
    used[site] = (tonumber(newer[at] or '') or 0) + math.floor((tonumber(older[at] or '') or 0) * left)
  end
  return used
end
