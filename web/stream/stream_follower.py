"""Follows the stream for all requests: fills the entry index, keeps the latest entries and wakes waiters."""

import asyncio
import contextlib
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

import redis.asyncio
import structlog
from redis.exceptions import RedisError, ResponseError

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_result_types import EntryHeader
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.stream_entry_operations import read_entry_headers
from feedmill._redis.connection_errors import describe_outage
from feedmill._redis.outage import Outage
from feedmill.event import texts
from feedmill.stream_entry_filter import read_text_from
from web.http.parameters import StreamPosition
from web.stream.entry_index import EntryIndex, format_stream_id, parse_stream_id
from web.stream.entry_json import listed_at

ENTRIES_PER_READ = 500
"""Entries of one read while the index is filled: bounds how long the server works on it."""
MAX_LATEST = 200
"""Bounds the entries that are kept with their articles, for clients that are up to date."""
BLOCK_MS = 2000
"""Longest wait of one XREAD, in ms: bounds how late a stop or a lost connection shows."""
CHECK_S = 30.0
"""Seconds between two checks of what the stream has dropped."""
_NAMES = ("event", "id", "source", "feed", "lang", "tags")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class IndexedEntry:
    """One entry as it stands in the stream."""

    place: StreamPosition
    fields: dict[str, str]


class StreamFollower:
    """The reader; `run` is its loop, `step` one round of it."""

    def __init__(self, ledger: Ledger, reader: redis.asyncio.Redis) -> None:
        self.index = EntryIndex()
        self.ready = False
        """The index has all that the stream holds."""
        self.outage = ""
        """Why the server does not answer; empty when it does."""
        self.has_read = False
        """The server has answered at least once: an empty index means an empty stream."""
        self._ledger = ledger
        self._reader = reader
        self._latest: deque[IndexedEntry] = deque(maxlen=MAX_LATEST)
        self._floor: StreamPosition = (0, 0)
        self._moved = asyncio.Event()
        self._check_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the stream until `stop` is set, over losses of the server."""
        outage = Outage()
        while not stop.is_set():
            try:
                await self.read_next()
            except (LedgerError, RedisError, OSError) as error:
                if outage.begin(time.monotonic()):
                    log.warning("redis_away", error=describe_outage(error))
                self.outage = describe_outage(error)
                self.wake_waiters()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), outage.backoff.take_pause_s())
            else:
                if outage.end(time.monotonic()) is not None:
                    log.info("redis_back")
                self.outage = ""
        self.wake_waiters()

    async def read_next(self) -> None:
        """Read what comes next: a part of what is there, or the next entries that arrive."""
        clock = asyncio.get_running_loop().time()
        if clock >= self._check_at:
            await self._check()
            self._check_at = clock + CHECK_S
        if not self.ready:
            rows = await self._ledger.run(
                read_entry_headers(
                    self._ledger.keys, after=format_stream_id(self.index.last), limit=ENTRIES_PER_READ
                )
            )
            for row in rows:
                self.index.add(row)
            if not self.has_read:
                self.has_read = True
                self.wake_waiters()
            if len(rows) < ENTRIES_PER_READ:
                self.ready, self._floor = True, self.index.last
                log.info("gateway_ready", entries=len(self.index))
            await asyncio.sleep(0)
            return
        stream = self._ledger.keys.stream()
        reply: Any = await self._reader.xread(
            {stream: format_stream_id(self.index.last)}, count=100, block=BLOCK_MS
        )
        for raw_id, raw in reply[0][1] if reply else ():
            self._index_entry(raw_id.decode(), texts(raw))
        if reply:
            self.wake_waiters()

    def entries_after(self, place: StreamPosition) -> list[IndexedEntry] | None:
        """Return what came after a place; None when that is too long ago to be at hand."""
        if place >= self.index.last:
            return []
        if place < self._floor or not self.ready:
            return None
        return [entry for entry in self._latest if entry.place > place]

    async def wait_for_new(self, seconds: float) -> bool:
        """Wait until something has come; False when nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except TimeoutError:
            return False
        return True

    async def wait_for_first_answer(self, seconds: float) -> None:
        """Wait until the server has answered once or is away, at most so long."""
        if not (self.has_read or self.outage):
            await self.wait_for_new(seconds)

    async def close(self) -> None:
        """Close the reader's connection."""
        await self._reader.aclose()

    async def _check(self) -> None:
        """See what the stream has dropped, and whether it is still the one that was read."""
        stream = self._ledger.keys.stream()
        try:
            info: Any = await self._reader.xinfo_stream(stream)
        except ResponseError as error:
            if "no such key" not in str(error).lower():
                raise
            info = {"last-generated-id": b"0-0", "first-entry": None}
        if parse_stream_id(info["last-generated-id"].decode()) < self.index.last:
            log.warning("stream_set_back", known=format_stream_id(self.index.last))
            self.index, self.ready, self._floor = EntryIndex(), False, (0, 0)
            self._latest.clear()
        first = info["first-entry"]
        self.index.drop_before(parse_stream_id(first[0].decode()) if first else None)

    def _index_entry(self, stream_id: str, fields: dict[str, str]) -> None:
        event, article_id, source, feed, lang, tags = (fields.get(name, "") for name in _NAMES)
        row = EntryHeader(
            stream_id,
            event,
            article_id,
            source,
            feed,
            lang,
            tags,
            listed_at(fields),
            read_text_from(fields),
            fields.get("story", ""),
        )
        self.index.add(row)
        if len(self._latest) == MAX_LATEST:
            self._floor = self._latest[0].place
        self._latest.append(IndexedEntry(parse_stream_id(stream_id), fields))

    def wake_waiters(self) -> None:
        """Wake all that wait for something to come."""
        self._moved.set()
        self._moved = asyncio.Event()
