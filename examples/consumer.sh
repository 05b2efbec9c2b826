#!/bin/sh
# Read feedmill's stream with redis-cli alone, as one consumer of a group.
#
#   examples/consumer.sh "$(feedmill url)" GROUP [COUNT]
#
# Prints "event, id, revision, URL" of each article; ends after COUNT of them, without COUNT never.
# The field names stand beside the values, so a script needs no JSON; `article` holds all of it.
set -eu
url=$1 group=$2 count=${3:-0}
ask() { redis-cli -e --no-auth-warning -u "$url" --raw "$@"; }

ask XGROUP CREATE feedmill:articles "$group" 0 MKSTREAM >/dev/null 2>&1 || true # BUSYGROUP: it is there already

while :; do
    # What a dead consumer left for a minute comes first, then what is new. Either answer begins with a line that
    # is not needed (where to go on, or the stream), then comes the entry's id; an empty one: there is no entry.
    reply=$(ask XAUTOCLAIM feedmill:articles "$group" shell 60000 0 COUNT 1)
    [ -n "$(printf '%s\n' "$reply" | sed -n 2p)" ] ||
        reply=$(ask XREADGROUP GROUP "$group" shell COUNT 1 BLOCK 5000 STREAMS feedmill:articles '>')
    [ -n "$reply" ] || continue
    entry=$(printf '%s\n' "$reply" | sed -n 2p)
    printf '%s\n' "$reply" | sed 1,2d | awk '
        NR % 2 { name = $0; next }
               { field[name] = $0 }
        END    { printf "%s\t%s\t%s\t%s\n", field["event"], field["id"], field["rev"], field["url"] }'
    ask XACK feedmill:articles "$group" "$entry" >/dev/null
    count=$((count - 1))
    [ "$count" -ne 0 ] || exit 0
done
