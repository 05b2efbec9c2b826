"""Read feedmill's stream with redis-py, as one consumer of a group.

    python examples/consumer.py "$(feedmill url)" GROUP [COUNT]

Needs `feedmill-client` (which brings redis and msgspec). Prints "event, id, revision, title" of each
article; ends after COUNT of them, without COUNT never.
"""

import sys
from contextlib import suppress
from itertools import count

import redis

from feedmill.article import decode

STREAM = "feedmill:articles"


def main(url: str, group: str, limit: int = 0) -> None:
    """Read, use, acknowledge."""
    client = redis.Redis.from_url(url)
    with suppress(redis.ResponseError):  # BUSYGROUP: the group is there already
        client.xgroup_create(STREAM, group, id="0", mkstream=True)
    for number in count(1):
        while not (reply := client.xreadgroup(group, "python", {STREAM: ">"}, count=1, block=5000)):
            pass
        ((_, ((entry, fields),)),) = reply
        title = decode(fields[b"article"]).title if b"article" in fields else ""  # a retraction carries none
        print(*(fields[name].decode() for name in (b"event", b"id", b"rev")), title, sep="\t", flush=True)
        client.xack(STREAM, group, entry)
        if number == limit:
            break
    client.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
