-- turn: acknowledges what is finished, and begins work on what comes next.
-- ARGV     … 4 number of finished ones, then lane, id of each; then lane, id, deliveries begun before of each next one
-- Returns  1 or 0 for each next one: 0 where another consumer has claimed it meanwhile
-- A delivery is counted here, before the work: work that kills its process is counted, its neighbors are not.

local at = 5
for _ = 1, tonumber(ARGV[4]) do
  finish(tonumber(ARGV[at]), ARGV[at + 1])
  at = at + 2
end
local begun = {}
while ARGV[at] do
  local lane, id = tonumber(ARGV[at]), ARGV[at + 1]
  if is_mine(lane, id) then
    note(lane, id, tonumber(ARGV[at + 2]) + 1, 'the consumer ' .. name .. ' ended while it worked on it')
    keep(lane, id, 0)
    begun[#begun + 1] = 1
  else
    begun[#begun + 1] = 0
  end
  at = at + 3
end
return begun
