"""Feeds of our own, and the entries that must come of them."""

from pathlib import Path

import msgspec
import pytest

from feedmill._ledger.core.records import Entry
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document

FEEDS = Path(__file__).parent / "feeds"


def parsed(name: str, content_type: str | None, *, recode: str | None = None) -> ParsedFeed:
    body = (FEEDS / f"{name}.xml").read_bytes()
    result = parse_document(
        body.decode().encode(recode) if recode else body, content_type, "https://gazette.example/feeds/all"
    )
    assert isinstance(result, ParsedFeed)
    return result


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("rss", "application/rss+xml; charset=utf-8"),
        ("rss", "text/xml"),
        ("rss", "text/html; charset=iso-8859-1"),  # a header that is wrong about valid UTF-8
        ("rss", "application/xml; charset=zlib_codec"),
        ("rss", None),
        ("atom", "application/atom+xml"),
        ("atom", "text/plain"),
        ("podcast", "application/rss+xml"),
        ("rdf", "application/rdf+xml"),  # the file is UTF-8 though it says otherwise
    ],
)
def test_golden_feeds_give_their_entries(name: str, content_type: str | None) -> None:
    golden = msgspec.json.decode((FEEDS / f"{name}.json").read_bytes(), type=list[Entry])
    result = parsed(name, content_type)
    assert list(result.entries) == golden
    assert (result.outcome, result.listed) == ("ok", len(golden))


@pytest.mark.parametrize(
    ("recode", "content_type"),
    [
        ("iso-8859-1", "application/xml"),
        ("iso-8859-1", "application/xml; charset=ISO-8859-1"),
        ("cp1252", "text/xml; charset=windows-1252"),
        ("utf-16", None),
        ("utf-16-le", "application/xml"),
        ("utf-32", None),
        ("utf-8-sig", "text/xml"),
    ],
)
def test_character_sets_are_read(recode: str, content_type: str | None) -> None:
    golden = msgspec.json.decode((FEEDS / "rdf.json").read_bytes(), type=list[Entry])
    assert list(parsed("rdf", content_type, recode=recode).entries) == golden
