"""Requests a page, and ends it where the answer alone decides: not modified, gone, nothing to be read."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from feedmill._ledger.errors import LedgerError, RateLimitedError
from feedmill._ledger.outcome import Outcome
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.request_audit_record import names_contact
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._ledger.politeness.tdm_cache import TdmFileCache
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.response import HttpResponse
from worker.fetching.page_request import GATE, NOT_MODIFIED, FetchResult, PageRequestPermit, fetch_page
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.fetching.revisit_policy import GONE
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import defer_page, release_held_pages
from worker.pipeline.revisit_outcomes import end_gone, end_not_modified, was_made_of_feed
from worker.pipeline.site_events import announce_lack
from worker.pipeline.stand_in_policy import is_due, may_stand_in


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequester:
    """What a request goes through: the gates of sites, their robots.txt, the connection."""

    client: HttpClient
    rate_limiter: RateLimiter
    robots: RobotsCache
    tdm_files: TdmFileCache | None = None
    """None where they are not read."""

    def list_rights(self, answers: Iterable[HttpResponse]) -> tuple[str, ...]:
        """List what the files of their origins reserve of the pages that answered."""
        files = [self.robots, *((self.tdm_files,) if self.tdm_files else ())]
        rights = (right for answer in answers for file in files for right in file.list_rights(answer.url))
        return tuple(dict.fromkeys(rights))


async def request_page(
    work: PageContext, requester: PageRequester, *, passed_at: float
) -> FetchResult | Outcome:
    """Request a page whose site's gate it passed at a moment of the monotonic clock.

    Returns its outcome where there is nothing to read.
    """
    fetched = await _fetch(work, requester, passed_at)
    if fetched.response is not None and fetched.response.status == NOT_MODIFIED:
        return await end_not_modified(work)
    if fetched.failure is None:
        return fetched
    if fetched.lack:
        await announce_lack(work, fetched.lack)
    if isinstance(fetched.failure, GiveUp) and await _is_published_page_gone(work, fetched.failure):
        return await end_gone(work, fetched.failure.reason)
    if not _may_have_words(work, fetched.failure):
        return await release_held_pages(work, await defer_page(work, fetched.failure))
    return fetched


async def _fetch(work: PageContext, requester: PageRequester, passed_at: float) -> FetchResult:
    """Request the page, if there is one to request; an error that no rule expects is a result, too."""
    page = work.page
    if page.held is not None or page.entry.link is None:
        return FetchResult()
    if page.shut_ms:
        return FetchResult(failure=RetryLater(GATE, page.shut_ms))
    try:
        async with requester.rate_limiter.begin_request(
            page.id, already_passed=page.site, since=passed_at
        ) as permit:
            fetched = await fetch_page(
                page,
                client=requester.client,
                permit=PageRequestPermit(
                    requester.robots, permit, names_contact(work.context.client.user_agent)
                ),
                credentials=work.context.credentials,
                deadline_s=work.context.page_timeout_s,
                clock=work.clock,
                rng=work.rng,
            )
        if requester.tdm_files and fetched.response and fetched.response.status != NOT_MODIFIED:
            await _load_tdm_file(work, requester, requester.tdm_files, fetched.response.url)
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001  the page is charged with it before it is read: else it would loop
        return FetchResult(error=error)  # a MemoryError, too: raised, it would end the horse uncharged
    return fetched


async def _load_tdm_file(work: PageContext, requester: PageRequester, files: TdmFileCache, url: str) -> None:
    """Load the tdmrep.json of a page's origin; one that does not come in time reserves nothing."""
    until = time.monotonic() + work.context.page_timeout_s
    while True:
        try:
            async with requester.rate_limiter.begin_request(work.page.id) as permit:
                return await files.load_origin(url, permit)
        except RateLimitedError as shut:
            if time.monotonic() + shut.wait_ms / 1000 > until:
                return None
            await requester.rate_limiter.sleep(shut.wait_ms / 1000)


async def _is_published_page_gone(work: PageContext, why: GiveUp) -> bool:
    """Return whether it is a published page that is gone, not one that the feed's words stand in for."""
    if why.reason not in GONE or not work.page.known_rev:
        return False
    return not await was_made_of_feed(work)


def _may_have_words(work: PageContext, why: GiveUp | RetryLater) -> bool:
    """Return whether the feed's words may stand in now for a page that did not come."""
    page, policy = work.page, work.context.stand_in
    if isinstance(why, RetryLater):
        return is_due(page, why, policy, now_ms=work.read_now_ms())
    return may_stand_in(page, policy) or (policy.stand_in == "full" and bool(page.entry.content))
