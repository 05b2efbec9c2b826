-- Tells the stream K.story_events that a story has come to so many sources. That is the last step of a publish: the
-- article's entry is out, and what fails here loses nothing.

local STEPS = {[2] = true, [3] = true, [5] = true, [10] = true, [20] = true, [50] = true, [100] = true, [200] = true,
  [500] = true, [1000] = true}
local STORY_EVENTS, NAMED_SOURCES = 10000, 50 -- entries of the stream; sources that an entry names

-- The names of a story's sources as JSON, in the order of their bytes, NAMED_SOURCES at most.
local function sources_of(story)
  local names = {}
  for _, field in ipairs(redis.call('HKEYS', K.story .. story)) do
    if string.sub(field, 1, 2) == 's:' then names[#names + 1] = string.sub(field, 3) end
  end
  table.sort(names)
  for at = #names, NAMED_SOURCES + 1, -1 do names[at] = nil end
  return cjson.encode(names)
end

-- Tells of the story that `decide_story` chose, where the entry brought it to one of the STEPS.
local function tell_story(state, entry_id)
  if not state or not state.has_grown or state.subject.has_events == 0 or not STEPS[state.sources] then return end
  local record = published_record(state.story)
  local first = record and entry_of(record) or {}
  local since = redis.call('HGET', K.story .. state.story, 'first')
  local said = redis.pcall('XADD', K.story_events, 'MAXLEN', '~', STORY_EVENTS, '*', 'event', 'reached',
    'story', state.story, 'story_size', string.format('%d', state.size),
    'story_sources', string.format('%d', state.sources), 'sources', sources_of(state.story),
    'first_entry', record and record.stream_id or '', 'first_source', first.source or '',
    'first_url', first.url or '', 'entry', entry_id, 'since', written_time(tonumber(since)), 'time', written_time(now))
  if said.err then redis.call('HINCRBY', K.counts, 'untold:stories', 1) end
end
