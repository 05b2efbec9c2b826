-- note_page: adds how a page came out to the course of its source; a page known by its id counts once.
-- NEEDS    templates
-- KEYS     the ledger's table K; uses course changed template template_uses template_sizes
-- ARGV     1 now · 2 token · 3 name of the course · 4 page id · 5 mark, 4 bytes
--          · 6 number of the reader whose templates of this name are written, or empty · 7 these, empty: none are left
-- Returns  {marks, the latest first, as one string; pages since the site changed, or nil}
-- The course is a list of page id (8 bytes raw) · mark (4 bytes).

local MOST, KEEP_MS, ID = 120, 90 * 86400000, 8
local key, flag = K.course .. ARGV[3], K.changed .. ARGV[3]

local function raw(hex)
  return (string.gsub(hex, '%x%x', function(pair) return string.char(tonumber(pair, 16)) end))
end

return answer(ARGV[2], function()
  local id, marks, known = raw(ARGV[4]), {ARGV[5]}, false
  for _, record in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if string.sub(record, 1, ID) == id then
      redis.call('LREM', key, 1, record)
      known = true
    else
      marks[#marks + 1] = string.sub(record, ID + 1)
    end
  end
  redis.call('LPUSH', key, id .. ARGV[5])
  redis.call('LTRIM', key, 0, MOST - 1)
  redis.call('PEXPIRE', key, KEEP_MS)
  local since = redis.call('GET', flag)
  if since then
    if not known then since = redis.call('INCR', flag) end
    redis.call('PEXPIRE', flag, KEEP_MS)
  end
  if ARGV[6] ~= '' then write_template(ARGV[3], ARGV[6], ARGV[7]) end
  return {table.concat(marks), since and tonumber(since) or false}
end)
