"""Parses a document, names and filters its entries, in one go (in the sandboxed parser's process).

A document that was cut is read without its known entries where that shows as much; else it is read whole.
"""

from collections.abc import Iterable, Sequence

import msgspec

from feedmill._ledger.core.records import Entry
from feedmill._operator_rules.filter_matching import compile_filters
from scheduler.entries.ambiguous_ids import has_ambiguous_ids
from scheduler.entries.entry_names import hash_entries, name_entries
from scheduler.parsing.document_models import FeedDocument, NamedEntry, ParsedFeed, ParseResult, is_unnamed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.entry_selection import without_spans


def read_document(document: FeedDocument) -> ParseResult:
    """Parse a document; its entries come named where the feed that they are of is given."""
    if document.known and (new := _read_new(document)) is not None:
        return new
    parsed = parse_document(document.body, document.content_type, document.url)
    if not isinstance(parsed, ParsedFeed) or not document.feed_url:
        return parsed
    listed = name_entries(
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
        without_target=listed.without_target,
        content=hash_entries(parsed.entries),
    )


def _read_new(document: FeedDocument) -> ParsedFeed | None:
    """Read the entries that are not known; None where the whole document has to be read."""
    body, spans, known = document.body, document.spans, document.known
    rest = without_spans(body, [span for place, span in enumerate(spans) if place in known])
    parsed = parse_document(rest, document.content_type, document.url)
    new = len(spans) - len(known)
    if not isinstance(parsed, ParsedFeed) or not parsed.strict or parsed.listed != new:
        return None
    listed = name_entries(parsed.entries, feed_url=document.feed_url, access=document.access)
    if len(listed.named) != new:
        return None
    if any(map(is_unnamed, parsed.entries)):
        return None
    if new and has_ambiguous_ids(parsed.entries, [body[begin:end] for begin, end in spans]):
        return None
    named = mark_filtered(listed.named, document.filters)
    return msgspec.structs.replace(parsed, entries=(), named=named, listed=len(spans), cut=True)


def mark_filtered(listed: Sequence[NamedEntry], filters: str) -> tuple[NamedEntry, ...]:
    """Mark entries that the stored filters do not let pass; "" lets all pass."""
    if not filters:
        return tuple(listed)
    return tuple(
        named if passes_filters(named.entry, filters) else msgspec.structs.replace(named, is_filtered=True)
        for named in listed
    )


def passes_filters(entry: Entry, filters: str) -> bool:
    """Return whether stored filters let an entry pass."""
    return compile_filters(filters).passes(lambda field: _list_texts(entry, field))


def _list_texts(entry: Entry, field: str) -> Iterable[str]:
    """Return an entry's words in a field of a rule."""
    if field == "category":
        return entry.tags
    if field == "author":
        return entry.authors
    if field == "enclosure":
        return [file.type for file in entry.enclosures if file.type]
    said = {"title": entry.title, "link": entry.link or entry.place, "language": entry.lang}[field]
    return [said] if said else []
