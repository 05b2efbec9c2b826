-- What is remembered of articles: 8-byte name → record (revision, stream id, fingerprint) or the id it stands for.
-- Names lie in small hashes (shards) of volumes. A volume is open for a month of 30 days or until it is full and
-- expires whole 90 days after its month; what is met again in a later month is written again, so it lives on.

local MONTH_MS = 30 * 86400000
local KEEP_MS = 90 * 86400000
local SHARD_FIELDS = 96 -- on average: small enough for the compact encoding of hashes
local LEAST_BITS, MOST_BITS = 6, 24
local NO_SITE = '00000000' -- stands for the site of a revision that was made of the feed's words
local PRINT, HALVES = 40, 32 -- characters: a fingerprint, and the part of it that is of the text
local month = math.floor(now / MONTH_MS)
local volumes -- newest first, read once per call

-- When what was written in a month is forgotten.
local function forgotten_at(in_month)
  return (in_month + 1) * MONTH_MS + KEEP_MS
end

-- The bytes that hexadecimal digits stand for. Those of names, which have 16, come in two pieces: a pair of digits at a
-- time takes longer, and a publish does it many times.
local function raw(hex)
  local high, low = tonumber(string.sub(hex, 1, 8), 16), tonumber(string.sub(hex, 9), 16)
  if #hex == 16 and high and low then return struct.pack('>I4I4', high, low) end
  return (string.gsub(hex, '%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

local function hex(bytes)
  if #bytes == 8 then return string.format('%08x%08x', struct.unpack('>I4I4', bytes)) end
  return (string.gsub(bytes, '.', function(byte) return string.format('%02x', string.byte(byte)) end))
end

local function read_volumes()
  if volumes then return volumes end
  volumes = {}
  local register = redis.call('HGETALL', K.memory)
  for at = 1, #register, 2 do
    local number = tonumber(register[at])
    if number then
      local in_month, bits = string.match(register[at + 1], '^(%d+) (%d+)$')
      volumes[#volumes + 1] = {number = number, month = tonumber(in_month), bits = tonumber(bits)}
    end
  end
  table.sort(volumes, function(a, b) return a.number > b.number end)
  return volumes
end

-- The shard of a name: as many leading bits of it as the volume has bits of shards.
local function shard(volume, name)
  local leading = tonumber(string.sub(name, 1, 6), 16)
  return K.volume .. volume.number .. ':' .. math.floor(leading / 2 ^ (24 - volume.bits))
end

-- The volume to write in: the newest, or the next when its month is over or it is full.
local function open_volume()
  local newest = read_volumes()[1]
  local bits, number = LEAST_BITS, 1
  if newest then
    number = newest.number + 1
    bits = math.max(LEAST_BITS, newest.bits - 2)
    if newest.month >= month then
      local size = tonumber(redis.call('HGET', K.memory, 'size:' .. newest.number)) or 0
      if size < SHARD_FIELDS * 2 ^ newest.bits or newest.bits == MOST_BITS then return newest end
      bits = math.min(MOST_BITS, newest.bits + 2)
    end
  end
  local opened = {number = number, month = month, bits = bits}
  redis.call('HSET', K.memory, number, month .. ' ' .. bits)
  for at = #volumes, 1, -1 do
    local old = volumes[at]
    if forgotten_at(old.month) <= now then
      redis.call('HDEL', K.memory, old.number, 'size:' .. old.number)
      table.remove(volumes, at)
    end
  end
  table.insert(volumes, 1, opened)
  return opened
end

local function remember(name, value)
  local volume = open_volume()
  local key = shard(volume, name)
  if redis.call('HSET', key, raw(name), value) == 1 then
    redis.call('HINCRBY', K.memory, 'size:' .. volume.number, 1)
    if redis.call('HLEN', key) == 1 then redis.call('PEXPIRE', key, forgotten_at(volume.month) - now) end
  end
end

-- The newest value of a name and the month it was written in; nil when there is none.
local function recall(name)
  local field = raw(name)
  for _, volume in ipairs(read_volumes()) do
    if forgotten_at(volume.month) <= now then break end
    local value = redis.call('HGET', shard(volume, name), field)
    if value then return value, volume.month end
  end
end

-- The name under which more is remembered of an article, beside its record.
local function beside(id, what)
  return string.sub(redis.sha1hex(id .. ':' .. what), 1, 16)
end

local BESIDE = {'visits', 'reader', 'story', 'feeds1', 'feeds2', 'feeds3', 'feeds4', 'feeds5', 'feeds6', 'feeds7',
  'feeds8'}

-- Writes again what stands beside an article's record.
local function renew_beside(id)
  for at, what in ipairs(BESIDE) do
    local name = beside(id, what)
    local value, in_month = recall(name)
    if value and in_month < month then remember(name, value) end
    if at > 3 and not value then break end
  end
end

local function remember_alias(name, id)
  if name ~= id then remember(name, raw(id)) end
end

local function remember_article(id, rev, stream_id, print)
  local ms, seq = string.match(stream_id, '^(%d+)-(%d+)$')
  if string.find(print, '^[0-9a-f]+$') and #print % 2 == 0 then
    print = 'h' .. raw(print)
  else
    print = 's' .. print
  end
  remember(id, struct.pack('>I2I6I2', rev, tonumber(ms) or 0, tonumber(seq) or 0) .. print)
  renew_beside(id)
end

local function read_record(value)
  local rev, ms, seq, at = struct.unpack('>I2I6I2', value)
  local print = string.sub(value, at + 1)
  if string.sub(value, at, at) == 'h' then print = hex(print) end
  return {rev = rev, stream_id = string.format('%.0f-%d', ms, seq), print = print}
end

-- Notes which reader made what print of an article's last revision, beside its record: the record keeps the print of
-- whoever published it, which readers without a number compare with. `numbered` is a print with two more digits.
local function remember_reader(id, rev, numbered, own)
  local value = 'r' .. struct.pack('>I2', rev) .. raw(string.sub(numbered, PRINT + 1))
  local halves = string.sub(numbered, 1, HALVES)
  if halves ~= string.sub(own, 1, HALVES) then value = value .. raw(halves) end
  remember(beside(id, 'reader'), value)
end

-- Notes how another reader reads the last revision; of what is not out or was retracted nothing is noted. Says whether
-- a page says what the feed's words said that were published: from now on the revision counts as the page's.
local function note_reading(id, numbered)
  local value = recall(id)
  local record = value and #value ~= 8 and read_record(value)
  if not record or record.rev == 0 or #record.print ~= PRINT then return false end
  local print, came = string.sub(numbered, 1, PRINT), false
  if string.sub(record.print, HALVES + 1) == NO_SITE and string.sub(print, HALVES + 1) ~= NO_SITE then
    remember_article(id, record.rev, record.stream_id, print)
    record.print, came = print, true
  end
  remember_reader(id, record.rev, numbered, record.print)
  return came
end

-- The print that a numbered reader made of the last revision, with its number; '' where none did.
local function numbered_print(id, record)
  local value = recall(beside(id, 'reader'))
  if not value or struct.unpack('>I2', value, 2) ~= record.rev then return '' end
  local print = record.print
  if #value > 4 then print = hex(string.sub(value, 5)) .. string.sub(print, HALVES + 1) end
  return print .. hex(string.sub(value, 4, 4))
end

-- Where a name leads: an id and its record. The record is nil while the article has not settled; both are nil
-- when the name is unknown.
local function find_article(name)
  local id
  for _ = 1, 8 do
    local value, in_month = recall(name)
    if not value then return id end
    if #value ~= 8 then
      local record = read_record(value)
      record.month = in_month
      return name, record
    end
    name = hex(value)
    id = name
  end
  return id
end

-- Writes again what was last written in an earlier month.
local function renew(name)
  local value, in_month = recall(name)
  if value and in_month < month then
    remember(name, value)
    if #value == 8 then renew(hex(value)) else renew_beside(name) end
  end
end
