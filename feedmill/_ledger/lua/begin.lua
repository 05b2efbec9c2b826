-- begin: charges an attempt right before a page's bytes are decoded; its request is over.
-- NEEDS    gate memory pages templates
-- KEYS     the ledger's table K; uses page gate slots page_* feed_* template
-- ARGV     1 now · 2 token · 3 page id · 4 lease · 5 name of the templates wanted, or empty · 6 number of the reader
-- Returns  {attempts charged so far, this one included (one a lease, however often asked); templates as they were
--          written, or nil}; nil: the lease is lost

local id = ARGV[3]

local attempts = answer(ARGV[2], function()
  if not page_leased_by(id, ARGV[4]) then return false end
  local key = K.page .. id
  if page_get(id, 'begun') == '0' then
    redis.call('HINCRBY', key, 'attempts', 1)
    local failures, began = unpack(redis.call('HMGET', key, 'failures', 'first_failed_at'))
    if began then redis.call('HSET', key, 'run_failures', failures, 'run_began', began) end
    local ends = page_get(id, 'ends')
    if ends then redis.call('HSET', key, 'run_ends', ends) end
    redis.call('HSET', key, 'begun', '1', 'failures', 0)
    redis.call('HDEL', key, 'first_failed_at', 'ends')
  end
  free_slots(id)
  return tonumber(page_get(id, 'attempts'))
end)

if not attempts then return false end
return {attempts, ARGV[5] ~= '' and read_template(ARGV[5], ARGV[6])}
