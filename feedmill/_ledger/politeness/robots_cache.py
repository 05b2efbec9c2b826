"""Fetches and keeps robots.txt: once an origin and day, however many processes ask for it.

RFC 9309: what answers 4xx or redirects more than five times allows everything (section 2.3.1.3), what
cannot be reached allows nothing for now (section 2.3.1.4): it is tried again, later each time. A 429 is no
leave either.
"""

import contextlib
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import structlog

from feedmill._ledger.core.replies import RobotsState
from feedmill._ledger.core.rule_records import SiteRule
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations.site_operations import leave_robots, read_robots, store_robots
from feedmill._ledger.politeness.rate_limiter import RateLimiter, RequestPermit
from feedmill._net.client.exchange import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.response import HttpResponse
from feedmill._net.errors import NetError
from feedmill._net.robots_rights import list_robots_rights
from feedmill._net.robots_rules import RobotsRules, find_origin, parse_robots

DAY_MS = 86_400_000
"""Ms for which a robots.txt is kept (RFC 9309 section 2.4 advises a day), and the longest doubled wait."""
FIRST_MS = 300_000
"""First time that a file stays unreachable after an answer that refuses; doubled up to `DAY_MS`."""
FIRST_UNREACHED_MS = 60_000
"""As `FIRST_MS`, after no answer: shorter, as the fault may be this machine's connection."""
DEADLINE_S = 15.0
"""Seconds that a request for robots.txt may take: pages wait for it, and the file is small."""
MAX_WAIT_S = 5.0
"""Seconds that a page waits for a file that another process is fetching, before it goes back."""
RECHECK_S = 0.2
"""Seconds between two checks whether another process has fetched the file."""
MAX_CACHED_ORIGINS = 500
"""Origins whose rules a process keeps: bounds its memory."""
MAX_RULES_CHARS = 32 << 20
"""Characters of rules that a process keeps, of however few origins, for the same bound."""
MAX_PACKED_BYTES = 64 << 10
"""Bytes of the rules as the ledger keeps them; a larger file counts as unreachable rather than as none."""
_TOO_MANY_REQUESTS = 429
"""The status among 400 to 499 that forbids for a time; all others mean that there are no rules."""
_UNAVAILABLE = frozenset({"redirect_loop", "bad_redirect", "forbidden_address", "bad_url"})

Verdict = Literal["allowed", "forbidden", "wait", "unreachable"]


@dataclass(frozen=True, slots=True)
class RobotsRuling:
    """Whether a page may be requested."""

    verdict: Verdict
    wait_ms: int = 0
    """For `wait` and `unreachable`: when to ask again."""


@dataclass(frozen=True, slots=True)
class _CachedRules:
    verdict: str
    rules: RobotsRules
    until: float


ALLOWED = RobotsRuling("allowed")


@contextlib.asynccontextmanager
async def leave_unless_kept(rate_limiter: RateLimiter, origin: str) -> AsyncIterator[None]:
    """Give the claim on an origin's file back where fetching it comes to nothing: others may at once."""
    kept = False
    try:
        yield
        kept = True
    finally:
        if not kept:  # a gate that stays shut, the stop
            call = leave_robots(rate_limiter.keys, origin=origin, owner=rate_limiter.owner, token=uuid4().hex)
            with contextlib.suppress(LedgerError):  # it lapses by itself
                await rate_limiter.run(call)


class RobotsCache:
    """The robots.txt of all origins, for one process; `rules` are the operator's for single sites."""

    def __init__(self, client: HttpClient, rate_limiter: RateLimiter, rules: Mapping[str, SiteRule]) -> None:
        self._client = client
        self._rate_limiter = rate_limiter
        self._operator = rules
        self._known: OrderedDict[str, _CachedRules] = OrderedDict()
        self._held = 0
        self._said: set[str] = set()

    async def check_url(self, url: str, permit: RequestPermit) -> RobotsRuling:
        """Return whether a page may be requested; a file that has to be fetched goes that trip's way."""
        if self._is_overruled(find_site(url)):
            return ALLOWED
        known = await self._load_origin(find_origin(url), permit)
        if isinstance(known, RobotsRuling):
            return known
        return ALLOWED if known.rules.allows_url(url) else RobotsRuling("forbidden")

    async def read_text(self, url: str, permit: RequestPermit) -> str | RobotsRuling:
        """Return an origin's rules, as far as they are kept; a Ruling while that is not known."""
        known = await self._load_origin(find_origin(url), permit)
        return known if isinstance(known, RobotsRuling) else known.rules.text

    def list_rights(self, url: str) -> tuple[str, ...]:
        """List what the file of a page's origin reserves of it, where this process has asked for it."""
        known = self._find_cached(find_origin(url))
        return () if known is None else list_robots_rights(known.rules.text, url)

    async def _load_origin(self, origin: str, permit: RequestPermit) -> _CachedRules | RobotsRuling:
        """Look the file up, or fetch it; a Ruling where there are none for now."""
        looks = round(MAX_WAIT_S / RECHECK_S)
        while (known := self._find_cached(origin)) is None:
            token = uuid4().hex
            lease_ms = round(DEADLINE_S * 1000) + self._rate_limiter.max_wait_ms
            call = read_robots(
                self._rate_limiter.keys,
                origin=origin,
                lease_ms=lease_ms,
                owner=self._rate_limiter.owner,
                token=token,
            )
            state = await self._rate_limiter.run(call)
            if state.what == "known":
                self._cache_rules(origin, state.verdict, _unpack_rules(state), state.ms)
            elif state.what == "fetch":
                async with leave_unless_kept(self._rate_limiter, origin):
                    await self._fetch_file(origin, permit, state.failures)
            elif looks == 0:
                return RobotsRuling("wait", min(state.ms, FIRST_MS))
            else:
                looks -= 1
                await self._rate_limiter.sleep(RECHECK_S)
        if known.verdict == "unreachable":
            return RobotsRuling("unreachable", max(round((known.until - time.monotonic()) * 1000), 1))
        return known

    def _is_overruled(self, site: str) -> bool:
        rule = self._operator.get(site)
        if rule is None or rule.robots == "obey":
            return False
        if site not in self._said:
            self._said.add(site)
            structlog.get_logger().info("robots_ignored", site=site, reason=rule.reason)
        return True

    def _find_cached(self, origin: str) -> _CachedRules | None:
        known = self._known.get(origin)
        return known if known is not None and known.until > time.monotonic() else None

    def _cache_rules(self, origin: str, verdict: str, rules: RobotsRules, keep_ms: int) -> None:
        self._drop_oldest(origin)
        self._known[origin] = _CachedRules(verdict, rules, time.monotonic() + keep_ms / 1000)
        self._held += len(rules.text)
        while len(self._known) > MAX_CACHED_ORIGINS or self._held > MAX_RULES_CHARS:
            self._drop_oldest(next(iter(self._known)))

    def _drop_oldest(self, origin: str) -> None:
        known = self._known.pop(origin, None)
        self._held -= len(known.rules.text) if known else 0

    async def _fetch_file(self, origin: str, permit: RequestPermit, failures: int) -> None:
        answer: HttpResponse | str
        url = f"{origin}/robots.txt"
        await permit(url)
        try:
            answer = await self._client.fetch(
                url,
                deadline_s=DEADLINE_S,
                on_redirect=permit,
                purpose=RequestPurpose(kind="robots", name=origin),
            )
        except NetError as error:
            answer = error.outcome
        verdict, rules = classify_robots_answer(answer)
        failed = verdict == "unreachable"
        first_ms = FIRST_UNREACHED_MS if isinstance(answer, str) else FIRST_MS
        keep_ms = min(first_ms * 2 ** min(failures, 10), DAY_MS) if failed else DAY_MS
        pace = self._rate_limiter.pace
        packed = zlib.compress(rules.text.encode()) if rules.text else b""
        call = store_robots(
            self._rate_limiter.keys,
            origin=origin,
            site=find_site(origin),
            verdict=verdict,
            rules=packed,
            keep_ms=keep_ms,
            failed=failed,
            crawl_ms=round(rules.crawl_delay_s * 1000),
            per_site=pace.per_site,
            gap_ms=pace.gap_ms,
            most_ms=pace.max_gap_ms,
            owner=self._rate_limiter.owner,
            unreached=answer if isinstance(answer, str) else "",
            token=uuid4().hex,
        )
        self._cache_rules(origin, verdict, rules, await self._rate_limiter.run(call))
        said = answer if isinstance(answer, str) else answer.status
        structlog.get_logger().info("robots", origin=origin, verdict=verdict, answer=said)


def classify_robots_answer(answer: HttpResponse | str) -> tuple[str, RobotsRules]:
    """Classify what came for a robots.txt: an answer, or the named end of a request without one."""
    if isinstance(answer, str):
        return ("all" if answer in _UNAVAILABLE else "unreachable"), RobotsRules()
    if answer.status in range(200, 300):
        rules = parse_robots(answer.body)
        if len(zlib.compress(rules.text.encode())) > MAX_PACKED_BYTES:
            return "unreachable", RobotsRules()
        return "rules", rules
    if answer.status in range(400, 500) and answer.status != _TOO_MANY_REQUESTS:
        return "all", RobotsRules()
    return "unreachable", RobotsRules()


def _unpack_rules(state: RobotsState) -> RobotsRules:
    return RobotsRules(zlib.decompress(state.rules).decode()) if state.rules else RobotsRules()
