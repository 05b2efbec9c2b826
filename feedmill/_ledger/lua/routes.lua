-- routes: the operator's routes, and what each of their streams could not be given.
-- KEYS     the ledger's table K; uses routes counts
-- ARGV     1 now
-- Returns  {{name, JSON of records.RouteRule, entries that could not be appended}, …}. No token: it reads only

local rules, all = redis.call('HGETALL', K.routes), {}
for at = 1, #rules, 2 do
  all[#all + 1] = {rules[at], rules[at + 1], tonumber(redis.call('HGET', K.counts, 'unrouted:' .. rules[at]) or 0)}
end
return all
