-- extend: prolongs leases that are still held, with the slots of requests under way.
-- NEEDS    gate memory pages
-- KEYS     the ledger's table K; uses page page_leases slots
-- ARGV     1 now · 2 lease ms · 3… page id, lease, page id, lease, …
-- Returns  the ids that are still held. No token: sent again it does the same

local lease, held = tonumber(ARGV[2]), {}

local function extend_slots(id)
  for site in string.gmatch(page_get(id, 'slots') or '', '[^\n]+') do
    redis.call('ZADD', K.slots .. site, 'XX', 'GT', now + lease, id)
    local last = redis.call('ZRANGE', K.slots .. site, -1, -1, 'WITHSCORES')
    if last[2] then redis.call('PEXPIRE', K.slots .. site, last[2] - now) end
  end
end

for at = 3, #ARGV, 2 do
  local id = ARGV[at]
  if page_leased_by(id, ARGV[at + 1]) then
    redis.call('ZADD', K.page_leases, 'XX', now + lease, id)
    extend_slots(id)
    held[#held + 1] = id
  end
end
return held
