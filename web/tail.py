"""Follows the stream for everybody: one reader fills the shelf, keeps the latest and wakes who waits."""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from typing import Any

import redis.asyncio
import structlog
from redis.exceptions import RedisError, ResponseError

from feedmill._ledger.answers import Glanced
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.ledger import Ledger
from feedmill._ledger.watch_calls import glance
from feedmill.event import texts
from web.entries import listed_at
from web.kinds import Place
from web.shelf import Shelf, place_of, written

AT_ONCE = 500
LATEST = 200
"""Entries kept with their articles, for those who are up to date."""
BLOCK_MS = 2000
CHECK_S = 30.0
"""Between two looks at what the stream has dropped."""
_LONGEST_PAUSE_S = 5.0
_NAMES = ("event", "id", "source", "feed", "lang", "tags")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry as it stands in the stream."""

    place: Place
    fields: dict[str, str]


class Tail:
    """The reader; `run` is its loop, `step` one round of it."""

    def __init__(self, ledger: Ledger, reader: redis.asyncio.Redis) -> None:
        self.shelf = Shelf()
        self.ready = False
        """The shelf has all that the stream holds."""
        self.away = ""
        """Why the server does not answer; empty when it does."""
        self._ledger = ledger
        self._reader = reader
        self._latest: deque[Piece] = deque(maxlen=LATEST)
        self._floor: Place = (0, 0)
        self._moved = asyncio.Event()
        self._check_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the stream until `stop` is set, over losses of the server."""
        pause = 0.1
        while not stop.is_set():
            try:
                await self.step()
            except (LedgerError, RedisError, OSError) as error:
                if not self.away:
                    log.warning("redis_away", error=str(error))
                self.away = str(error) or type(error).__name__
                self.wake()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
                pause = min(pause * 2, _LONGEST_PAUSE_S)
            else:
                if self.away:
                    log.info("redis_back")
                self.away, pause = "", 0.1
        self.wake()

    async def step(self) -> None:
        """Read what comes next: a part of what is there, or the next entries that arrive."""
        clock = asyncio.get_running_loop().time()
        if clock >= self._check_at:
            await self._check()
            self._check_at = clock + CHECK_S
        if not self.ready:
            rows = await self._ledger.run(
                glance(self._ledger.keys, after=written(self.shelf.last), limit=AT_ONCE)
            )
            for row in rows:
                self.shelf.add(row)
            if len(rows) < AT_ONCE:
                self.ready, self._floor = True, self.shelf.last
                log.info("gateway_ready", entries=len(self.shelf))
            await asyncio.sleep(0)
            return
        stream = self._ledger.keys.stream()
        reply: Any = await self._reader.xread({stream: written(self.shelf.last)}, count=100, block=BLOCK_MS)
        for raw_id, raw in reply[0][1] if reply else ():
            self._take(raw_id.decode(), texts(raw))
        if reply:
            self.wake()

    def since(self, place: Place) -> list[Piece] | None:
        """Give what came after a place; None when that is too long ago to be at hand."""
        if place >= self.shelf.last:
            return []
        if place < self._floor or not self.ready:
            return None
        return [piece for piece in self._latest if piece.place > place]

    async def moved(self, seconds: float) -> bool:
        """Wait until something has come; False when nothing came in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        except TimeoutError:
            return False
        return True

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
        if place_of(info["last-generated-id"].decode()) < self.shelf.last:
            log.warning("stream_set_back", known=written(self.shelf.last))
            self.shelf, self.ready, self._floor = Shelf(), False, (0, 0)
            self._latest.clear()
        first = info["first-entry"]
        self.shelf.drop_before(place_of(first[0].decode()) if first else None)

    def _take(self, stream_id: str, fields: dict[str, str]) -> None:
        event, article_id, source, feed, lang, tags = (fields.get(name, "") for name in _NAMES)
        row = Glanced(stream_id, event, article_id, source, feed, lang, tags, listed_at(fields))
        self.shelf.add(row)
        if len(self._latest) == LATEST:
            self._floor = self._latest[0].place
        self._latest.append(Piece(place_of(stream_id), fields))

    def wake(self) -> None:
        """Wake everybody who waits for something to come."""
        self._moved.set()
        self._moved = asyncio.Event()
