"""Asking robots.txt before a page is requested: one fetch an origin a day, however many processes want it.

RFC 9309: what answers 4xx or redirects more than five times allows everything (section 2.3.1.3), what
cannot be reached allows nothing for now (section 2.3.1.4): it is tried again, later each time. A 429 is no
leave either.
"""

import time
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

import structlog

from feedmill._ledger.answers import RobotsState
from feedmill._ledger.gateway import Gateway, Trip
from feedmill._ledger.links import site_of
from feedmill._ledger.records import SiteRule
from feedmill._ledger.site_calls import ask_robots, keep_robots
from feedmill._net.door import Door
from feedmill._net.errors import NetError
from feedmill._net.exchange import Errand
from feedmill._net.fetched import Fetched
from feedmill._net.robots import Rules, origin_of, read_rules

DAY_MS = 86_400_000
FIRST_MS = 300_000
FIRST_UNREACHED_MS = 60_000
"""How long a file stays unreachable: after an answer that refuses, and after none, which may be the line."""
DEADLINE_S = 15.0
PATIENCE_S = 5.0
"""How long a page waits for a file that somebody else is fetching, before it goes back."""
LOOK_S = 0.2
AT_HAND = 500
"""Origins whose rules a process keeps at hand."""
MOST_TEXT = 32 << 20
"""So many characters of rules a process keeps at hand, of however few origins."""
LONGEST_PACKED = 64 << 10
_REFUSED = 429
_UNAVAILABLE = frozenset({"redirect_loop", "bad_redirect", "forbidden_address", "bad_url"})

Verdict = Literal["allowed", "forbidden", "wait", "unreachable"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether a page may be requested."""

    verdict: Verdict
    wait_ms: int = 0
    """For `wait` and `unreachable`: when to ask again."""


@dataclass(frozen=True, slots=True)
class _Known:
    verdict: str
    rules: Rules
    until: float


ALLOWED = Ruling("allowed")


class Robots:
    """The robots.txt of all origins, for one process; `rules` are the operator's for single sites."""

    def __init__(self, door: Door, gateway: Gateway, rules: Mapping[str, SiteRule]) -> None:
        self._door = door
        self._gateway = gateway
        self._operator = rules
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._held = 0
        self._said: set[str] = set()

    async def ask(self, url: str, trip: Trip) -> Ruling:
        """Tell whether a page may be requested; a file that has to be fetched goes that trip's way."""
        if self._overruled(site_of(url)):
            return ALLOWED
        known = await self._learn(origin_of(url), trip)
        if isinstance(known, Ruling):
            return known
        return ALLOWED if known.rules.allow(url) else Ruling("forbidden")

    async def text(self, url: str, trip: Trip) -> str | Ruling:
        """Give what an origin's file says, as far as it is kept; a Ruling while that is not known."""
        known = await self._learn(origin_of(url), trip)
        return known if isinstance(known, Ruling) else known.rules.text

    async def _learn(self, origin: str, trip: Trip) -> _Known | Ruling:
        """Look the file up, or fetch it; a Ruling where it says nothing for now."""
        looks = round(PATIENCE_S / LOOK_S)
        while (known := self._at_hand(origin)) is None:
            token = uuid4().hex
            lease_ms = round(DEADLINE_S * 1000) + self._gateway.patience_ms
            call = ask_robots(self._gateway.keys, origin=origin, lease_ms=lease_ms, token=token)
            state = await self._gateway.run(call)
            if state.what == "known":
                self._keep(origin, state.verdict, _unpacked(state), state.ms)
            elif state.what == "fetch":
                await self._fetch(origin, trip, state.failures)
            elif looks == 0:
                return Ruling("wait", min(state.ms, FIRST_MS))
            else:
                looks -= 1
                await self._gateway.sleep(LOOK_S)
        if known.verdict == "unreachable":
            return Ruling("unreachable", max(round((known.until - time.monotonic()) * 1000), 1))
        return known

    def _overruled(self, site: str) -> bool:
        rule = self._operator.get(site)
        if rule is None or rule.robots == "obey":
            return False
        if site not in self._said:
            self._said.add(site)
            structlog.get_logger().info("robots_ignored", site=site, reason=rule.reason)
        return True

    def _at_hand(self, origin: str) -> _Known | None:
        known = self._known.get(origin)
        return known if known is not None and known.until > time.monotonic() else None

    def _keep(self, origin: str, verdict: str, rules: Rules, keep_ms: int) -> None:
        self._forget(origin)
        self._known[origin] = _Known(verdict, rules, time.monotonic() + keep_ms / 1000)
        self._held += len(rules.text)
        while len(self._known) > AT_HAND or self._held > MOST_TEXT:
            self._forget(next(iter(self._known)))

    def _forget(self, origin: str) -> None:
        known = self._known.pop(origin, None)
        self._held -= len(known.rules.text) if known else 0

    async def _fetch(self, origin: str, trip: Trip, failures: int) -> None:
        answer: Fetched | str
        url = f"{origin}/robots.txt"
        await trip(url)
        try:
            answer = await self._door.fetch(
                url, deadline_s=DEADLINE_S, on_redirect=trip, errand=Errand(kind="robots", name=origin)
            )
        except NetError as error:
            answer = error.outcome
        verdict, rules = judge(answer)
        failed = verdict == "unreachable"
        first_ms = FIRST_UNREACHED_MS if isinstance(answer, str) else FIRST_MS
        keep_ms = min(first_ms * 2 ** min(failures, 10), DAY_MS) if failed else DAY_MS
        pace = self._gateway.pace
        packed = zlib.compress(rules.text.encode()) if rules.text else b""
        call = keep_robots(
            self._gateway.keys,
            origin=origin,
            site=site_of(origin),
            verdict=verdict,
            rules=packed,
            keep_ms=keep_ms,
            failed=failed,
            crawl_ms=round(rules.crawl_delay_s * 1000),
            per_site=pace.per_site,
            gap_ms=pace.gap_ms,
            most_ms=pace.most_ms,
            unreached=answer if isinstance(answer, str) else "",
            token=uuid4().hex,
        )
        self._keep(origin, verdict, rules, await self._gateway.run(call))
        said = answer if isinstance(answer, str) else answer.status
        structlog.get_logger().info("robots", origin=origin, verdict=verdict, answer=said)


def judge(answer: Fetched | str) -> tuple[str, Rules]:
    """Judge what came for a robots.txt: an answer, or the named end of a request without one."""
    if isinstance(answer, str):
        return ("all" if answer in _UNAVAILABLE else "unreachable"), Rules()
    if answer.status in range(200, 300):
        rules = read_rules(answer.body)
        if len(zlib.compress(rules.text.encode())) > LONGEST_PACKED:
            return "unreachable", Rules()
        return "rules", rules
    if answer.status in range(400, 500) and answer.status != _REFUSED:
        return "all", Rules()
    return "unreachable", Rules()


def _unpacked(state: RobotsState) -> Rules:
    return Rules(zlib.decompress(state.rules).decode()) if state.rules else Rules()
