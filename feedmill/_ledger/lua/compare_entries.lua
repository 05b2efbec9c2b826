-- compare_entries: tells what a document's entries are to what the ledger knows. Reads only.
-- NEEDS    gate memory feeds words
-- KEYS     the ledger's table K; uses feed seen left page memory volume
-- ARGV     1 now · 2 feed id · 3 n · n times nine: key, version, key and version as they were before 0.2 or '',
--          name of the link, own name, name by words, sketch, names nearby as lines · then key, version, … of what is
--          only looked up
-- Returns  {mark, article id, mark, article id, … of the entries, mark, … of the others}; a mark is "n" (new), "o"
--          (last remembered in an earlier month), "c" (changed) or "k" (known or left out); of entries also "f" (known
--          as before 0.2), "m" (new, with the words of a known article), "u" (new, but a change of an article), "v"
--          (its guid counts the versions of one), both in capitals where its link leads to another article, "s" (new,
--          of other words than what its link is known for). The id is the article's, '' where it does not matter

local EACH = 9
local feed, entries = load_feed(ARGV[2]), tonumber(ARGV[3])
local members = {}
for at = 0, entries - 1 do
  for offset = 0, 3 do
    local member = ARGV[4 + at * EACH + offset]
    if member ~= '' then members[#members + 1] = member end
  end
end
for at = 4 + entries * EACH, #ARGV do members[#members + 1] = ARGV[at] end
local months = feed and find_seen(feed, members) or {}
local left = feed and find_left(feed, members) or {}
local heard = feed and feed.entries > 0

local function look_up(key, version)
  if left[key] then return 'k' end
  if not months[key] then return 'n' end
  if not months[version] then return 'c' end
  return months[version] < month and 'o' or 'k'
end

-- What an entry without link and guid is whose key the feed's memory has not: an edit of one that had its title, its
-- time or some of its words, where the words agree.
local function judge_unnamed(own, words, sketch, nearby)
  local same = words ~= '' and find_id(words) or find_id(own)
  if same then return 'm', same end
  for name in string.gmatch(nearby, '[^\n]+') do
    local before, id = recall_sketch(name, feed.id)
    if before and id and find_id(id) then
      local found = compare_unnamed(before, sketch)
      if found ~= 'other' then return found == 'same' and 'm' or 'u', id end
    end
  end
  return 'n', ''
end

-- What an entry is whose key the feed's memory has not.
local function judge_new(link, own, words, sketch)
  local by_link = link ~= '' and find_id(link) or nil
  local by_words = words ~= '' and find_id(words) or nil
  if by_words and by_words ~= by_link then return 'm', by_words end
  if not by_link then
    local by_own = link ~= '' and find_id(own) -- where others shared its link
    return by_own and 'm' or 'n', by_own or ''
  end
  if sketch == '' then return 'n', '' end
  local before, id = recall_sketch(link, feed.id, by_link)
  if not before then return 'n', '' end
  local found = compare_sketches(before, sketch)
  if found == 'other' then return 's', '' end
  if found == 'same' then return id == by_link and 'n' or 'm', id end
  local mark = found == 'version' and 'v' or 'u'
  return id == by_link and mark or string.upper(mark), id
end

-- What a known entry is that has changed. Without a guid it is known by its link alone, which may lead to other words.
local function judge_changed(link, own, sketch)
  if link == '' or sketch == '' or not is_nameless(sketch) then return 'c', own ~= '' and find_id(own) or '' end
  local by_link = find_id(link)
  local before, id = recall_sketch(link, feed.id, by_link)
  if before and compare_sketches(before, sketch) == 'other' then return 's', '' end
  if before and id and id ~= by_link then return 'U', id end
  return 'c', ''
end

local function judge(at)
  local key, version, old_key, old_version, link, own, words, sketch, nearby = unpack(ARGV, at, at + EACH - 1)
  local mark = look_up(key, version)
  if mark == 'k' or mark == 'o' then return mark, '' end
  if old_key ~= '' and months[old_key] and months[old_version] then return 'f', '' end
  if mark == 'c' then return judge_changed(link, own, sketch) end
  if not heard then return 'n', '' end
  if is_unnamed(sketch) then return judge_unnamed(own, words, sketch, nearby) end
  return judge_new(link, own, words, sketch)
end

local found = {}
for at = 0, entries - 1 do
  found[#found + 1], found[#found + 2] = judge(4 + at * EACH)
end
for at = 4 + entries * EACH, #ARGV, 2 do found[#found + 1] = look_up(ARGV[at], ARGV[at + 1]) end
return found
