-- The one way into the stream of articles, and from there into the streams of the operator's [[routes]].
-- Whatever may fail comes first or is caught: when the append to the main stream fails nothing has changed, and a
-- route's stream that cannot be written (its key holds something else) costs no other stream its entry.

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

-- The names of the routes that take an entry.
local function routes_for(fields)
  local rules, names, entry = redis.call('HGETALL', K.routes), {}, {}
  if #rules == 0 then return names end
  for at = 1, #fields, 2 do entry[fields[at]] = fields[at + 1] end
  for at = 1, #rules, 2 do
    if takes(cjson.decode(rules[at + 1]), entry) then names[#names + 1] = rules[at] end
  end
  return names
end

-- Appends an entry to the main stream and to those of its routes, under the same id where that is possible.
local function append_entry(fields)
  local names = routes_for(fields)
  local stream_id = redis.call('XADD', K.stream, '*', unpack(fields))
  for _, name in ipairs(names) do
    local said = redis.pcall('XADD', K.route_stream .. name, stream_id, unpack(fields))
    if said.err then said = redis.pcall('XADD', K.route_stream .. name, '*', unpack(fields)) end
    if said.err then redis.call('HINCRBY', K.counts, 'unrouted:' .. name, 1) end
  end
  return stream_id
end
