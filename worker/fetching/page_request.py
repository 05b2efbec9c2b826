"""Requests a page, by leave of robots.txt and through the gates on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.politeness.rate_limiter import RequestPermit
from feedmill._ledger.politeness.request_audit_record import is_public
from feedmill._ledger.politeness.robots_cache import RobotsCache, RobotsRuling
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.jump_pages import find_jump
from feedmill._net.client.response import HttpResponse
from feedmill._net.errors import NetError
from feedmill._site_credentials.credentials import LACKING, NO_CREDENTIALS, CredentialStore
from worker.errors import NoContactError, RobotsDisallowedError
from worker.fetching.page_credentials import find_page_lack, open_page_chain
from worker.fetching.retry_policy import FailureRun, GiveUp, RetryLater, after_error, after_status
from worker.fetching.revisit_policy import build_conditional_headers

ACCEPT = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
NOT_MODIFIED = 304
"""Status of a page that is as it was at the last visit (RFC 9110 section 15.4.5)."""
ROBOTS = "robots"
"""Outcome of a page whose site's robots.txt forbids it."""
UNREACHABLE = "robots_unreachable"
GATE = "gate"
"""Why a page is put off whose site, or one that it leads to, is shut."""
NO_CONTACT = "no_contact"
"""Outcome of a page of the public internet while `network.contact` is not set: it waits, as for a network."""


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came of a page's request: one of these.

    None of them where there was no request: the page was read before, or the entry has no page of its own.
    """

    response: HttpResponse | None = None
    failure: GiveUp | RetryLater | None = None
    """Why there is no page, and what becomes of it."""
    error: Exception | None = None
    """What no rule expects, raised while the page was requested."""
    lack: str = ""
    """Which credentials this host lacks for it, in words."""
    further: tuple[HttpResponse, ...] = ()
    """The answers of the article's further pages, in order."""
    is_last: bool = False
    """No further page is requested."""
    transcript: HttpResponse | None = None
    """The answer of the entry's transcript."""
    has_asked: bool = False
    """Its transcript was requested, whatever came."""


@dataclass(frozen=True, slots=True)
class PageRequestPermit:
    """What each address on a page's way passes: its robots.txt, then its site's gate."""

    robots: RobotsCache
    permit: RequestPermit
    has_contact: bool = True
    """The user agent names a contact for publishers."""

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
    credentials: CredentialStore = NO_CREDENTIALS,
    deadline_s: float,
    clock: Callable[[], datetime],
    rng: Random,
) -> FetchResult:
    """Fetch a page, conditionally where it is visited again, or decide what becomes of it without one."""
    failing = FailureRun(page.failures, page.first_failed_at)
    conditions = build_conditional_headers(page)
    if lack := find_page_lack(page, credentials):
        later = after_error(LACKING, failing, temporary=True, detail=lack, now=clock(), rng=rng)
        return FetchResult(failure=later, lack=lack)
    try:
        await permit(page.url)
        response = await client.fetch(
            page.url,
            headers={**ACCEPT, **conditions},
            deadline_s=deadline_s,
            on_redirect=permit,
            purpose=RequestPurpose(kind="page", name=page.id),
            find_jump=find_jump,
            credentials=open_page_chain(page, credentials),
        )
    except RateLimitedError as shut:
        return FetchResult(failure=RetryLater(GATE, shut.wait_ms))
    except (NoContactError, RobotsDisallowedError, NetError) as error:
        return FetchResult(failure=_decide_after_error(error, failing, clock(), rng))
    if conditions and response.status == NOT_MODIFIED:
        return FetchResult(response)
    decided = after_status(response.status, response.headers, failing, now=clock(), rng=rng)
    if decided is None:
        return FetchResult(response)
    if isinstance(decided, RetryLater) and find_site(response.url) != page.site:
        decided = replace(decided, close_site_ms=0)  # another site than the page's wants the pause
    return FetchResult(failure=decided)


def _decide_after_error(
    error: NoContactError | RobotsDisallowedError | NetError, failing: FailureRun, now: datetime, rng: Random
) -> RetryLater | GiveUp:
    """Decide about a page whose request was not made, or got no answer."""
    if isinstance(error, RobotsDisallowedError):
        return _decide_without_request(error.ruling, error.url, failing, now, rng)
    if isinstance(error, NoContactError):
        return after_error(NO_CONTACT, failing, temporary=True, detail=str(error), now=now, rng=rng)
    return after_error(
        error.outcome, failing, temporary=error.temporary, detail=error.detail, now=now, rng=rng
    )


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
