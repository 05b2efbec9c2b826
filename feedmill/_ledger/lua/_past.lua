-- Jobs on a feed's past: pages of older entries to look through, to fill a gap or because the operator asks for it.
-- A job is stored as a MessagePack array {state, lease, lease's end}; its state is the scheduler's own. Jobs that the
-- scheduler is to do by itself stand in past_due; those of `feedmill backfill` are claimed by name.

local PAST_MS = 30 * 86400000

local function load_past(name)
  local packed = redis.call('GET', K.past .. name)
  return packed and cmsgpack.unpack(packed)
end

local function save_past(name, job)
  redis.call('SET', K.past .. name, cmsgpack.pack(job), 'PX', PAST_MS)
end

-- Opens a job unless there is one; `at` is when the scheduler may begin, or nil.
local function open_past(name, state, at)
  if redis.call('EXISTS', K.past .. name) == 1 then return end
  save_past(name, {state, false, 0})
  if at then redis.call('ZADD', K.past_due, at, name) end
end

local function end_past(name)
  redis.call('DEL', K.past .. name)
  redis.call('ZREM', K.past_due, name)
end
