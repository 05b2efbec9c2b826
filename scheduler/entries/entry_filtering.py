"""Marks the entries of a document that their feed's filters hold back (in the sandboxed parser's process)."""

from collections.abc import Iterable, Sequence

import msgspec

from feedmill._ledger.core.records import Entry
from feedmill._operator_rules.filter_matching import compile_filters
from scheduler.parsing.document_models import NamedEntry


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
