"""Builds what the parser takes of a response, alike for polls and for the pages of a backfill. Pure."""

from feedmill._ledger.core.records import LeasedBackfill, LeasedFeed
from feedmill._net import HttpResponse
from feedmill._site_credentials.credentials import CredentialStore
from scheduler.entries.restricted_entries import describe_access
from scheduler.parsing.document_models import FeedDocument

_UNSTABLE_GUID_POLLS = 2
"""Polls in a row on which known articles had new guids, from which on a feed's entries are named by their
links; a single one may be a move of the site."""


def has_unstable_guids(feed: LeasedFeed | LeasedBackfill) -> bool:
    """Return whether guids change from poll to poll, so that entries are named by their links."""
    return feed.fickle >= _UNSTABLE_GUID_POLLS


def build_feed_document(
    feed: LeasedFeed | LeasedBackfill, response: HttpResponse, credentials: CredentialStore
) -> FeedDocument:
    """Build the document of a response with what is known of its feed; all of it is to be read."""
    return FeedDocument(
        response.body,
        response.headers.get("content-type"),
        response.url,
        feed_url=feed.url,
        by_link=has_unstable_guids(feed),
        filters=feed.filters,
        access=describe_access(credentials, feed.url, feed.source),
    )
