-- again: gives dead letters of the group to its consumers once more, with no delivery counted.
-- ARGV     … 4… ids of dead letters
-- Returns  how many there were

local made = redis.pcall('XGROUP', 'CREATE', KEYS[2], group, '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end
local count = 0
for at = 4, #ARGV do
  local found = redis.call('XRANGE', DEAD, ARGV[at], ARGV[at])[1]
  if found then
    local fields = {}
    for n = 1, #found[2], 2 do
      if found[2][n] == 'entry' or not OF_A_LETTER[found[2][n]] then
        fields[#fields + 1] = found[2][n]
        fields[#fields + 1] = found[2][n + 1]
      end
    end
    redis.call('XADD', KEYS[2], '*', unpack(fields))
    redis.call('XDEL', DEAD, ARGV[at])
    count = count + 1
  end
end
return count
