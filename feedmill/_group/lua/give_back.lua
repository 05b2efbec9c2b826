-- give_back: returns entries to the group, for any of its consumers.
-- ARGV     … 4 idle ms from which entries are claimed · 5 ms until these may be · 6 most deliveries
--          · 7 what is said of the failure; then lane, id, deliveries begun of each
-- Returns  how many went to the dead letters, as they were begun too often

local buried = 0
for at = 8, #ARGV, 3 do
  local lane, id, count = tonumber(ARGV[at]), ARGV[at + 1], tonumber(ARGV[at + 2])
  if is_mine(lane, id) then
    if count >= tonumber(ARGV[6]) then
      local found = redis.call('XRANGE', KEYS[lane], id, id)[1]
      if found then
        bury(lane, id, found[2], count, ARGV[7])
        buried = buried + 1
      else
        finish(lane, id)
      end
    else
      note(lane, id, count, ARGV[7])
      keep(lane, id, math.max(0, tonumber(ARGV[4]) - tonumber(ARGV[5])))
    end
  end
end
return buried
