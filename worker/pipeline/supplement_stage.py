"""Requests what the reader of a page asks for besides: a further page of its article, or a transcript.

The page is read once more then, with what came; where nothing did, with the word that there is no more.
"""

import time
from collections.abc import Mapping
from dataclasses import replace

from feedmill._ledger.errors import LedgerError, RateLimitedError
from feedmill._ledger.outcome import Outcome
from feedmill._ledger.politeness.request_audit_record import names_contact
from feedmill._net.client.response import HttpResponse
from worker.continuation.supplement_fetch import (
    TRANSCRIPT_ACCEPT,
    HeldBytes,
    add_further_page,
    fetch_supplement,
    may_go_on,
)
from worker.fetching.page_request import ACCEPT, FetchResult, PageRequestPermit
from worker.pipeline.fetch_stage import PageRequester
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import CONTINUES, TRANSCRIBED

ASKING = frozenset({CONTINUES, TRANSCRIBED})
"""Outcomes of a reading that asks for what stands at the address that is its reason."""


async def request_supplement(
    work: PageContext,
    requester: PageRequester,
    fetched: FetchResult,
    asked: Outcome,
    *,
    held: HeldBytes,
    until: float,
) -> FetchResult:
    """Request what a reading asks for, and add it to what was fetched.

    All that one page asks for comes `until` a moment of the monotonic clock: a ticket ends, and what has not
    come then would be requested anew by the next one, without end.
    """
    is_page = asked.word == CONTINUES
    if not may_go_on(fetched, held) or time.monotonic() >= until:
        return replace(fetched, is_last=True, has_asked=True)
    context = work.context
    try:
        headers = ACCEPT if is_page else TRANSCRIPT_ACCEPT
        response = await _fetch(work, requester, asked.reason, headers, until)
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001  as with the first page: charged with it before it is read
        return replace(fetched, error=error)
    if not is_page:
        return replace(fetched, transcript=response, has_asked=True)
    return add_further_page(
        fetched, response, most_pages=context.further_pages, max_bytes=context.client.max_decoded
    )


async def _fetch(
    work: PageContext, requester: PageRequester, url: str, headers: Mapping[str, str], until: float
) -> HttpResponse | None:
    """Fetch through the gates; one that is shut is waited for, where it opens in time."""
    context = work.context
    while True:
        try:
            async with requester.rate_limiter.begin_request(work.page.id) as permit:
                return await fetch_supplement(
                    work.page,
                    url,
                    headers=headers,
                    client=requester.client,
                    permit=PageRequestPermit(
                        requester.robots, permit, names_contact(context.client.user_agent)
                    ),
                    credentials=context.credentials,
                    deadline_s=max(until - time.monotonic(), 0),
                )
        except RateLimitedError as shut:
            if time.monotonic() + shut.wait_ms / 1000 > until:
                return None
            await requester.rate_limiter.sleep(shut.wait_ms / 1000)
