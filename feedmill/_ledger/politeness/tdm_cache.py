"""Fetches and keeps tdmrep.json: once an origin and day, by leave of its robots.txt and through its gate.

The records stand beside those of robots.txt and are kept as long. What cannot be reached reserves nothing for
now: it is asked for again, later each time.
"""

import time
import zlib
from collections import OrderedDict
from uuid import uuid4

import structlog

from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations.site_operations import read_robots, store_robots
from feedmill._ledger.politeness.rate_limiter import RateLimiter, RequestPermit
from feedmill._ledger.politeness.robots_cache import (
    DAY_MS,
    DEADLINE_S,
    FIRST_MS,
    MAX_PACKED_BYTES,
    MAX_WAIT_S,
    RECHECK_S,
    RobotsCache,
    leave_unless_kept,
)
from feedmill._net.client.exchange import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.errors import NetError
from feedmill._net.robots_rules import find_origin
from feedmill._net.tdm_file import TDM_PATH, list_tdm_rights, parse_tdm_file

MAX_CACHED_ORIGINS = 500
"""Origins whose files a process keeps: with 64 KiB each at most they bound its memory."""
_TOO_MANY_REQUESTS = 429
"""The status among 400 to 499 that says nothing for now; all others mean that there is no file."""


class _RefusedError(Exception):
    """The robots.txt of an address on the way lets nobody in, or says nothing for now."""


class TdmFileCache:
    """The tdmrep.json of all origins, for one process."""

    def __init__(self, client: HttpClient, rate_limiter: RateLimiter, robots: RobotsCache) -> None:
        self._client = client
        self._rate_limiter = rate_limiter
        self._robots = robots
        self._known: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    async def load_origin(self, url: str, permit: RequestPermit) -> None:
        """Have the file of a page's origin at hand; raises RateLimitedError where its gate stays shut."""
        address = find_origin(url) + TDM_PATH
        waits = round(MAX_WAIT_S / RECHECK_S)
        limiter = self._rate_limiter
        while self._find_cached(address) is None:
            lease_ms = round(DEADLINE_S * 1000) + limiter.max_wait_ms
            call = read_robots(
                limiter.keys, origin=address, lease_ms=lease_ms, owner=limiter.owner, token=uuid4().hex
            )
            state = await limiter.run(call)
            if state.what == "known":
                self._cache(address, zlib.decompress(state.rules) if state.rules else b"", state.ms)
            elif state.what == "fetch":
                async with leave_unless_kept(self._rate_limiter, address):
                    await self._fetch_file(address, permit, state.failures)
            elif waits == 0:
                return
            else:
                waits -= 1
                await limiter.sleep(RECHECK_S)

    def list_rights(self, url: str) -> tuple[str, ...]:
        """List what the file of a page's origin reserves of it, where this process has it."""
        return list_tdm_rights(self._find_cached(find_origin(url) + TDM_PATH) or b"", url)

    def _find_cached(self, address: str) -> bytes | None:
        rules, until = self._known.get(address, (None, 0.0))
        return rules if until > time.monotonic() else None

    def _cache(self, address: str, rules: bytes, keep_ms: int) -> None:
        self._known.pop(address, None)
        self._known[address] = (rules, time.monotonic() + keep_ms / 1000)
        while len(self._known) > MAX_CACHED_ORIGINS:
            self._known.popitem(last=False)

    async def _fetch_file(self, address: str, permit: RequestPermit, failures: int) -> None:
        async def pass_gates(url: str) -> None:
            ruling = await self._robots.check_url(url, permit)
            if ruling.verdict != "allowed":
                raise _RefusedError(ruling.verdict)
            await permit(url)

        rules, is_known = b"", True
        try:
            await pass_gates(address)
            answer = await self._client.fetch(
                address,
                deadline_s=DEADLINE_S,
                on_redirect=pass_gates,
                purpose=RequestPurpose(kind="other", name=address),
            )
        except _RefusedError as refused:
            is_known, said = str(refused) == "forbidden", f"robots_{refused}"
        except NetError as error:
            is_known, said = not error.temporary, error.outcome
        else:
            said = str(answer.status)
            is_known = answer.status < 500 and answer.status != _TOO_MANY_REQUESTS  # noqa: PLR2004
            if answer.status in range(200, 300):
                rules = zlib.compress(parse_tdm_file(answer.body, answer.url))
        await self._store(
            address, rules if len(rules) <= MAX_PACKED_BYTES else b"", failures, is_known=is_known
        )
        structlog.get_logger().info("tdmrep", origin=find_origin(address), answer=said)

    async def _store(self, address: str, rules: bytes, failures: int, *, is_known: bool) -> None:
        limiter = self._rate_limiter
        pace = limiter.pace
        call = store_robots(
            limiter.keys,
            origin=address,
            site=find_site(address),
            verdict="rules" if is_known else "unreachable",
            rules=rules,
            keep_ms=DAY_MS if is_known else min(FIRST_MS * 2 ** min(failures, 10), DAY_MS),
            failed=not is_known,
            crawl_ms=0,
            per_site=pace.per_site,
            gap_ms=pace.gap_ms,
            most_ms=pace.max_gap_ms,
            owner=limiter.owner,
            token=uuid4().hex,
        )
        keep_ms = await limiter.run(call)
        self._cache(address, zlib.decompress(rules) if rules else b"", keep_ms)
