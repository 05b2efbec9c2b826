"""A poll and a page of a backfill have their documents read alike, so an entry has one name by both ways."""

import msgspec
import pytest

from feedmill._ledger.core.records import LeasedBackfill, LeasedFeed
from feedmill._net import HttpResponse
from feedmill._site_credentials.credentials import NO_CREDENTIALS
from scheduler.entries.feed_document_builder import build_feed_document, has_unstable_guids

URL = "https://example.org/feed"
RESPONSE = HttpResponse(
    url=URL, status=200, headers={"content-type": "text/xml"}, body=b"<rss/>", redirects=(), elapsed_s=0.0
)
FEED = LeasedFeed(
    id="f", url=URL, site="example.org", source="s", tags=(), interval=None, token="t", due_at=0,
    filters="only",
)  # fmt: skip
BACKFILL = LeasedBackfill(
    name="gap:f", feed_id="f", url=URL, source="s", site="example.org", token="t", state="", filters="only"
)


@pytest.mark.parametrize(("polls", "unstable"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_document_is_the_same_for_a_poll_and_for_a_backfill(polls: int, unstable: bool) -> None:
    feed, backfill = (msgspec.structs.replace(one, fickle=polls) for one in (FEED, BACKFILL))
    document = build_feed_document(feed, RESPONSE, NO_CREDENTIALS)
    assert document == build_feed_document(backfill, RESPONSE, NO_CREDENTIALS)
    assert (document.by_link, has_unstable_guids(feed), document.filters) == (unstable, unstable, "only")
    assert (document.body, document.content_type, document.url) == (b"<rss/>", "text/xml", URL)
