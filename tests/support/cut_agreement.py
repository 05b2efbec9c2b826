"""Compares what is read of a feed document with what is read of a part of it."""

import msgspec

from scheduler.entries.known_entry_removal import SplitDocument
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.entry_selection import without_spans

BASE = "http://feedmill.example/"
XML = "application/xml"


def without(body: bytes, taken: SplitDocument, known: frozenset[int]) -> bytes:
    """Write a document without the entries of these prints."""
    return without_spans(
        body, [span for span, own in zip(taken.spans, taken.hashes, strict=True) if own in known]
    )


def agree(body: bytes, whole: ParsedFeed, taken: SplitDocument, known: frozenset[int]) -> None:
    """Compare what is read of a document that was cut down with the same part of the whole one."""
    rest = parse_document(without(body, taken, known), XML, BASE)
    assert isinstance(rest, ParsedFeed)
    wanted = [one for one, own in zip(whole.entries, taken.hashes, strict=True) if own not in known]
    for got, one in zip(rest.entries, wanted, strict=True):
        assert msgspec.to_builtins(got) == msgspec.to_builtins(one)
    assert rest.strict
    assert msgspec.structs.replace(rest, entries=(), listed=0) == msgspec.structs.replace(
        whole, entries=(), listed=0
    )
