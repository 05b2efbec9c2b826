"""Reading the stream again without a group: nothing is acknowledged, no group is disturbed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing, contextmanager
from datetime import datetime
from typing import Any, Unpack

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedmill._group.drive import open_async_client, open_client, plain
from feedmill._group.keys import GroupKeys
from feedmill._group.start import start_id, time_ms
from feedmill.errors import ConsumerError, ServerLostError
from feedmill.event import Event, event_of, texts
from feedmill.wanted import Choice, wanted

AT_ONCE = 100


class ReplayOptions(Choice, total=False):
    """What `replay` takes beside the URL."""

    from_time: str | datetime | None
    from_id: str | None
    until: str | datetime | None
    prefix: str
    stream: str


class Pages:
    """The way through the stream, a page at a time; pure."""

    def __init__(self, **options: Unpack[ReplayOptions]) -> None:
        from_time, from_id = options.get("from_time"), options.get("from_id")
        until = options.get("until")
        if from_time is not None and from_id is not None:
            raise ConsumerError("begin at a time or at an id, not at both")
        self._stream = GroupKeys(options.get("prefix", "feedmill"), route=options.get("stream", "")).stream()
        self._next = "-"
        if from_time is not None:
            self._next = str(time_ms(from_time))
        elif from_id is not None:
            self._next = start_id(from_id)  # says what is no id
        last = time_ms(until) - 1 if until is not None else None
        self._last = "+" if last is None else str(max(last, 0))
        self._wanted = wanted(options)
        self.over = last is not None and last < 0

    def command(self) -> tuple[str | int, ...]:
        """Give the command that reads the next page."""
        return ("XRANGE", self._stream, self._next, self._last, "COUNT", AT_ONCE)

    def turn(self, reply: Any) -> Iterator[Event]:
        """Take the answer; gives the events that were wanted. Raises UnreadableError."""
        self.over = len(reply) < AT_ONCE
        if reply:
            self._next = f"({reply[-1][0].decode()}"
        for entry, raw in reply:
            fields = texts(dict(zip(raw[::2], raw[1::2], strict=True)))
            if self._wanted.wants(fields):
                yield event_of(entry.decode(), fields)


def replay(url: str, **options: Unpack[ReplayOptions]) -> Iterator[Event]:
    """Give the entries that are in the stream, oldest first, and end with the last one.

    `from_id` begins with that entry, `from_time` with the first one of that time (datetime or RFC 3339);
    without them it begins with the oldest. `until` is a time, exclusive. `sources`, `feeds`, `tags`, `langs`,
    `events`, `stream` and `prefix` are as in `Consumer`. Raises ConsumerError, UnreadableError, and
    ServerLostError when the server does not answer; go on from the last event's `entry` then.
    """
    pages = Pages(**options)
    with closing(open_client(url)) as client:
        while not pages.over:
            with _lost():
                reply = plain(client).execute_command(*pages.command())
            yield from pages.turn(reply)


async def replay_async(url: str, **options: Unpack[ReplayOptions]) -> AsyncIterator[Event]:
    """Do as `replay`, with asyncio."""
    pages = Pages(**options)
    async with aclosing(open_async_client(url)) as client:
        while not pages.over:
            with _lost():
                reply = await plain(client).execute_command(*pages.command())
            for event in pages.turn(reply):
                yield event


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except (RedisConnectionError, RedisTimeoutError, OSError) as error:
        raise ServerLostError(f"the Redis server does not answer: {error}") from error
