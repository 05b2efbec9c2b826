-- apply_sites: makes the operator's [[sites]] the rules for these sites.
-- NEEDS    gate pace
-- KEYS     the ledger's table K; uses sites site pace
-- ARGV     1 now · 2 token · 3 requests per site · 4 gap ms · 5 longest gap ms · 6… site, JSON of records.SiteRule
-- Returns  sites whose rule is new, changed or gone

local per_site, gap, most = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

return answer(ARGV[2], function()
  local wanted, changed = {}, {}
  for at = 6, #ARGV, 2 do
    local site, rule = ARGV[at], ARGV[at + 1]
    wanted[site] = true
    if redis.call('HGET', K.sites, site) ~= rule then
      redis.call('HSET', K.sites, site, rule)
      changed[#changed + 1] = site
    end
  end
  for _, site in ipairs(redis.call('HKEYS', K.sites)) do
    if not wanted[site] then
      redis.call('HDEL', K.sites, site)
      changed[#changed + 1] = site
    end
  end
  for _, site in ipairs(changed) do set_pace(site, gap, per_site, most) end
  return changed
end)
