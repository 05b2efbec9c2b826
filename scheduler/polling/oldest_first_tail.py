"""Reads the end of a document that is larger than is read and lists its oldest entries first. Pure.

What comes last in it is news, and the begin never shows it. Where the server gives ranges (RFC 9110 section
14) one request asks for the end alone, in the place of the whole document.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import pairwise

from feedmill._ledger.core.records import Entry
from feedmill._net import HttpResponse
from scheduler.polling.poll_values import PARTIAL, AnsweredPoll

MOST_KIB = 1024
"""Of a document's end: some thousand entries of most feeds."""
WHOLE, NO_RANGES = 0, -1
"""What of a document is asked for, where it is no number of KiB; of the last one the server gave no end."""
_MIN_DATED_ENTRIES = 3
"""Dated entries from which their order counts: fewer may be in it by chance."""
_BEGIN = re.compile(
    rb"\s{0,100}(?:\xef\xbb\xbf)?\s{0,100}<(?:\?xml|!--|rss|feed|(?:\w{1,20}:)?rdf)", re.IGNORECASE
)
_ENTRY_END = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_ROOT_END = re.compile(rb"</((?:[\w.-]{1,20}:)?(?:rss|feed|rdf))\s{0,20}>\s{0,100}\Z", re.IGNORECASE)
_SPACES = (
    b"xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    b"xmlns:media='http://search.yahoo.com/mrss/' xmlns:atom='http://www.w3.org/2005/Atom' "
    b"xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
)
_ROOTS = {
    b"rss": b"<rss version='2.0' " + _SPACES + b"><channel>",
    b"feed": b"<feed xmlns='http://www.w3.org/2005/Atom' " + _SPACES + b">",
    b"rdf:rdf": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
    b"xmlns='http://purl.org/rss/1.0/' " + _SPACES + b">",
}


def complete_end(response: HttpResponse) -> HttpResponse:
    """Return an answer with the root of its entries, where it has a document's end; any other as it is."""
    body = response.body
    if response.status != PARTIAL or _BEGIN.match(body):
        return response
    closed = _ROOT_END.search(body[-200:])
    root = _ROOTS.get(closed[1].lower()) if closed else None
    before = _ENTRY_END.search(body)
    first = _ENTRY.search(body, before.end()) if before else None
    if root is None or first is None:
        return response
    return replace(response, body=root + body[first.start() :])


def choose_part(answered: AnsweredPoll, listed: Sequence[Entry]) -> int:
    """Choose what is asked for next: KiB of the end where the begin is old entries and ranges are given.

    As many as half of what is read of a document, at most.
    """
    response, before = answered.response, answered.state.part
    if response.status == PARTIAL:
        return NO_RANGES if response.is_cut else before
    if response.status != HTTPStatus.OK or not response.is_cut:
        return WHOLE if response.status == HTTPStatus.OK else before
    if before != WHOLE:
        return NO_RANGES
    gives_ranges = "bytes" in response.headers.get("accept-ranges", "").lower()
    if not gives_ranges or not _are_oldest_first(listed):
        return WHOLE
    return min(MOST_KIB, len(response.body) // 2048)


def find_part_headers(part: int) -> dict[str, str]:
    """Return the header fields that ask for the end of a document: of a packed one no part can be read."""
    if part <= WHOLE:
        return {}
    return {"Range": f"bytes=-{part * 1024}", "Accept-Encoding": "identity"}


def _are_oldest_first(listed: Sequence[Entry]) -> bool:
    dates = [date for entry in listed if (date := entry.published_at or entry.updated_at)]
    if len(dates) < _MIN_DATED_ENTRIES or dates[0] >= dates[-1]:
        return False
    return sum(one <= other for one, other in pairwise(dates)) * 2 > len(dates)
