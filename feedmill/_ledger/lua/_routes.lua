-- The one way into the stream of articles, and from there into the streams of the operator's [[routes]].
-- Whatever may fail comes first or is caught: when the append to the main stream fails nothing has changed, and a
-- route's stream that cannot be written (its key holds something else) costs no other stream its entry.
--
-- A route with firsts takes of each story its first article and that one's revisions. K.route_firsts .. name .. ':' ..
-- day has the first ones: story → article, 8 bytes each. A day expires whole after the window; what is met again is
-- written into the day that it is met on. What is unknown passes: rather a copy twice than an article never.

local ROUTE_DAY_MS = 86400000
local MAX_FIRSTS = 50000 -- stories of a route and day, 90 bytes each; further ones are not noted, so their copies pass

local function holds(list, value)
  for _, one in ipairs(list) do
    if one == value then return true end
  end
  return false
end

-- Whose words an entry has; those of older versions say it in their article alone.
local function text_from(entry)
  return entry.text_from or string.match(entry.article or '', '"text_from":"(%a+)"') or ''
end

-- Whether a route takes an entry: everything that the route names must hold, of the tags at least one.
local function takes(rule, entry)
  for list, field in pairs({sources = 'source', langs = 'lang', feeds = 'feed', events = 'event'}) do
    if rule[list] and not holds(rule[list], entry[field] or '') then return false end
  end
  if rule.text_from and not holds(rule.text_from, text_from(entry)) then return false end
  if not rule.tags then return true end
  for tag in string.gmatch(entry.tags or '', '[^,]+') do
    if holds(rule.tags, tag) then return true end
  end
  return false
end

-- Whether a route with firsts takes an article of a story, and which one is to be noted as its first, or nil. An
-- article that was last appended before the window may be one whose first is forgotten: it passes and is none.
local function is_first(name, days, entry, last_id)
  local own, day = raw(entry.id), math.floor(now / ROUTE_DAY_MS)
  for back = 0, days - 1 do
    local known = redis.pcall('HGET', K.route_firsts .. name .. ':' .. day - back, raw(entry.story))
    if type(known) == 'string' then return known == own, back > 0 and known or nil end
  end
  local last_ms = last_id and tonumber(string.match(last_id, '^%d+')) or now
  return true, last_ms > now - days * ROUTE_DAY_MS and own or nil
end

local function note_first(name, days, story, first)
  local day = math.floor(now / ROUTE_DAY_MS)
  local key = K.route_firsts .. name .. ':' .. day
  local held = redis.pcall('HLEN', key)
  if type(held) ~= 'number' or held >= MAX_FIRSTS then return end
  redis.call('HSET', key, raw(story), first)
  if held == 0 then redis.call('PEXPIRE', key, string.format('%.0f', (day + days) * ROUTE_DAY_MS - now)) end
end

-- The routes that an entry concerns: {name, is_taken, and where a first is to be noted days, story, first}.
local function routes_for(fields, last_id)
  local rules, routes, entry = redis.call('HGETALL', K.routes), {}, {}
  if #rules == 0 then return routes end
  for at = 1, #fields, 2 do entry[fields[at]] = fields[at + 1] end
  for at = 1, #rules, 2 do
    local name, rule = rules[at], cjson.decode(rules[at + 1])
    if takes(rule, entry) then
      local route = {name = name, is_taken = true, days = rule.firsts_days, story = entry.story}
      if route.days and route.story then
        route.is_taken, route.first = is_first(name, route.days, entry, last_id)
      end
      routes[#routes + 1] = route
    end
  end
  return routes
end

-- Appends an entry to the main stream and to those of its routes, under the same id where that is possible. `last_id`
-- is that of the article's last revision, nil for its first.
local function append_entry(fields, last_id)
  local routes = routes_for(fields, last_id)
  local stream_id = redis.call('XADD', K.stream, '*', unpack(fields))
  for _, route in ipairs(routes) do
    local said = {}
    if route.is_taken then
      said = redis.pcall('XADD', K.route_stream .. route.name, stream_id, unpack(fields))
      if said.err then said = redis.pcall('XADD', K.route_stream .. route.name, '*', unpack(fields)) end
      if said.err then redis.call('HINCRBY', K.counts, 'unrouted:' .. route.name, 1) end
    end
    if route.first and not said.err then note_first(route.name, route.days, route.story, route.first) end
  end
  return stream_id
end
