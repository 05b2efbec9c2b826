-- Which story an article is of: that of the article of the last days whose text is most like its own. The rules are
-- those of worker/stories/story_choice.py. A bucket, K.stories .. its first day, is of two days: most of what a choice
-- costs is to look for 32 bands in each bucket of the window. It holds for each band of a signature (4 bytes) the
-- numbers of its latest articles (4 bytes each), for each number, behind 'a', what the choice must know of the article,
-- and under 'n' how many were numbered. A number is twice that, and one more on the second day. It expires whole.

local DAY_MS = 86400000
local BANDS, MEMBERS, VERIFIED = 32, 8, 8 -- MEMBERS: of a band and day
local LIKE, MOST_LIKE = 61, 4 -- equal minimums, and articles of a day so like one another that are found by bands
local MAX_SOURCES = 1000
local STORY_MS = 30 * DAY_MS -- a story's hash after its last article
local LEAST, LEAST_SHORT, LEAST_UNTITLED = 0.3, 0.6, 0.5
local SHORT_WORDS, SHARED_TITLE_WORDS = 80, 2
local SUBJECT = '>c128c64I2BBBBc0Bc0' -- before the title's words
local RECORD = '>c8c8c64I2BBc0Bc0'
local EACH_BAND = '>' .. string.rep('c4', BANDS)
local LEAST_EQUAL = 20 -- minimums: below LEAST
local SPAN, MOST_DAYS = 2, 64 -- days of a bucket; more than a window has
local today = math.floor(now / DAY_MS)
local latest = today - today % SPAN -- the bucket that is written

-- What the worker says of an article's text (feedmill/_ledger/core/story_subject.py).
local function read_subject(id, packed)
  local bands, minimums, words, is_short, days, has_events, source, lang, at = struct.unpack(SUBJECT, packed)
  local subject = {id = raw(id), minimums = minimums, words = words, is_short = is_short, days = days,
    has_events = has_events, source = source, lang = lang, titles = string.sub(packed, at),
    bands = {struct.unpack(EACH_BAND, bands)}}
  subject.bands[BANDS + 1] = nil -- where the next would begin
  return subject
end

-- In how many of a text's bands each number is, and the numbers in the order in which they are met.
local function count_hits(found)
  local hits, met, count, band, cut = {}, {}, 0, 1, string.sub
  while band <= BANDS do
    local members, times = found[band], 1
    while band + times <= BANDS and found[band + times] == members do times = times + 1 end -- so have equal texts
    for at = 1, members and #members or 0, 4 do
      local number = cut(members, at, at + 3)
      local before = hits[number]
      if before then
        hits[number] = before + times
      else
        count = count + 1
        met[count], hits[number] = number, times
      end
    end
    band = band + times
  end
  return hits, met
end

local function select_of_day(numbers, day)
  local selected, of_day = {}, day % SPAN
  for _, number in ipairs(numbers) do
    if string.byte(number, 4) % SPAN == of_day then selected[#selected + 1] = number end
  end
  return selected
end

-- The articles that share bands with a text, by bucket, and how many; and what the latest bucket holds of the text's
-- bands, with how many it has numbered.
local function find_candidates(subject)
  local groups, total, found = {}, 0, nil
  local first, bands = today - subject.days + 1, subject.bands
  for bucket = first - first % SPAN, latest, SPAN do
    bands[BANDS + 1] = bucket == latest and 'n' or nil
    found = redis.call('HMGET', K.stories .. bucket, unpack(bands))
    local hits, met = count_hits(found)
    if bucket < first then met = select_of_day(met, first) end
    if met[1] then
      groups[#groups + 1] = {bucket = bucket, hits = hits, met = met}
      total = total + #met
    end
  end
  bands[BANDS + 1] = nil
  return groups, total, found, tonumber(found[BANDS + 1]) or 0
end

-- Of `total` articles the VERIFIED that share the most bands, the earlier of equals first; or all, by day. Each is
-- {day, number, rank}: the rank is higher for more bands, and for an earlier day.
local function keep_most_hits(groups, total)
  local kept, least, weight = {}, -math.huge, total > VERIFIED and MOST_DAYS or 0
  for _, group in ipairs(groups) do
    local hits, met, bucket = group.hits, group.met, group.bucket
    for place = 1, #met do
      local number = met[place]
      local rank = weight * hits[number] - (bucket - today)
      if rank > least then
        local of_day = string.byte(number, 4) % SPAN
        rank = rank - of_day
        local at = rank > least and math.min(#kept + 1, VERIFIED) or nil
        while at and at > 1 and kept[at - 1].rank < rank do
          kept[at] = kept[at - 1]
          at = at - 1
        end
        if at then kept[at] = {day = bucket + of_day, number = number, rank = rank} end
        if kept[VERIFIED] then least = kept[VERIFIED].rank end
      end
    end
  end
  return kept
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

-- Reads what is held of articles, one day after the other.
local function read_candidates(kept)
  local fields, days, read = {}, {}, {}
  for _, one in ipairs(kept) do
    local of_day = fields[one.day]
    if not of_day then
      of_day = {}
      fields[one.day], days[#days + 1] = of_day, one.day
    end
    of_day[#of_day + 1] = 'a' .. one.number
  end
  for _, day in ipairs(days) do
    local records, at = redis.call('HMGET', K.stories .. day - day % SPAN, unpack(fields[day])), 0
    for _, one in ipairs(kept) do
      if one.day == day then
        at = at + 1
        one.record = records[at]
        if one.record then read[#read + 1] = one end
      end
    end
  end
  return read
end

-- The equal minimums of a text and a record; 0 as soon as there are fewer than `least`.
local function count_equal(minimums, ours, record, least)
  if string.sub(record, 17, 16 + PERMUTATIONS) == minimums then return PERMUTATIONS end
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
local function find_nearest(subject, read)
  local best, most, alike = nil, LEAST_EQUAL - 1, 0
  if #read == 0 then return nil, most, alike end
  local minimums = subject.minimums
  local ours = {string.byte(minimums, 1, PERMUTATIONS)}
  for _, one in ipairs(read) do
    local record, least = one.record, one.day == today and math.min(LIKE, most + 1) or most + 1
    local equal = count_equal(minimums, ours, record, least)
    if one.day == today and equal >= LIKE then alike = alike + 1 end
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
  local groups, total, found, numbered = find_candidates(subject)
  local nearest, equal, alike = find_nearest(subject, read_candidates(keep_most_hits(groups, total)))
  state = {story = id, equal = ALONE, size = 1, sources = 1, subject = subject, found = found, numbered = numbered,
    nearest = nearest, is_found = alike < MOST_LIKE}
  if not nearest then return state end
  state.story, state.equal = hex(nearest.story), equal
  local size, sources, known = unpack(redis.call('HMGET', K.story .. state.story, 'size', 'sources',
    's:' .. subject.source))
  state.has_hash, state.knows_source = size, known
  state.size = (tonumber(size) or 1) + 1
  state.sources = tonumber(sources) or 1
  if not known and (size or nearest.source ~= subject.source) and state.sources < MAX_SOURCES then
    state.sources, state.has_grown = state.sources + 1, true
  end
  return state
end

-- Puts a number behind those of a band, in place of the earliest of today where there are MEMBERS.
local function add_number(members, own)
  local at = #members - 4 * MEMBERS
  if at == 0 and string.byte(members, 4) % SPAN == string.byte(own, 4) % SPAN then
    return string.sub(members, 5) .. own
  elseif at > 0 and string.byte(members, at + 4) % SPAN == string.byte(own, 4) % SPAN then
    return string.sub(members, 1, at) .. string.sub(members, at + 5) .. own
  end
  return members .. own
end

-- Lets the articles to come find this one by its bands.
local function add_to_bucket(state)
  local key, subject = K.stories .. latest, state.subject
  local own = struct.pack('>I4', SPAN * (state.numbered + 1) + today - latest)
  local row = {'n', state.numbered + 1, 'a' .. own, struct.pack(RECORD, subject.id, raw(state.story), subject.minimums,
    subject.words, subject.is_short, #subject.source, subject.source, #subject.lang, subject.lang) .. subject.titles}
  for band = 1, BANDS do
    local members = state.found[band]
    row[2 * band + 3], row[2 * band + 4] = subject.bands[band], members and add_number(members, own) or own
  end
  redis.call('HSET', key, unpack(row))
  if state.numbered > 0 then return end
  redis.call('PEXPIRE', key, string.format('%.0f', (latest + SPAN - 1 + subject.days) * DAY_MS - now))
  local first = today - subject.days + 1
  redis.call('UNLINK', K.stories .. first - first % SPAN - SPAN)
end

-- Writes what `decide_story` decided.
local function join_story(id, state)
  if not state or not state.subject then return end
  remember_story(id, state)
  if state.is_found then add_to_bucket(state) end
  local nearest, source = state.nearest, state.subject.source
  if not nearest then return end
  local key = K.story .. state.story
  local row = {'size', state.size, 'sources', state.sources, 'last', string.format('%.0f', now)}
  local is_full = state.has_hash and redis.call('HLEN', key) >= MAX_SOURCES + 4
  if not state.knows_source and not is_full then row[7], row[8] = 's:' .. source, id end
  if not state.has_hash then
    local record = published_record(state.story)
    local first_ms = record and math.min(now, tonumber(string.match(record.stream_id, '^%d+'))) or now
    for _, one in ipairs({'first', string.format('%.0f', first_ms), 's:' .. nearest.source, hex(nearest.id)}) do
      row[#row + 1] = one -- last, as the source may be the same
    end
  end
  redis.call('HSET', key, unpack(row))
  redis.call('PEXPIRE', key, STORY_MS)
end
