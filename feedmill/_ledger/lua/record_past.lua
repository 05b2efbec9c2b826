-- record_past: stores what one page of a feed's past gave, and the job's new state.
-- NEEDS    gate memory words feeds accounting routes story_state lists visits pages admission entries past
-- KEYS     the ledger's table K; uses story past past_due feed seen page pages_waiting page_* gate slots counts
--          memory volume
--          visits visit stream events_stream made left backfilled
-- ARGV     1 now · 2 token · 3 name · 4 lease · 5 state, or "" for a job that is done · 6 ms until to go on
--          · 7 close its site for ms · 8 backfill 0 or 1 · 9 ms until the first page may be asked for
--          · 10 ms between two pages · 11 event as JSON, or "" · 12 site to close
--          · 13 JSON of the limits, or "" for none
--          · then twelve per found entry: key, version, page id, url, site, aliases as lines, entry as JSON, mark,
--          name of the link, sketch, former name of the link, names nearby as lines
-- Returns  {pages made, stale 0 or 1}; stale: the lease is lost, nothing was stored

local name = ARGV[3]

return answer(ARGV[2], function()
  local job = load_past(name)
  local feed = job and job[2] == ARGV[4] and load_feed(string.match(name, '[^:]+$'))
  if not feed then return {0, 1} end
  if ARGV[11] ~= '' then tell(feed, cjson.decode(ARGV[11])) end
  local back = nil
  if ARGV[8] == '1' then back = {at = now + tonumber(ARGV[9]), spread = tonumber(ARGV[10])} end
  local limits = ARGV[13] ~= '' and cjson.decode(ARGV[13]) or nil
  local counts = take_entries(feed, {}, found_entries(14), 0, back, limits)
  save_feed(feed)
  close_site(ARGV[12], tonumber(ARGV[7]))
  if ARGV[5] == '' then
    end_past(name)
  else
    save_past(name, {ARGV[5], false, 0})
    if redis.call('ZSCORE', K.past_due, name) then
      redis.call('ZADD', K.past_due, now + tonumber(ARGV[6]), name)
    end
  end
  return {counts.new, 0}
end)
