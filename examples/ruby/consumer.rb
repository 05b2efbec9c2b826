# Read feedmill's stream with redis-rb, as one consumer of a group.
#
#   gem install redis && ruby consumer.rb "$(feedmill url)" GROUP [COUNT]
#
# Prints "event, id, revision, title" of each article; ends after COUNT of them, without COUNT never.
require "json"
require "redis"

STREAM = "feedmill:articles"
DEAD_MS = 60_000 # a consumer that was silent for so long is taken for dead
url, group, count = ARGV
left = count.to_i

redis = Redis.new(url: url)
begin
  redis.xgroup(:create, STREAM, group, "0", mkstream: true)
rescue Redis::CommandError => error
  raise unless error.message.start_with?("BUSYGROUP") # the group is there already
end

# What a dead consumer left comes first, then what is new.
def read_entries(redis, group)
  claimed = redis.xautoclaim(STREAM, group, "ruby", DEAD_MS, "0-0", count: 1)
  return claimed["entries"] unless claimed["entries"].empty?

  redis.xreadgroup(group, "ruby", STREAM, ">", count: 1, block: 5000).fetch(STREAM, [])
end

$stdout.sync = true
loop do
  read_entries(redis, group).each do |entry, fields|
    if fields["article"] # a retraction carries none
      article = JSON.parse(fields["article"])
      puts [fields["event"], fields["id"], fields["rev"], article["title"]].join("\t")
    end
    redis.xack(STREAM, group, entry)
    exit if (left -= 1).zero?
  end
end
