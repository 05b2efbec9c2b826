"""Read feedmill's stream with FastStream, as one consumer of a group.

    pip install "faststream[redis]" && python consumer.py "$(feedmill url)" GROUP

Prints "event, id, revision, title" of each article, until Ctrl-C. An entry is acknowledged when the function
has returned; one on which it fails stays pending and comes again after a minute, as a dead consumer's do.
"""

import asyncio
import json
import sys

from faststream import AckPolicy, FastStream
from faststream.redis import RedisBroker, StreamSub
from redis.asyncio import Redis
from redis.exceptions import ResponseError

STREAM = "feedmill:articles"
DEAD_MS = 60_000  # a consumer that was silent for so long is taken for dead
URL, GROUP = sys.argv[1:3]

broker = RedisBroker(URL, logger=None)  # its log would stand among the lines on standard output
new = StreamSub(STREAM, group=GROUP, consumer="faststream")
left = StreamSub(STREAM, group=GROUP, consumer="faststream", min_idle_time=DEAD_MS)


@broker.subscriber(stream=new, ack_policy=AckPolicy.NACK_ON_ERROR)
@broker.subscriber(stream=left, ack_policy=AckPolicy.NACK_ON_ERROR)
async def read(fields: dict[str, str]) -> None:
    """Use one entry: its flat fields, and the article as JSON, which a retraction does not carry."""
    if "article" in fields:
        article = json.loads(fields["article"])
        print(fields["event"], fields["id"], fields["rev"], article["title"], sep="\t", flush=True)


async def main() -> None:
    """Make the group, which begins with the oldest entry where FastStream's begin with new ones, and run."""
    async with Redis.from_url(URL) as client:
        try:
            await client.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if not str(error).startswith("BUSYGROUP"):  # the group is there already
                raise
    await FastStream(broker).run()


asyncio.run(main())
