"""Holds what all routes use: the server, the entry index, the token, and answers cached for seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import redis
import redis.asyncio

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._metrics.gauges import GaugeReadings
from feedmill.event import texts
from web.cli_runner import CliRunner
from web.errors import ServerAway, ServiceUnavailable
from web.http.auth_token import AccessToken
from web.http.authorization import GatewayNames
from web.http.parameters import StreamPosition
from web.http.session_store import SessionStore
from web.search.search_executor import SearchExecutor
from web.stream.entry_index import EntryIndex, format_stream_id
from web.stream.stream_follower import IndexedEntry, StreamFollower

T = TypeVar("T")
_MAX_CACHE_S = 30.0
"""Longest time that a costly answer is kept (ten times what it took): bounds how old figures may be."""


@dataclass(frozen=True, slots=True)
class FindingShape:
    """Something that is as it must be, or is not."""

    what: str
    level: str
    """ok, warn, wrong or fatal."""
    found: str
    wanted: str
    remedy: str = ""


class TemplateShape(Protocol):
    """A template that pages of a source are read by, as far as `feed.html` shows it."""

    @property
    def host(self) -> str:
        """The host of its pages."""

    @property
    def state(self) -> str:
        """How far it is trusted, in a word; `trusted` and `suspended` among others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLimits:
    """What of the settings concerns the gateway; times in seconds, sizes in bytes."""

    keep_s: float
    max_bytes: int
    hard_bytes: int
    protect: frozenset[tuple[str, str]]
    """Groups that the operator protects, each as stream (of a route, empty for all articles) and name."""
    contact: str
    feeds_file: str
    """For people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayDependencies:
    """What other packages provide and the gateway shows; `daemon` fills it in."""

    find_problems: Callable[[redis.Redis, GaugeReadings, Sequence[FeedState]], Sequence[FindingShape]]
    """Finds what is not as it must be, as `feedmill doctor` does, the worst first; called in a thread."""
    explain_next_poll: Callable[[FeedState], Mapping[str, Any]]
    """Says what had a say in a feed's next poll."""
    command: tuple[str, ...]
    """How `feedmill` is started with the same configuration."""
    read_list_mark: Callable[[], str] = lambda: "none"
    """Gives the signature of feeds.toml as one word."""
    find_listed_url: Callable[[str], str | None] = lambda _: None
    """Finds the URL of a feed in feeds.toml by its id; called in a thread."""
    describe_templates: Callable[[redis.Redis, str, str], Sequence[TemplateShape]] = lambda *_: ()
    """Describes the templates of a source on a site, as `feedmill sites show` does; called in a thread."""
    metrics: Path | None = None
    """Where the processes of this machine count."""
    search_folder: Path | None = None
    """Where the search index is kept; None where there is no folder for it."""


@dataclass(slots=True, kw_only=True)
class AppContext:
    """One gateway's context."""

    ledger: Ledger
    blocking: redis.Redis
    """For the operations of the public package that have no asyncio twin; used in threads."""
    follower: StreamFollower
    token: AccessToken
    sessions: SessionStore
    names: GatewayNames
    limits: GatewayLimits
    dependencies: GatewayDependencies
    cli: CliRunner
    search: SearchExecutor
    prefix: str
    clock: Callable[[], float] = time.time
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    live: int = 0
    """Readers of /v1/stream at the moment."""
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    @property
    def index(self) -> EntryIndex:
        """What the stream holds; raises ServiceUnavailable while nothing of it could be read."""
        if not self.follower.has_read:
            why = self.follower.outage
            raise ServerAway(why) if why else ServiceUnavailable("the stream has not been read yet")
        return self.follower.index

    async def read_cached(self, name: str, seconds: float, make: Callable[[], Awaitable[T]]) -> T:
        """Return what was made in the last seconds, else make it; what takes long is kept longer."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            until, value = self._kept.get(name, (float("-inf"), None))
            began = time.monotonic()
            if began >= until:
                value = await make()
                ended = time.monotonic()
                self._kept[name] = (ended + max(seconds, min((ended - began) * 10, _MAX_CACHE_S)), value)
            return value  # type: ignore[no-any-return]

    def invalidate(self, name: str) -> None:
        """Make anew what was kept, when it is asked for again."""
        self._kept.pop(name, None)

    async def read_entries(self, places: Sequence[StreamPosition]) -> list[IndexedEntry]:
        """Read entries by their places, in that order; those that the stream has dropped are left out."""
        stream = self.ledger.keys.stream()
        async with self.ledger.client.pipeline(transaction=False) as pipe:
            for place in places:
                pipe.xrange(stream, format_stream_id(place), format_stream_id(place))
            replies: Any = await pipe.execute()
        return [
            IndexedEntry(place, texts(reply[0][1]))
            for place, reply in zip(places, replies, strict=True)
            if reply
        ]
