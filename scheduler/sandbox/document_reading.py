"""Reads a document and names its entries, all in one go (in the sandboxed parser's process).

A document that was cut is read without its known entries where that shows as much; else it is read whole.
"""

import msgspec

from scheduler.entries.ambiguous_ids import has_ambiguous_ids
from scheduler.entries.entry_filtering import mark_filtered
from scheduler.entries.entry_names import content_number, listing
from scheduler.entries.unchanged_entries import without_spans
from scheduler.parsing.document_models import FeedDocument, ParsedFeed, ParseResult, is_unnamed
from scheduler.parsing.document_parser import parse_document


def read_document(document: FeedDocument) -> ParseResult:
    """Parse a document; its entries come named where the feed that they are of is given."""
    if document.known and (new := _read_new(document)) is not None:
        return new
    parsed = parse_document(document.body, document.content_type, document.url)
    if not isinstance(parsed, ParsedFeed) or not document.feed_url:
        return parsed
    listed = listing(
        parsed.entries,
        feed_url=document.feed_url,
        by_link=document.by_link,
        access=document.access,
        retry=document.retry,
    )
    return msgspec.structs.replace(
        parsed,
        entries=(),
        named=mark_filtered(listed.named, document.filters),
        homeless=listed.homeless,
        content=content_number(parsed.entries),
    )


def _read_new(document: FeedDocument) -> ParsedFeed | None:
    """Read the entries that are not known; None where the whole document has to be read."""
    body, spans, known = document.body, document.spans, document.known
    rest = without_spans(body, [span for place, span in enumerate(spans) if place in known])
    parsed = parse_document(rest, document.content_type, document.url)
    new = len(spans) - len(known)
    if not isinstance(parsed, ParsedFeed) or not parsed.strict or parsed.listed != new:
        return None
    listed = listing(parsed.entries, feed_url=document.feed_url, access=document.access)
    if len(listed.named) != new:
        return None
    if any(map(is_unnamed, parsed.entries)):
        return None
    if new and has_ambiguous_ids(parsed.entries, [body[begin:end] for begin, end in spans]):
        return None
    named = mark_filtered(listed.named, document.filters)
    return msgspec.structs.replace(parsed, entries=(), named=named, listed=len(spans), cut=True)
