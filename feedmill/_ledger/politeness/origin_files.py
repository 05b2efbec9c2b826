"""Finds files at an origin's well-known paths: in this process, in the ledger, or by one request for all.

One process of all requests a file, the others wait for it for a moment. A file that cannot be had for now is
`unreachable`, and is requested again, later each time.
"""

import contextlib
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import uuid4

from feedmill._ledger.errors import LedgerError
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.origin_file_operations import leave_robots, read_robots, store_robots
from feedmill._ledger.politeness.rate_limiter import RateLimiter, RequestPermit

DAY_MS = 86_400_000
"""Ms for which a file is kept (RFC 9309 section 2.4 advises a day), and the longest doubled wait."""
FIRST_MS = 300_000
"""First time that a file stays unreachable after an answer that refuses; doubled up to `DAY_MS`."""
DEADLINE_S = 15.0
"""Seconds that a request for a file may take: pages wait for it, and the file is small."""
MAX_WAIT_S = 5.0
"""Seconds that a page waits for a file that another process is fetching, before it goes back."""
RECHECK_S = 0.2
"""Seconds between two checks whether another process has fetched the file."""
MAX_CACHED_ORIGINS = 500
"""Origins whose files a process keeps: bounds its memory."""
MAX_CACHED_BYTES = 32 << 20
"""Bytes of files that a process keeps, of however few origins, for the same bound."""
MAX_PACKED_BYTES = 64 << 10
"""Bytes of a file's rules as the ledger keeps them, packed."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """What a request for a file came to, as the ledger keeps it."""

    verdict: str
    """rules, all (there is no file) or unreachable (nothing is known for now)."""
    packed: bytes = b""
    """Its rules, by zlib."""
    first_retry_ms: int = FIRST_MS
    crawl_ms: int = 0
    """The gap that a robots.txt asks for."""
    unreached: str = ""
    """The named end of a request without an answer."""


@dataclass(frozen=True, slots=True)
class CachedFile(Generic[T]):
    """A file as this process has it."""

    verdict: str
    content: T
    size: int
    until: float
    """Seconds of the monotonic clock."""


class OriginFiles(Generic[T]):
    """Files of one kind, by the name under which the ledger keeps each."""

    def __init__(
        self,
        rate_limiter: RateLimiter,
        *,
        read: Callable[[bytes], T],
        fetch: Callable[[str, RequestPermit], Awaitable[FetchedFile]],
    ) -> None:
        self._rate_limiter = rate_limiter
        self._read = read
        self._fetch = fetch
        self._cached: OrderedDict[str, CachedFile[T]] = OrderedDict()
        self._bytes = 0

    async def load(self, name: str, permit: RequestPermit) -> CachedFile[T] | int:
        """Return a file; ms until to ask again where another process is fetching it for long.

        Raises RateLimitedError where its site's gate stays shut.
        """
        limiter = self._rate_limiter
        rechecks = round(MAX_WAIT_S / RECHECK_S)
        lease_ms = round(DEADLINE_S * 1000) + limiter.max_wait_ms
        while (cached := self.find_cached(name)) is None:
            token = uuid4().hex
            call = read_robots(limiter.keys, origin=name, lease_ms=lease_ms, owner=limiter.owner, token=token)
            state = await limiter.run(call)
            if state.what == "known":
                self._cache(name, state.verdict, state.rules, state.ms)
            elif state.what == "fetch":
                async with self._leave_unless_kept(name):
                    await self._store(name, await self._fetch(name, permit), state.failures)
            elif rechecks == 0:
                return min(state.ms, FIRST_MS)
            else:
                rechecks -= 1
                await limiter.sleep(RECHECK_S)
        return cached

    def find_cached(self, name: str) -> CachedFile[T] | None:
        """Return a file that this process has and that is still to be gone by."""
        cached = self._cached.get(name)
        return cached if cached is not None and cached.until > time.monotonic() else None

    @contextlib.asynccontextmanager
    async def _leave_unless_kept(self, name: str) -> AsyncIterator[None]:
        """Give the claim on a file back where fetching it comes to nothing: others may at once."""
        kept = False
        try:
            yield
            kept = True
        finally:
            if not kept:  # a gate that stays shut, the stop
                limiter = self._rate_limiter
                call = leave_robots(limiter.keys, origin=name, owner=limiter.owner, token=uuid4().hex)
                with contextlib.suppress(LedgerError):  # it lapses by itself
                    await limiter.run(call)

    async def _store(self, name: str, fetched: FetchedFile, failures: int) -> None:
        limiter = self._rate_limiter
        failed = fetched.verdict == "unreachable"
        call = store_robots(
            limiter.keys,
            origin=name,
            site=find_site(name),
            verdict=fetched.verdict,
            rules=fetched.packed,
            keep_ms=min(fetched.first_retry_ms * 2 ** min(failures, 10), DAY_MS) if failed else DAY_MS,
            failed=failed,
            crawl_ms=fetched.crawl_ms,
            per_site=limiter.pace.per_site,
            gap_ms=limiter.pace.gap_ms,
            most_ms=limiter.pace.max_gap_ms,
            owner=limiter.owner,
            unreached=fetched.unreached,
            token=uuid4().hex,
        )
        self._cache(name, fetched.verdict, fetched.packed, await limiter.run(call))

    def _cache(self, name: str, verdict: str, packed: bytes, keep_ms: int) -> None:
        self._drop(name)
        content = zlib.decompress(packed) if packed else b""
        until = time.monotonic() + keep_ms / 1000
        self._cached[name] = CachedFile(verdict, self._read(content), len(content), until)
        self._bytes += len(content)
        while len(self._cached) > MAX_CACHED_ORIGINS or self._bytes > MAX_CACHED_BYTES:
            self._drop(next(iter(self._cached)))

    def _drop(self, name: str) -> None:
        cached = self._cached.pop(name, None)
        self._bytes -= cached.size if cached else 0
