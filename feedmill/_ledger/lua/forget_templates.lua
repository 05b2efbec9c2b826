-- forget_templates: forgets the templates of sources and hosts; their pages are learned from anew.
-- NEEDS    templates
-- KEYS     the ledger's table K; uses template template_uses template_sizes
-- ARGV     1 now · 2 token · 3… names, as `source host`
-- Returns  how many there were

return answer(ARGV[2], function()
  local there = 0
  for at = 3, #ARGV do
    if redis.call('EXISTS', K.template .. ARGV[at]) == 1 then there = there + 1 end
    drop_template(ARGV[at])
  end
  return there
end)
