-- What is known of an article's story, beside its record and in the story's hash, and the fields that say so.
-- K.story .. id exists from the second article on: size, sources, first and last in ms (when its first article was
-- out, when its last came), 's:' .. source → the id of its first article in the story.

local PERMUTATIONS = 64
local COPY = 0.8
local ALONE = 255 -- stands for equal minimums

-- The share of shingles in common that so many equal minimums tell; chance is taken off (text_signature.py).
local function similarity_of(equal)
  return math.max(0, (equal / PERMUTATIONS - 1 / 256) * 256 / 255)
end

-- The story of an article that was decided: {story, equal, size, sources}; nil where it is in none. How many it has
-- is what is known now, or was when it joined.
local function story_of(id)
  local value = recall(beside(id, 'story'))
  if not value then return nil end
  local story, equal, size, sources = struct.unpack('>c8BI2I2', value, 2)
  local state = {story = hex(story), equal = equal, size = size, sources = sources}
  local now_size, now_sources = unpack(redis.call('HMGET', K.story .. state.story, 'size', 'sources'))
  if now_size then state.size, state.sources = tonumber(now_size), tonumber(now_sources) end
  return state
end

-- The record of an article that is out; nil where it is not, or forgotten.
local function published_record(id)
  local value = recall(id)
  local record = value and #value ~= 8 and read_record(value)
  return record and record.rev > 0 and record or nil
end

local function remember_story(id, state)
  remember(beside(id, 'story'), 's' .. struct.pack('>c8BI2I2', raw(state.story), state.equal,
    math.min(state.size, 65535), math.min(state.sources, 65535)))
end

-- Puts the fields of a story behind those of an entry.
local function add_story_fields(fields, state)
  if not state then return end
  local alone = state.equal == ALONE
  local similarity = alone and 0 or similarity_of(state.equal)
  local relation = similarity >= COPY and 'copy' or 'edited'
  for _, one in ipairs({'story', state.story, 'story_size', string.format('%d', state.size),
    'story_sources', string.format('%d', state.sources),
    'similarity', alone and '' or string.format('%.2f', similarity), 'relation', alone and '' or relation}) do
    fields[#fields + 1] = one
  end
end
