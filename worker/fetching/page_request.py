"""The first half of a page's turn: its request, by leave of robots.txt and through the gates on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.politeness.rate_limiter import RequestPermit
from feedmill._ledger.politeness.request_record import is_public
from feedmill._ledger.politeness.robots_cache import RobotsCache, RobotsRuling
from feedmill._net.client.exchange import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.jump_pages import find_jump
from feedmill._net.client.response import HttpResponse
from feedmill._net.errors import NetError
from worker.errors import NoContactError, RobotsDisallowedError
from worker.fetching.retry_policy import FailureRun, GiveUp, RetryLater, after_error, after_status
from worker.fetching.revisit_policy import build_conditional_headers

ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
NOT_MODIFIED = 304
ROBOTS = "robots"
"""Outcome of a page whose site's robots.txt forbids it."""
UNREACHABLE = "robots_unreachable"
NO_CONTACT = "no_contact"
"""Outcome of a page of the public internet while `network.contact` is not set: it waits, as for a network."""


@dataclass(frozen=True, slots=True)
class PageRequestPermit:
    """What each address on a page's way passes: its robots.txt, then its site's gate."""

    robots: RobotsCache
    permit: RequestPermit
    has_contact: bool = True
    """The user agent says whom a publisher can ask."""

    async def __call__(self, url: str) -> None:
        """Pass; raises NoContactError, RobotsDisallowedError and RateLimitedError."""
        if not self.has_contact and is_public(url):
            raise NoContactError(url)
        ruling = await self.robots.check_url(url, self.permit)
        if ruling.verdict != "allowed":
            raise RobotsDisallowedError(url, ruling)
        await self.permit(url)


async def fetch_page(
    page: LeasedPage,
    *,
    client: HttpClient,
    permit: PageRequestPermit,
    deadline_s: float,
    clock: Callable[[], datetime],
    rng: Random,
) -> HttpResponse | RetryLater | GiveUp:
    """Fetch a page, conditionally where it is visited again, or decide what becomes of it without one."""
    failing = FailureRun(page.failures, page.first_failed_at)
    asked = build_conditional_headers(page)
    try:
        await permit(page.url)
        answer = await client.fetch(
            page.url,
            headers={**ACCEPT, **asked},
            deadline_s=deadline_s,
            on_redirect=permit,
            purpose=RequestPurpose(kind="page", name=page.id),
            find_jump=find_jump,
        )
    except NoContactError as missing:
        return after_error(NO_CONTACT, failing, temporary=True, detail=str(missing), now=clock(), rng=rng)
    except RateLimitedError as shut:
        return RetryLater("gate", shut.wait_ms)
    except RobotsDisallowedError as refused:
        return _decide_without_request(refused.ruling, refused.url, failing, clock(), rng)
    except NetError as error:
        return after_error(
            error.outcome, failing, temporary=error.temporary, detail=error.detail, now=clock(), rng=rng
        )
    if asked and answer.status == NOT_MODIFIED:
        return answer
    decided = after_status(answer.status, answer.headers, failing, now=clock(), rng=rng)
    if isinstance(decided, RetryLater) and find_site(answer.url) != page.site:
        decided = replace(decided, close_site_ms=0)  # it was another site that asked for rest
    return decided or answer


def _decide_without_request(
    ruling: RobotsRuling, url: str, failing: FailureRun, now: datetime, rng: Random
) -> RetryLater | GiveUp:
    """Decide about a page that robots.txt keeps feedmill from."""
    if ruling.verdict == "forbidden":
        return GiveUp(ROBOTS, f"{url} is forbidden by the site's robots.txt", settled=True)
    if ruling.verdict == "wait":
        return RetryLater(ROBOTS, ruling.wait_ms)
    decided = after_error(UNREACHABLE, failing, temporary=True, detail=url, now=now, rng=rng)
    if isinstance(decided, GiveUp):
        return decided
    return RetryLater(UNREACHABLE, max(decided.delay_ms, ruling.wait_ms))
