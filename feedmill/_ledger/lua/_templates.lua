-- Templates of sites, by source and host: 64 MiB of all, by least recent use, and 90 days each.
-- The name '' in template_sizes has the bytes of all. Uses template template_uses template_sizes.

local TEMPLATE_KEEP_MS, TEMPLATE_BYTES = 90 * 86400000, 67108864
local TEMPLATE_READERS = 2 -- fields of one: this reader's, and that of another version during an upgrade
local TEMPLATE_DROPS = 20 -- that a page lets go at most

local function read_template(name, reader)
  return redis.call('HGET', K.template .. name, reader)
end

local function resize_template(name, bytes)
  local before = tonumber(redis.call('ZSCORE', K.template_sizes, name)) or 0
  if bytes > 0 then redis.call('ZADD', K.template_sizes, bytes, name)
  else redis.call('ZREM', K.template_sizes, name) end
  if bytes ~= before then redis.call('ZINCRBY', K.template_sizes, bytes - before, '') end
end

local function drop_template(name)
  redis.call('DEL', K.template .. name)
  redis.call('ZREM', K.template_uses, name)
  resize_template(name, 0)
end

-- Lets go of those that no page has used in 90 days, and of the ones used least recently while there is no room.
local function make_template_room()
  for _ = 1, TEMPLATE_DROPS do
    local name, used = first(K.template_uses)
    local all = tonumber(redis.call('ZSCORE', K.template_sizes, '')) or 0
    if not name or (used >= now - TEMPLATE_KEEP_MS and all <= TEMPLATE_BYTES) then return end
    drop_template(name)
  end
end

local function write_template(name, reader, packed)
  local key = K.template .. name
  if packed == '' then redis.call('HDEL', key, reader) else
    if redis.call('HEXISTS', key, reader) == 0 and redis.call('HLEN', key) >= TEMPLATE_READERS then
      redis.call('DEL', key)
    end
    redis.call('HSET', key, reader, packed)
  end
  local bytes = 0
  for _, field in ipairs(redis.call('HKEYS', key)) do bytes = bytes + redis.call('HSTRLEN', key, field) end
  if bytes == 0 then return drop_template(name) end
  redis.call('PEXPIRE', key, TEMPLATE_KEEP_MS)
  redis.call('ZADD', K.template_uses, now, name)
  resize_template(name, bytes)
  make_template_room()
end
