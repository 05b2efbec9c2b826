-- Every script of a group: its keys, and what several of them do.
-- KEYS     1 the stream (lane 1) · 2 dead letters tried again (lane 2) · 3 dead letters · 4 tries · 5 alive · 6 protected
--          7 a webhook's state
-- ARGV     1 group · 2 consumer · 3 the process's token · 4… the script's own
-- Whatever changes something says which state it wants, so that it may be sent twice.

local DEAD, TRIES, ALIVE, PROTECTED, HOOK = KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local group, name, token = ARGV[1], ARGV[2], ARGV[3]
local MOST_DEAD, TRIES_S = 10000, 30 * 86400
local OF_A_LETTER = {entry = true, error = true, deliveries = true, consumer = true}

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function place(lane, id) return lane .. '/' .. id end

-- How often work on an entry was begun, and what was said of the last time.
local function tried(lane, id)
  local noted = redis.call('HGET', TRIES, place(lane, id))
  if not noted then return 0, '' end
  local count, said = string.match(noted, '^(%d+) ?(.*)$')
  return tonumber(count), said
end

local function note(lane, id, count, said)
  if count == 0 then
    redis.call('HDEL', TRIES, place(lane, id))
  else
    redis.call('HSET', TRIES, place(lane, id), count .. ' ' .. said)
    redis.call('EXPIRE', TRIES, TRIES_S)
  end
end

-- Whether an entry is pending under this consumer's name: another may have claimed it.
local function is_mine(lane, id)
  local found = redis.call('XPENDING', KEYS[lane], group, id, id, 1)
  return found[1] and found[1][2] == name
end

local function finish(lane, id)
  redis.call('XACK', KEYS[lane], group, id)
  if lane == 2 then redis.call('XDEL', KEYS[lane], id) end
  redis.call('HDEL', TRIES, place(lane, id))
end

-- Keep an entry under this consumer's name, as if it had been idle for so long.
local function keep(lane, id, idle)
  redis.call('XCLAIM', KEYS[lane], group, name, 0, id, 'IDLE', idle, 'JUSTID')
end

-- Move an entry to the group's dead letters; the append comes first, for it can fail.
local function bury(lane, id, fields, count, said)
  local letter = {'entry', id, 'error', said, 'deliveries', count, 'consumer', name}
  for at = 1, #fields, 2 do
    if lane == 2 and fields[at] == 'entry' then
      letter[2] = fields[at + 1]
    elseif not OF_A_LETTER[fields[at]] then
      letter[#letter + 1] = fields[at]
      letter[#letter + 1] = fields[at + 1]
    end
  end
  redis.call('XADD', DEAD, 'MAXLEN', '~', MOST_DEAD, '*', unpack(letter))
  finish(lane, id)
end

-- Hand an entry to the caller, unless it is gone from the stream or was begun too often: then it is settled here.
local function offer(offers, lane, id, fields, most)
  local count, said = tried(lane, id)
  if not fields then
    finish(lane, id)
  elseif count >= most then
    bury(lane, id, fields, count, said)
    offers.buried = offers.buried + 1
  else
    offers[#offers + 1] = {lane, id, fields, count}
  end
end
