-- site_rules: the operator's rules for single sites.
-- KEYS     the ledger's table K; uses sites
-- ARGV     1 now
-- Returns  {site, JSON of records.SiteRule, …}. No token: it reads only

return redis.call('HGETALL', K.sites)
