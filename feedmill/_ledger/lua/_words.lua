-- What a feed's links lead to, by its words: beside a link's name, for each feed, a sketch of what the feed said there
-- last (feedmill/_ledger/identity/entry_sketches.py), and the article that said it where that is not the link's own.
-- A sketch: hash of the title (3 bytes), the body (2), a guid without its version (2), a nibble a bin (16); one of
-- few words has them of title and body in 12 bytes, a hash of the time (2) and FEW.

local TITLE, BODY, GUID, SKETCH = 3, 5, 7, 23 -- each ends at this byte
local NO_VERSION, NO_GUID = string.rep('\0', GUID - BODY), string.rep('\255', GUID - BODY)
local NO_NAME = string.rep('\254', GUID - BODY) -- neither a guid nor a link
local FEW, DATE = '\15\15', 2
local FEW_BINS = SKETCH - #FEW - DATE
local NO_DATE = string.rep('\0', DATE)

local function sketch_name(link, feed_id)
  return beside(link, 'said:' .. feed_id)
end

-- Where a name leads, in process or known; nil when the name is unknown.
local function find_id(name)
  if redis.call('EXISTS', K.page .. name) == 1 then return name end
  return (find_article(name))
end

-- Remembers what an article says under a link.
local function remember_sketch(link, feed_id, id, sketch)
  local pointer = find_id(link) ~= id and raw(id) or ''
  remember(sketch_name(link, feed_id), 's' .. sketch .. pointer)
end

-- What a link led to last, and the id of its article; nil when that was not remembered.
local function recall_sketch(link, feed_id, link_id)
  local value = recall(sketch_name(link, feed_id))
  if not value then return end
  local pointer = string.sub(value, SKETCH + 2)
  return string.sub(value, 2, SKETCH + 1), pointer ~= '' and hex(pointer) or link_id
end

local function renew_sketch(link, feed_id, id, sketch)
  local value, in_month = recall(sketch_name(link, feed_id))
  if not value then
    remember_sketch(link, feed_id, id, sketch)
  elseif in_month < month then
    remember(sketch_name(link, feed_id), value)
  end
end

-- Bins that two sketches share, and that one of them has at all; nil where one has none.
local function count_bins(one, other, last)
  local same, all, first, second = 0, 0, false, false
  for at = GUID + 1, last do
    local a, b = string.byte(one, at), string.byte(other, at)
    first, second = first or a > 0, second or b > 0
    for _, pair in ipairs({{a % 16, b % 16}, {math.floor(a / 16), math.floor(b / 16)}}) do
      if pair[1] > 0 or pair[2] > 0 then
        all = all + 1
        if pair[1] == pair[2] then same = same + 1 end
      end
    end
  end
  if first and second then return same, all end
end

-- Half of the words are the same; of two bins that differ one in 15 is the same by chance. Few words without a time are
-- alike where a quarter is, those of one time always. nil: they tell nothing.
local function are_alike(one, other)
  local is_few = string.sub(one, -#FEW) == FEW
  if is_few ~= (string.sub(other, -#FEW) == FEW) then return end
  local same, all = count_bins(one, other, is_few and FEW_BINS or SKETCH)
  if not same then return end
  if is_few then
    local date, later = string.sub(one, FEW_BINS + 1, -#FEW - 1), string.sub(other, FEW_BINS + 1, -#FEW - 1)
    if date ~= NO_DATE and date == later then return true end
    if date == NO_DATE or later == NO_DATE then return same * 4 >= all end
  end
  return same * 30 >= all * 16
end

-- What the words under a link are to those before: 'same', 'version' (the guid counts on), 'changed', or 'other'.
local function compare_sketches(before, now_said)
  if string.sub(before, 1, BODY) == string.sub(now_said, 1, BODY) then return 'same' end
  local base = string.sub(now_said, BODY + 1, GUID)
  local counts = base ~= NO_VERSION and base ~= NO_GUID and base ~= NO_NAME
  if counts and base == string.sub(before, BODY + 1, GUID) then return 'version' end
  if string.sub(before, 1, TITLE) == string.sub(now_said, 1, TITLE) then return 'changed' end
  return are_alike(before, now_said) == false and 'other' or 'changed'
end

-- What an entry without link and guid is to one that had its title or time: one title for other words is no edit.
local function compare_unnamed(before, now_said)
  if string.sub(before, 1, BODY) == string.sub(now_said, 1, BODY) then return 'same' end
  return are_alike(before, now_said) == false and 'other' or 'changed'
end

-- Tells whether a sketch is of an entry without link and guid.
local function is_unnamed(sketch)
  return string.sub(sketch, BODY + 1, GUID) == NO_NAME
end

-- Tells whether a sketch is of an entry without a guid.
local function is_nameless(sketch)
  return string.sub(sketch, BODY + 1, GUID) == NO_GUID
end
