-- claim: takes over what has been idle for too long: left by a dead consumer, or given back.
-- ARGV     … 4 least idle ms · 5 greatest number in each lane · 6 most deliveries · 7 where to go on in lane 1
-- Returns  {where to go on, or 0-0 when all was looked at; {lane, id, fields, deliveries begun}…}
-- XAUTOCLAIM counts a delivery for everything it hands over, also for what nobody comes to work on: that count is
-- not used. Entries that were trimmed it drops from the pending ones itself and names them.

local offers = {buried = 0}
local onward
for lane, from in ipairs({ARGV[7], '0-0'}) do
  local reply = redis.call('XAUTOCLAIM', KEYS[lane], group, name, ARGV[4], from, 'COUNT', ARGV[5])
  onward = onward or reply[1]
  for _, id in ipairs(reply[3]) do redis.call('HDEL', TRIES, place(lane, id)) end
  for _, entry in ipairs(reply[2]) do offer(offers, lane, entry[1], entry[2], tonumber(ARGV[6])) end
end
return {onward, unpack(offers)}
