-- revision: the stream entry of an article's last revision. Reads only.
-- NEEDS    memory routes story_state lists
-- KEYS     the ledger's table K; uses story memory volume stream
-- ARGV     1 now · 2 article id
-- Returns  field, value, … of the entry; nothing when there is none, or the stream has dropped it

local _, record = find_article(ARGV[2])
local fields = {}
for field, value in pairs(record and record.rev > 0 and entry_of(record) or {}) do
  fields[#fields + 1] = field
  fields[#fields + 1] = value
end
return fields
