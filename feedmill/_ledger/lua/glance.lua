-- glance: what a reader needs to find entries of the stream again, without their articles. Reads only.
-- KEYS     the ledger's table K; uses stream
-- ARGV     1 now · 2 stream id, exclusive · 3 limit
-- Returns  per entry {stream id, event, article id, source, feed, lang, tags, when it was listed as its article says,
--          page, feed or transcript: where its text is from, or ''; its story, or ''}

-- In JSON a quotation mark inside a text is escaped, so this can only be the member itself.
local LISTED = '"listed_at":"([^"]+)"'

-- Entries of older versions say it in their article alone.
local function text_from(fields)
  return fields.text_from or string.match(fields.article or '', '"text_from":"(%a+)"') or ''
end

local rows = {}
for _, entry in ipairs(redis.call('XRANGE', K.stream, '(' .. ARGV[2], '+', 'COUNT', tonumber(ARGV[3]))) do
  local fields = {}
  for at = 1, #entry[2], 2 do fields[entry[2][at]] = entry[2][at + 1] end
  rows[#rows + 1] = {entry[1], fields.event or '', fields.id or '', fields.source or '', fields.feed or '',
    fields.lang or '', fields.tags or '', string.match(fields.article or '', LISTED) or '', text_from(fields),
    fields.story or ''}
end
return rows
