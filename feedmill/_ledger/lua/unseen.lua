-- unseen: tells which entries a feed has not listed before. Reads only.
-- NEEDS    gate memory feeds
-- KEYS     the ledger's table K; uses feed seen left
-- ARGV     1 now · 2 feed id · 3… key, version, key, version, …
-- Returns  per pair "n" (new), "o" (last remembered in an earlier month), "c" (changed) or "k" (known or left out)

local feed = load_feed(ARGV[2])
local members = {}
for at = 3, #ARGV do members[#members + 1] = ARGV[at] end
local months = feed and find_seen(feed, members) or {}
local left = feed and find_left(feed, members) or {}
local sights = {}
for at = 1, #members, 2 do
  local key, version = months[members[at]], months[members[at + 1]]
  if left[members[at]] then
    sights[#sights + 1] = 'k'
  elseif not key then
    sights[#sights + 1] = 'n'
  elseif version and version < month then
    sights[#sights + 1] = 'o'
  else
    sights[#sights + 1] = version and 'k' or 'c'
  end
end
return sights
