"""Reads the stream again without a group: nothing is acknowledged, no group is disturbed."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing, contextmanager
from datetime import datetime
from typing import Any, Unpack

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from feedmill._group.drivers import make_plain_client, open_async_client, open_client
from feedmill._group.group_keys import GroupKeys
from feedmill._group.stream_position import parse_start, parse_time_ms
from feedmill._redis.connection_errors import describe_outage, is_refused
from feedmill.errors import AccessError, ConsumerError, ServerLostError
from feedmill.event import Event, event_of, texts
from feedmill.stream_entry_filter import Choice, wanted

ENTRIES_PER_READ = 100
"""Entries of one XRANGE: bounds a reply's size and how long the server works on it."""


class ReplayOptions(Choice, total=False):
    """What `replay` takes beside the URL."""

    from_time: str | datetime | None
    from_id: str | None
    until: str | datetime | None
    prefix: str
    stream: str


class ReplayCursor:
    """Reads through the stream a page at a time: builds each command and takes its answer. Pure."""

    def __init__(self, **options: Unpack[ReplayOptions]) -> None:
        from_time, from_id = options.get("from_time"), options.get("from_id")
        until = options.get("until")
        if from_time is not None and from_id is not None:
            raise ConsumerError("begin at a time or at an id, not at both")
        self._stream = GroupKeys(options.get("prefix", "feedmill"), route=options.get("stream", "")).stream()
        self._next = "-"
        if from_time is not None:
            self._next = str(parse_time_ms(from_time))
        elif from_id is not None:
            self._next = parse_start(from_id)  # says what is no id
        last = parse_time_ms(until) - 1 if until is not None else None
        self._last = "+" if last is None else str(max(last, 0))
        self._wanted = wanted(options, stream=options.get("stream", ""))
        self.is_over = last is not None and last < 0

    def next_command(self) -> tuple[str | int, ...]:
        """Return the command that reads the next page."""
        return ("XRANGE", self._stream, self._next, self._last, "COUNT", ENTRIES_PER_READ)

    def take_reply(self, reply: Any) -> Iterator[Event]:
        """Take the answer; returns the events that were chosen. Raises UnreadableError."""
        self.is_over = len(reply) < ENTRIES_PER_READ
        if reply:
            self._next = f"({reply[-1][0].decode()}"
        for entry, raw in reply:
            fields = texts(dict(zip(raw[::2], raw[1::2], strict=True)))
            if self._wanted.wants(fields):
                yield event_of(entry.decode(), fields)


def replay(url: str, **options: Unpack[ReplayOptions]) -> Iterator[Event]:
    """Yield the entries that are in the stream, oldest first, and end with the last one.

    `from_id` begins with that entry, `from_time` with the first one of that time (datetime or RFC 3339);
    without them it begins with the oldest. `until` is a time, exclusive. `sources`, `feeds`, `tags`, `langs`,
    `text_from`, `firsts`, `events`, `stream` and `prefix` are as in `Consumer`. Raises ConsumerError,
    UnreadableError, and ServerLostError when the server does not answer; go on from the last event's `entry`
    then.
    """
    pages = ReplayCursor(**options)
    with closing(open_client(url)) as client:
        while not pages.is_over:
            with _make_lost_error():
                reply = make_plain_client(client).execute_command(*pages.next_command())
            yield from pages.take_reply(reply)


async def replay_async(url: str, **options: Unpack[ReplayOptions]) -> AsyncIterator[Event]:
    """Do as `replay`, with asyncio."""
    pages = ReplayCursor(**options)
    async with aclosing(open_async_client(url)) as client:
        while not pages.is_over:
            with _make_lost_error():
                reply = await make_plain_client(client).execute_command(*pages.next_command())
            for event in pages.take_reply(reply):
                yield event


@contextmanager
def _make_lost_error() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        if is_refused(error):
            raise AccessError(str(error)) from error
        if not isinstance(error, (RedisConnectionError, RedisTimeoutError)):
            raise
        raise ServerLostError(describe_outage(error)) from error
    except OSError as error:
        raise ServerLostError(describe_outage(error)) from error
