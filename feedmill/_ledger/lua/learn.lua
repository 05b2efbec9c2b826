-- learn: adds an article's prints to what is known of its source, and tells how the others are like it.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses learned page page_queue page_leases held_for gate
-- ARGV     1 now · 2 token · 3 name of the memory · 4 page id · 5 hashes of the title's words, 3 bytes each
--          · 6 entries: 6 bytes of hash and 1 of weight each, 250 at most · 7 source · 8 site
--          · 9 how many articles are enough · 10 ms within which a waiting page counts as coming
-- Returns  {group, awaited, held, siblings}; these in one text, as a reply of 40 lists takes its reader ten times as
--          long: of each its group (16) · bytes of title (1) · title · count of shared entries (1) · their numbers
-- The memory is a list, the latest article first: id (16) · group (16) · count of title words (1) · title · entries.
-- An article known by its id is replaced: what is published again or updated counts once.

local MOST, KEEP_MS, HEAD, HASH, WIDTH = 40, 90 * 86400000, 33, 6, 7
local key, id, title, entries = K.learned .. ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local numbers, own_weight = {}, 0

local function number_entries()
  for at = 1, #entries, WIDTH do
    numbers[string.sub(entries, at, at + HASH - 1)] = (at - 1) / WIDTH
    own_weight = own_weight + string.byte(entries, at + HASH)
  end
end

-- Compares a record with the article; the second answer says whether they are one for counting.
local function compare(record)
  local from = HEAD + string.byte(record, HEAD) * 3 + 1
  local shared, shared_weight, weight = {}, 0, 0
  for at = from, #record, WIDTH do
    local w = string.byte(record, at + HASH)
    local number = numbers[string.sub(record, at, at + HASH - 1)]
    weight = weight + w
    if number then
      shared[#shared + 1] = string.char(number)
      shared_weight = shared_weight + w
    end
  end
  local sibling = string.sub(record, 17, 32) .. string.char(from - 1 - HEAD) .. string.sub(record, HEAD + 1, from - 1)
    .. string.char(#shared) .. table.concat(shared)
  return sibling, shared_weight * 2 > math.min(weight, own_weight)
end

local function remember(group)
  redis.call('LPUSH', key, id .. group .. string.char(#title / 3) .. title .. entries)
  redis.call('LTRIM', key, 0, MOST - 1)
  redis.call('PEXPIRE', key, KEEP_MS)
end

-- Counts the pages of the source and site that wait for their turn or are being read, as far as that matters.
-- Behind a gate that stays closed (429, 503) nothing is coming.
local function awaited()
  local count, near = 0, {}
  local soon = now + tonumber(ARGV[10])
  if opens_at(ARGV[8]) <= soon then
    near = redis.call('ZRANGEBYSCORE', K.page_queue .. ARGV[8], '-inf', soon, 'LIMIT', 0, 16)
  end
  for _, other in ipairs(redis.call('ZRANGE', K.page_leases, 0, 255)) do near[#near + 1] = other end
  for _, other in ipairs(near) do
    local source, site, held = unpack(redis.call('HMGET', K.page .. other, 'source', 'site', 'held'))
    if other ~= id and source == ARGV[7] and site == ARGV[8] and not held then count = count + 1 end
  end
  return count
end

return answer(ARGV[2], function()
  number_entries()
  local group, siblings = id, {}
  for _, record in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if string.sub(record, 1, 16) == id then
      redis.call('LREM', key, 1, record)
    else
      local sibling, twin = compare(record)
      if twin and group == id then group = string.sub(record, 17, 32) end
      siblings[#siblings + 1] = sibling
    end
  end
  remember(group)
  local coming = #siblings + 1 < tonumber(ARGV[9]) and awaited() or 0
  return {group, coming, redis.call('SCARD', K.held_for .. ARGV[7]), table.concat(siblings)}
end)
