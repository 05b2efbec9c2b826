-- mine: what is pending under this consumer's name: left by the process before, or by an answer that was lost.
-- ARGV     … 4 greatest number in each lane · 5 most deliveries
-- Returns  {{lane, id, fields, deliveries begun}…}; none while another process lives under the name

local offers = {buried = 0}
if redis.call('GET', ALIVE) ~= token then return offers end
for lane = 1, 2 do
  local reply = redis.call('XREADGROUP', 'GROUP', group, name, 'COUNT', ARGV[4], 'STREAMS', KEYS[lane], '0')
  for _, entry in ipairs(reply and reply[1] and reply[1][2] or {}) do
    offer(offers, lane, entry[1], entry[2], tonumber(ARGV[5]))
  end
end
return offers
