"""Fetches and keeps robots.txt: once an origin and day, however many processes ask for it.

RFC 9309: what answers 4xx or redirects more than five times allows everything (section 2.3.1.3), what
cannot be reached allows nothing for now (section 2.3.1.4): it is tried again, later each time. A 429 is no
leave either.
"""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import structlog

from feedmill._ledger.core.site_and_route_rules import SiteRule
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.politeness.origin_files import (
    DEADLINE_S,
    FIRST_MS,
    MAX_PACKED_BYTES,
    FetchedFile,
    OriginFiles,
)
from feedmill._ledger.politeness.rate_limiter import RateLimiter, RequestPermit
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.response import HttpResponse
from feedmill._net.errors import NetError
from feedmill._net.robots_rules import RobotsRules, parse_robots
from feedmill._net.robots_txt_rights import list_robots_rights
from feedmill._site_credentials.origins import find_origin

FIRST_UNREACHED_MS = 60_000
"""As `FIRST_MS`, after no answer: shorter, as the fault may be this machine's connection."""
_TOO_MANY_REQUESTS = 429
"""The status among 400 to 499 that forbids for a time; all others mean that there are no rules."""
_UNAVAILABLE = frozenset({"redirect_loop", "bad_redirect", "forbidden_address", "bad_url"})
"""Ends of a request after which there is no file, rather than none for now."""

Verdict = Literal["allowed", "forbidden", "wait", "unreachable"]


@dataclass(frozen=True, slots=True)
class RobotsRuling:
    """Whether a page may be requested."""

    verdict: Verdict
    wait_ms: int = 0
    """For `wait` and `unreachable`: when to ask again."""


ALLOWED = RobotsRuling("allowed")


class RobotsCache:
    """The robots.txt of all origins, for one process; `rules` are the operator's for single sites."""

    def __init__(self, client: HttpClient, rate_limiter: RateLimiter, rules: Mapping[str, SiteRule]) -> None:
        self._client = client
        self._operator = rules
        self._files = OriginFiles(rate_limiter, read=_read_rules, fetch=self._fetch_file)
        self._logged: set[str] = set()

    async def check_url(self, url: str, permit: RequestPermit) -> RobotsRuling:
        """Return whether a page may be requested; a file that has to be fetched goes that trip's way."""
        if self._is_overruled(find_site(url)):
            return ALLOWED
        rules = await self._load_origin(find_origin(url), permit)
        if isinstance(rules, RobotsRuling):
            return rules
        return ALLOWED if rules.allows_url(url) else RobotsRuling("forbidden")

    async def read_text(self, url: str, permit: RequestPermit) -> str | RobotsRuling:
        """Return an origin's rules, as far as they are kept; a ruling while they are not known."""
        rules = await self._load_origin(find_origin(url), permit)
        return rules if isinstance(rules, RobotsRuling) else rules.text

    def list_rights(self, url: str) -> tuple[str, ...]:
        """List what the file of a page's origin reserves of it, where this process has loaded it."""
        cached = self._files.find_cached(find_origin(url))
        return () if cached is None else list_robots_rights(cached.content.text, url)

    async def _load_origin(self, origin: str, permit: RequestPermit) -> RobotsRules | RobotsRuling:
        """Return an origin's rules; a ruling where there are none for now.

        What has no origin is no address that is requested: whatever it is, no file forbids it.
        """
        if not origin:
            return RobotsRules()
        loaded = await self._files.load(origin, permit)
        if isinstance(loaded, int):
            return RobotsRuling("wait", loaded)
        if loaded.verdict == "unreachable":
            return RobotsRuling("unreachable", max(round((loaded.until - time.monotonic()) * 1000), 1))
        return loaded.content

    def _is_overruled(self, site: str) -> bool:
        rule = self._operator.get(site)
        if rule is None or rule.robots == "obey":
            return False
        if site not in self._logged:
            self._logged.add(site)
            structlog.get_logger().info("robots_ignored", site=site, reason=rule.reason)
        return True

    async def _fetch_file(self, origin: str, permit: RequestPermit) -> FetchedFile:
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
        packed = zlib.compress(rules.text.encode()) if rules.text else b""
        if len(packed) > MAX_PACKED_BYTES:
            verdict, rules, packed = "unreachable", RobotsRules(), b""
        unreached, said = (answer, answer) if isinstance(answer, str) else ("", answer.status)
        structlog.get_logger().info("robots", origin=origin, verdict=verdict, answer=said)
        return FetchedFile(
            verdict=verdict,
            packed=packed,
            first_retry_ms=FIRST_UNREACHED_MS if unreached else FIRST_MS,
            crawl_ms=round(rules.crawl_delay_s * 1000),
            unreached=unreached,
        )


def classify_robots_answer(answer: HttpResponse | str) -> tuple[str, RobotsRules]:
    """Classify what came for a robots.txt: an answer, or the named end of a request without one."""
    if isinstance(answer, str):
        return ("all" if answer in _UNAVAILABLE else "unreachable"), RobotsRules()
    if answer.status in range(200, 300):
        return "rules", parse_robots(answer.body)
    if answer.status in range(400, 500) and answer.status != _TOO_MANY_REQUESTS:
        return "all", RobotsRules()
    return "unreachable", RobotsRules()


def _read_rules(content: bytes) -> RobotsRules:
    return RobotsRules(content.decode())
