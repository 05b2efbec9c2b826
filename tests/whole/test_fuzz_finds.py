"""What fuzzing found, each a test; and the targets on their own seeds."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from support.tracked import ROOT, tracked

from daemon.errors import InvalidRequestError
from daemon.feeds.opml import read_opml
from feedmill._net.cache_and_retry_headers import WaitRequest, read_max_age, read_retry_after_s
from fuzz.targets import TARGETS
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document
from worker.fetching.retry_policy import FailureRun, RetryLater, after_status

SEEDS = ROOT / "fuzz" / "seeds"
FEED = b'<rss version="2.0"><channel><item><title>One</title><guid>one</guid></item></channel></rss>'


@pytest.mark.parametrize(
    ("target", "seed"),
    [(name, path) for name in TARGETS for path in tracked(str((SEEDS / name).relative_to(ROOT)))],
    ids=lambda part: part if isinstance(part, str) else part.name,
)
def test_a_target_holds_on_its_seeds(target: str, seed: Path) -> None:
    TARGETS[target](seed.read_bytes())


def test_a_declaration_that_is_not_ascii_or_holds_nul_loses_no_feed() -> None:
    for label in (b"ut\xa0-8", b"\xff\xfe", "ü".encode(), b"utf-" + bytes(99) + b"8"):
        read = parse_document(
            b'<?xml version="1.0" encoding="' + label + b'"?>' + FEED, None, "http://a.example/"
        )
        assert isinstance(read, ParsedFeed)
        assert [entry.title for entry in read.entries] == ["One"]


@pytest.mark.parametrize(
    "first_line",
    [
        b'<?xml version="1.0" encoding="</author>\x80utf-8"?>\n',
        b'<?xml version="1.0"?><!-- <?x encoding="\xff" ?> -->',  # a document of one line
        b'<?xml version="1.0"?><!-- <?x encoding="\xff" ?> -->\n',
        b"<?xml-stylesheet " + b"a" * 2000 + b' encoding="\xff" ?>',
    ],
)
def test_only_the_declaration_names_the_encoding(first_line: bytes) -> None:
    named = FEED.replace(b"One", "Müller".encode("latin-1"))
    read = parse_document(first_line + named, "text/xml; charset=iso-8859-1", "http://a.example/")
    assert isinstance(read, ParsedFeed)
    assert [entry.title for entry in read.entries] == ["Müller"]


@pytest.mark.parametrize(
    "name", ["links", "authors", "contributors", "tags", "title_detail", "author_detail", "content"]
)
@pytest.mark.parametrize("text", ["", "x y", "&lt;b&gt;"])
def test_elements_with_the_names_of_feedparsers_fields_lose_no_feed(name: str, text: str) -> None:
    own = f"<{name}>{text}</{name}><atom:{name} xmlns:atom='http://www.w3.org/2005/Atom'>{text}</atom:{name}>".encode()
    more = own + b"<author>a@b.example (Ann)</author><link>http://a.example/1</link>" + own
    read = parse_document(FEED.replace(b"<item>", own + b"<item>" + more), None, "http://a.example/")
    assert isinstance(read, ParsedFeed)
    assert [(entry.title, entry.link, entry.authors) for entry in read.entries] == [
        ("One", "http://a.example/1", ("Ann",))
    ]


def test_numbers_that_no_type_holds_are_no_times() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    told = {"retry-after": "1 Dec " + "4" * 80 + " 0:0"}
    later = after_status(429, told, FailureRun(0, None), now=now, rng=Random(1))
    assert isinstance(later, RetryLater)
    assert read_retry_after_s(told, now) is None
    assert read_max_age({"cache-control": "max-age=\u00b2"}, now) is None
    assert read_max_age({"cache-control": "max-age=60", "age": "\u00b3"}, now) == WaitRequest("max_age", 60)


@pytest.mark.parametrize("space", ["no such", "no\u00a0such", "no&#32;such", "no\nsuch"])
@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="utf-8"?>\n'])
def test_a_namespace_of_several_words_loses_no_feed(space: str, declaration: str) -> None:
    """The strict parser takes a name with its namespace apart at white space."""
    named = FEED.decode().replace("<rss", f'<rss xmlns:x="http://a.example/{space}"')
    named = named.replace("<item>", "<item><x:y>z</x:y>").replace("One", "Mühle")
    read = parse_document((declaration + named).encode(), None, "http://a.example/")
    assert isinstance(read, ParsedFeed)
    assert [(entry.title, entry.guid) for entry in read.entries] == [("Mühle", "one")]


@pytest.mark.parametrize("root", [b"<urn:feedmill:opml?xml>", b"<a:b:c>", b"<:/>", b"<opml:/>", b"<x/>"])
def test_a_list_whose_root_has_no_name_that_xml_allows_is_no_opml(root: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        read_opml(root + b"<opml version='2.0'><body/></opml>")


@pytest.mark.parametrize("form", ["rss", "json"])
def test_no_text_of_an_entry_holds_what_an_article_may_not(form: str) -> None:
    hidden = "a\u2028b\ufdd0c\U000e0041\U000e0042d\ufff9e\x7ff\u202eg"
    if form == "rss":
        fields = ("title", "guid", "description", "author", "category")
        item = "".join(f"<{name}>{hidden}</{name}>" for name in fields)
        document = f"<rss version='2.0'><channel><item>{item}</item></channel></rss>".encode()
    else:
        said = {"id": hidden, "title": hidden, "content_text": hidden, "tags": [hidden]}
        document = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [said]}).encode()
    read = parse_document(document, None, "http://a.example/")
    assert isinstance(read, ParsedFeed)
    (entry,) = read.entries
    texts = [entry.title, entry.guid, entry.content or entry.summary, *entry.authors, *entry.tags]
    assert {" ".join(str(text).split()) for text in texts} == {"a bcdefg"}
