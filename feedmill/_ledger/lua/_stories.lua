-- Which story an article is of: that of the article of the last days whose text is most like its own. The rules are
-- those of worker/stories/story_choice.py. A day's bucket, K.stories .. day, holds for each band of a signature (4
-- bytes) the numbers of its latest articles (4 bytes each), for each number, behind 'a', what the choice must know of
-- the article, and under 'n' the last number. It expires whole.

local DAY_MS = 86400000
local BANDS, MEMBERS, VERIFIED = 32, 8, 8
local LIKE, MOST_LIKE = 61, 4 -- equal minimums, and articles of a day so like one another that are found by bands
local MAX_SOURCES = 1000
local STORY_MS = 30 * DAY_MS -- a story's hash after its last article
local LEAST, LEAST_SHORT, LEAST_UNTITLED = 0.3, 0.6, 0.5
local SHORT_WORDS, SHARED_TITLE_WORDS = 80, 2
local SUBJECT = '>c128c64I2BBBBc0Bc0' -- before the title's words
local RECORD = '>c8c8c64I2BBc0Bc0'
local EACH_BAND = '>' .. string.rep('c4', BANDS)
local LEAST_EQUAL = 20 -- minimums: below LEAST
local today = math.floor(now / DAY_MS)

-- What the worker says of an article's text (feedmill/_ledger/core/story_subject.py).
local function read_subject(id, packed)
  local bands, minimums, words, is_short, days, has_events, source, lang, at = struct.unpack(SUBJECT, packed)
  local subject = {id = raw(id), minimums = minimums, words = words, is_short = is_short, days = days,
    has_events = has_events, source = source, lang = lang, titles = string.sub(packed, at),
    bands = {struct.unpack(EACH_BAND, bands)}}
  subject.bands[BANDS + 1] = nil -- where the next would begin
  return subject
end

-- Of candidates the VERIFIED that share the most bands, the earlier of equals first.
local function keep_most_hits(all)
  local of_hits, kept = {}, {}
  for at = 1, #all do
    local one = all[at]
    local equals = of_hits[one.hits]
    if equals then equals[#equals + 1] = one else of_hits[one.hits] = {one} end
  end
  for hits = BANDS, 1, -1 do
    local equals = of_hits[hits]
    for at = 1, equals and #equals or 0 do
      kept[#kept + 1] = equals[at]
      if #kept == VERIFIED then return kept end
    end
  end
  return kept
end

-- The articles that share bands with a text, those of the most bands, VERIFIED at most; and what today's bands hold.
local function find_candidates(subject)
  local all, found = {}, nil
  for day = today - subject.days + 1, today do
    found = redis.call('HMGET', K.stories .. day, unpack(subject.bands))
    local hits = {}
    for band = 1, BANDS do
      local members = found[band]
      if members then
        for at = 1, #members, 4 do
          local number = string.sub(members, at, at + 3)
          local one = hits[number]
          if one then
            one.hits = one.hits + 1
          else
            one = {day = day, number = number, hits = 1}
            hits[number], all[#all + 1] = one, one
          end
        end
      end
    end
  end
  return #all > VERIFIED and keep_most_hits(all) or all, found
end

local function count_shared(one, two)
  local held, shared = {}, 0
  for at = 1, #one, 4 do held[string.sub(one, at, at + 3)] = true end
  for at = 1, #two, 4 do
    if held[string.sub(two, at, at + 3)] then shared = shared + 1 end
  end
  return shared
end

local function may_join(subject, other, similarity)
  if subject.id == other.id or subject.lang ~= other.lang then return false end
  local is_own = subject.source == other.source
  local is_short = math.min(subject.words, other.words) < SHORT_WORDS
  if similarity < ((is_own or is_short) and LEAST_SHORT or LEAST) then return false end
  if (not is_own or similarity >= COPY) and similarity >= LEAST_UNTITLED then return true end
  local is_untitled = subject.is_short == 1 or other.is_short == 1
  local shared = is_untitled and 0 or count_shared(subject.titles, other.titles)
  if is_own and similarity < COPY
    and (is_untitled or 8 * shared >= math.min(#subject.titles, #other.titles)) then return false end
  return similarity >= LEAST_UNTITLED or is_untitled or shared >= SHARED_TITLE_WORDS
end

-- Reads what is held of the candidates, one day after the other.
local function read_candidates(all)
  local fields, days = {}, {}
  for _, one in ipairs(all) do
    if not fields[one.day] then
      fields[one.day] = {}
      days[#days + 1] = one.day
    end
    local of_day = fields[one.day]
    of_day[#of_day + 1] = 'a' .. one.number
  end
  local records = {}
  for _, day in ipairs(days) do
    for at, record in ipairs(redis.call('HMGET', K.stories .. day, unpack(fields[day]))) do
      if record then records[#records + 1] = {day, record} end
    end
  end
  return records
end

-- The equal minimums of a text and a record; 0 as soon as there are fewer than `least`.
local function count_equal(ours, record, least)
  local theirs, left = {string.byte(record, 17, 16 + PERMUTATIONS)}, PERMUTATIONS - least
  for at = 1, PERMUTATIONS do
    if ours[at] ~= theirs[at] then
      left = left - 1
      if left < 0 then return 0 end
    end
  end
  return left + least
end

-- The nearest that an article may join, with the equal minimums; and how many of today are nearly the same.
local function find_nearest(subject, records)
  local best, most, alike = nil, LEAST_EQUAL - 1, 0
  if #records == 0 then return nil, most, alike end
  local ours = {string.byte(subject.minimums, 1, PERMUTATIONS)}
  for _, row in ipairs(records) do
    local day, record = row[1], row[2]
    local equal = count_equal(ours, record, day == today and math.min(LIKE, most + 1) or most + 1)
    if day == today and equal >= LIKE then alike = alike + 1 end
    if equal > most then
      local id, story, _, words, is_short, source, lang, at = struct.unpack(RECORD, record)
      local other = {id = id, story = story, words = words, is_short = is_short, source = source, lang = lang,
        titles = string.sub(record, at)}
      if may_join(subject, other, similarity_of(equal)) then best, most = other, equal end
    end
  end
  return best, most, alike
end

-- Decides the story of an article, and writes nothing: {story, equal, size, sources} and what `join_story` needs.
-- One that was decided stays; nil: the article is in none. One that was never out (`is_new`) has none yet.
local function decide_story(id, packed, is_new)
  local state = not is_new and story_of(id) or nil
  if state or packed == '' then return state end
  local subject = read_subject(id, packed)
  local candidates, found = find_candidates(subject)
  local nearest, equal, alike = find_nearest(subject, read_candidates(candidates))
  state = {story = id, equal = ALONE, size = 1, sources = 1, subject = subject, found = found,
    nearest = nearest, is_found = alike < MOST_LIKE}
  if not nearest then return state end
  state.story, state.equal = hex(nearest.story), equal
  local size, sources, known = unpack(redis.call('HMGET', K.story .. state.story, 'size', 'sources',
    's:' .. subject.source))
  state.size = (tonumber(size) or 1) + 1
  state.sources = tonumber(sources) or 1
  if not known and (size or nearest.source ~= subject.source) and state.sources < MAX_SOURCES then
    state.sources, state.has_grown = state.sources + 1, true
  end
  return state
end

-- Lets the articles to come find this one by its bands.
local function add_to_day(subject, story, found)
  local key = K.stories .. today
  local number = redis.call('HINCRBY', key, 'n', 1)
  if number == 1 then
    redis.call('PEXPIRE', key, string.format('%.0f', (today + subject.days + 1) * DAY_MS - now))
    redis.call('UNLINK', K.stories .. (today - subject.days))
  end
  local own = struct.pack('>I4', number)
  local row = {}
  for band = 1, BANDS do
    row[2 * band - 1] = subject.bands[band]
    local members = found[band]
    row[2 * band] = members and string.sub(members .. own, -4 * MEMBERS) or own
  end
  row[#row + 1] = 'a' .. own
  row[#row + 1] = struct.pack(RECORD, subject.id, raw(story), subject.minimums, subject.words, subject.is_short,
    #subject.source, subject.source, #subject.lang, subject.lang) .. subject.titles
  redis.call('HSET', key, unpack(row))
end

-- Writes what `decide_story` decided.
local function join_story(id, state)
  if not state or not state.subject then return end
  remember_story(id, state)
  if state.is_found then add_to_day(state.subject, state.story, state.found) end
  if not state.nearest then return end
  local key, at = K.story .. state.story, string.format('%.0f', now)
  if redis.call('EXISTS', key) == 0 then
    local record = published_record(state.story)
    local first_ms = record and math.min(now, tonumber(string.match(record.stream_id, '^%d+'))) or now
    redis.call('HSET', key, 'first', string.format('%.0f', first_ms), 's:' .. state.nearest.source,
      hex(state.nearest.id))
  end
  redis.call('HSET', key, 'size', state.size, 'sources', state.sources, 'last', at)
  if redis.call('HLEN', key) < MAX_SOURCES + 4 then
    redis.call('HSETNX', key, 's:' .. state.subject.source, id)
  end
  redis.call('PEXPIRE', key, STORY_MS)
end
