-- When a known article's page may be asked for again. What asks (a feed, a plan, a dead page's new words) is all one:
-- each time the next must wait twice as long, and there is an end. Planned visits stand in K.visits until they are due
-- and are no pages before: K.visit .. id is {url, site, entry, the worker's notes}.

local MINUTE_MS = 60000
local LONGEST_PAUSE_MS = 12 * 3600000
local PLAN_KEEP_MS = 7 * 86400000 -- after it was due

-- How often an article's page was asked for again, and when last.
local function visits_of(id)
  local value = recall(beside(id, 'visits'))
  if not value then return 0, 0 end
  local visits, minute = struct.unpack('>I1I4', value, 2)
  return visits, minute * MINUTE_MS
end

-- The moment from which the page may be asked for again; nil when it was `most` times already.
local function next_visit(id, most)
  local visits, last = visits_of(id)
  if most and visits >= most then return end
  if visits == 0 then return now end
  return math.max(now, last + math.min(MINUTE_MS * 2 ^ visits, LONGEST_PAUSE_MS))
end

local function count_visit(id, at)
  local visits = visits_of(id)
  remember(beside(id, 'visits'), 'v' .. struct.pack('>I1I4', math.min(visits + 1, 255), math.floor(at / MINUTE_MS)))
end

-- Plans a visit as the worker asked for it; none is asked for by ''.
local function plan_visit(id, asked)
  if asked == '' then return end
  local plan = cjson.decode(asked)
  redis.call('SET', K.visit .. id, cmsgpack.pack({plan.url, plan.site, plan.entry, plan.notes}), 'PX',
    plan.delay_ms + PLAN_KEEP_MS)
  redis.call('ZADD', K.visits, now + plan.delay_ms, id)
end

-- Takes a planned visit off the plan; nil when there is none.
local function take_visit(id)
  local packed = redis.call('GET', K.visit .. id)
  redis.call('ZREM', K.visits, id)
  if not packed then return end
  redis.call('DEL', K.visit .. id)
  local plan = cmsgpack.unpack(packed)
  return {url = plan[1], site = plan[2], entry = plan[3], notes = plan[4]}
end
