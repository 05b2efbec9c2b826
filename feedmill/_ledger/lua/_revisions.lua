-- Appending a revision of an article exactly once.

-- Appends a revision and remembers it (`print` may have its reader's number behind it), with the feeds that list it;
-- then `finish` says where its page goes. Answers {stream id, repeated 0 or 1}; false: the lease is lost and this
-- revision is not out.
local function append_revision(id, lease, rev, print, event, visit, fields, finish, subject)
  local leased = page_leased_by(id, lease)
  local value = recall(id)
  local out = value and #value ~= 8 and read_record(value) or nil
  if out and out.rev >= rev then
    if leased then finish('unchanged') end
    return {out.stream_id, 1}
  end
  if not leased then return false end
  local story = decide_story(id, subject, not out or out.rev == 0)
  add_story_fields(fields, story)
  local stream_id = append_entry(fields, out and out.rev > 0 and out.stream_id)
  local own = string.sub(print, 1, PRINT)
  remember_article(id, rev, stream_id, #print == PRINT + 2 and own or print)
  if #print == PRINT + 2 then remember_reader(id, rev, print, own) end
  for feed_id in string.gmatch(page_get(id, 'feeds'), '[^\n]+') do add_feed(id, feed_id) end
  join_story(id, story)
  plan_visit(id, visit)
  count('published:' .. event, 1)
  finish()
  tell_story(story, stream_id)
  return {stream_id, 0}
end
