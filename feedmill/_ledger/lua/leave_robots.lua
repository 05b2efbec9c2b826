-- leave_robots: gives up the fetching of an origin's robots.txt that ask_robots gave to this owner.
-- NEEDS    gate holdings
-- KEYS     the ledger's table K; uses robots owner; the shared parts name gate slots pace paused feed_* page_*
-- ARGV     1 now · 2 token · 3 origin · 4 owner
-- Returns  1, or 0 when somebody else fetches it or nobody

return answer(ARGV[2], function()
  return end_robots_claim(ARGV[4], ARGV[3]) and 1 or 0
end)
