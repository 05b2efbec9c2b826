"""The first half of a page's turn: its request, by leave of robots.txt and through the gates on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from feedmill._ledger.errors import GateShutError
from feedmill._ledger.gateway import Trip
from feedmill._ledger.links import site_of
from feedmill._ledger.records import LeasedPage
from feedmill._ledger.robots import Robots, Ruling
from feedmill._ledger.told import is_public
from feedmill._net.door import Door
from feedmill._net.errors import NetError
from feedmill._net.exchange import Errand
from feedmill._net.fetched import Fetched
from worker.errors import NoContactError, NotLetInError
from worker.retry import Failing, Later, Never, after_error, after_status
from worker.visits import conditions

ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
NOT_MODIFIED = 304
ROBOTS = "robots"
"""Outcome of a page whose site's robots.txt forbids it."""
UNREACHABLE = "robots_unreachable"
NO_CONTACT = "no_contact"
"""Outcome of a page of the public internet while `network.contact` is not set: it waits, as for a network."""


@dataclass(frozen=True, slots=True)
class Way:
    """What each address on a page's way passes: its robots.txt, then its site's gate."""

    robots: Robots
    trip: Trip
    has_contact: bool = True
    """The user agent says whom a publisher can ask."""

    async def __call__(self, url: str) -> None:
        """Pass; raises NoContactError, NotLetInError and GateShutError."""
        if not self.has_contact and is_public(url):
            raise NoContactError(url)
        ruling = await self.robots.ask(url, self.trip)
        if ruling.verdict != "allowed":
            raise NotLetInError(url, ruling)
        await self.trip(url)


async def request(
    page: LeasedPage,
    *,
    door: Door,
    way: Way,
    deadline_s: float,
    clock: Callable[[], datetime],
    rng: Random,
) -> Fetched | Later | Never:
    """Fetch a page, conditionally where it is visited again, or decide what becomes of it without one."""
    failing = Failing(page.failures, page.first_failed_at)
    asked = conditions(page)
    try:
        await way(page.url)
        answer = await door.fetch(
            page.url,
            headers={**ACCEPT, **asked},
            deadline_s=deadline_s,
            on_redirect=way,
            errand=Errand(kind="page", name=page.id),
        )
    except NoContactError as missing:
        return after_error(NO_CONTACT, failing, temporary=True, detail=str(missing), now=clock(), rng=rng)
    except GateShutError as shut:
        return Later("gate", shut.wait_ms)
    except NotLetInError as refused:
        return _without(refused.ruling, refused.url, failing, clock(), rng)
    except NetError as error:
        return after_error(
            error.outcome, failing, temporary=error.temporary, detail=error.detail, now=clock(), rng=rng
        )
    if asked and answer.status == NOT_MODIFIED:
        return answer
    decided = after_status(answer.status, answer.headers, failing, now=clock(), rng=rng)
    if isinstance(decided, Later) and site_of(answer.url) != page.site:
        decided = replace(decided, close_site_ms=0)  # it was another site that asked for rest
    return decided or answer


def _without(ruling: Ruling, url: str, failing: Failing, now: datetime, rng: Random) -> Later | Never:
    """Decide about a page that robots.txt keeps feedmill from."""
    if ruling.verdict == "forbidden":
        return Never(ROBOTS, f"{url} is forbidden by the site's robots.txt", settled=True)
    if ruling.verdict == "wait":
        return Later(ROBOTS, ruling.wait_ms)
    decided = after_error(UNREACHABLE, failing, temporary=True, detail=url, now=now, rng=rng)
    if isinstance(decided, Never):
        return decided
    return Later(UNREACHABLE, max(decided.delay_ms, ruling.wait_ms))
