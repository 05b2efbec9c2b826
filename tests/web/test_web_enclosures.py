"""Enclosures of articles go into the gateway's own feeds."""

from datetime import UTC, datetime

import msgspec
from gateway import story

from feedmill.enclosures import Enclosure
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document
from web.rendering.atom_and_json_feed import FeedHead, SyndicationItem, render_atom, render_json_feed

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEAD = FeedHead(title="All", self_url="http://127.0.0.1/feed", home_url="http://127.0.0.1/")
SOUND = Enclosure(url="https://cdn.example/7.mp3", type="audio/mpeg", bytes=7, seconds=61)


def test_what_a_feed_enclosed_the_gateways_feeds_enclose() -> None:
    items = [SyndicationItem(story(1, enclosures=(SOUND,)), NOW)]
    for document, enclosed in (
        (render_json_feed(HEAD, items), SOUND),
        (render_atom(HEAD, items), msgspec.structs.replace(SOUND, seconds=None)),
    ):
        parsed = parse_document(document, None, HEAD.self_url)
        assert isinstance(parsed, ParsedFeed)
        assert parsed.entries[0].enclosures == (enclosed,)
