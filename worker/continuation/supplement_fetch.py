"""Requests a supplement of an article: a further page of it, or its transcript, the same way as its page.

It is no page of the ledger and has no retries of its own. Where it does not come, the article is made of what
there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.jump_pages import find_jump
from feedmill._net.client.response import HttpResponse
from feedmill._net.errors import NetError
from feedmill._site_credentials.credentials import CredentialStore
from worker.errors import NoContactError, RobotsDisallowedError
from worker.fetching.page_credentials import open_page_chain
from worker.fetching.page_request import FetchResult, PageRequestPermit
from worker.fetching.retry_policy import PAGE_STATUSES

TRANSCRIPT_ACCEPT = {
    "Accept": "text/vtt,application/x-subrip,application/json;q=0.9,text/html;q=0.8,*/*;q=0.5"
}
LARGE_BYTES = 1 << 20
"""A page of more holds one of the client's few places for large bodies, which it must not wait for twice."""
MAX_HELD_BYTES = 64 << 20
"""Bytes of pages that go on which one process holds; beyond, articles end where they are."""


@dataclass(slots=True)
class HeldBytes:
    """Counts the bytes of all answers of articles whose further pages are being fetched."""

    total: int = 0


async def fetch_supplement(
    page: LeasedPage,
    url: str,
    *,
    headers: Mapping[str, str],
    client: HttpClient,
    permit: PageRequestPermit,
    credentials: CredentialStore,
    deadline_s: float,
) -> HttpResponse | None:
    """Fetch what belongs to a page's article; None where it is not to be had.

    Raises RateLimitedError where its site's gate stays shut.
    """
    try:
        await permit(url)
        response = await client.fetch(
            url,
            headers=headers,
            deadline_s=deadline_s,
            on_redirect=permit,
            purpose=RequestPurpose(kind="page", name=page.id),
            find_jump=find_jump,
            credentials=open_page_chain(page, credentials),
        )
    except (NoContactError, RobotsDisallowedError, NetError):
        return None
    return response if response.status in PAGE_STATUSES else None


def add_further_page(
    fetched: FetchResult, response: HttpResponse | None, *, most_pages: int, max_bytes: int
) -> FetchResult:
    """Add a further page to those that were fetched, and decide whether it is the last one.

    All together have the bytes of one page at most; what is more is left out, and so is what is of another
    site than the first one.
    """
    first = fetched.response
    if response is None or first is None or find_site(response.url) != find_site(first.url):
        return replace(fetched, is_last=True)
    if count_bytes(fetched) + len(response.body) > max_bytes:
        return replace(fetched, is_last=True)
    further = (*fetched.further, response)
    is_last = len(further) >= most_pages or len(response.body) > LARGE_BYTES
    return replace(fetched, further=further, is_last=is_last)


def may_go_on(fetched: FetchResult, held: HeldBytes) -> bool:
    """Return whether memory allows a further request for an article."""
    first = fetched.response
    return held.total <= MAX_HELD_BYTES and (first is None or len(first.body) <= LARGE_BYTES)


def count_bytes(fetched: FetchResult) -> int:
    """Count the bytes of what was fetched of an article."""
    answers = (fetched.response, *fetched.further)
    return sum(len(one.body) for one in answers if one is not None)
