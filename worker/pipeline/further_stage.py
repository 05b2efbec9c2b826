"""Requests the page on which an article goes on, as its reader names it, before the article is read whole."""

import time
from dataclasses import replace

from feedmill._ledger.errors import LedgerError, RateLimitedError
from feedmill._ledger.politeness.request_record import names_contact
from feedmill._net.client.response import HttpResponse
from worker.fetching.further_request import HeldBytes, add_further_page, fetch_further_page, may_go_on
from worker.fetching.page_request import FetchResult, PageRequestPermit
from worker.pipeline.fetch_stage import PageRequester
from worker.pipeline.page_work import PageWork


async def request_further_page(
    work: PageWork, requester: PageRequester, fetched: FetchResult, url: str, held: HeldBytes
) -> FetchResult:
    """Request a further page and add it to what was fetched; where it does not come, the article ends."""
    if not may_go_on(fetched, held):
        return replace(fetched, is_last=True)
    context = work.context
    try:
        response = await _fetch(work, requester, url)
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001  as with the first page: charged with it before it is read
        return replace(fetched, error=error)
    return add_further_page(
        fetched, response, most_pages=context.further_pages, max_bytes=context.client.max_decoded
    )


async def _fetch(work: PageWork, requester: PageRequester, url: str) -> HttpResponse | None:
    """Fetch a page through the gates; one that is shut is waited for as long as a request may take."""
    context = work.context
    until = time.monotonic() + context.page_timeout_s
    while True:
        try:
            async with requester.rate_limiter.begin_request(work.page.id) as permit:
                return await fetch_further_page(
                    work.page,
                    url,
                    client=requester.client,
                    permit=PageRequestPermit(
                        requester.robots, permit, names_contact(context.client.user_agent)
                    ),
                    credentials=context.credentials,
                    deadline_s=context.page_timeout_s,
                )
        except RateLimitedError as shut:
            if time.monotonic() + shut.wait_ms / 1000 > until:
                return None
            await requester.rate_limiter.sleep(shut.wait_ms / 1000)
