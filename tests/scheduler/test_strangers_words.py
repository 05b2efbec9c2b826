"""What strangers write is worked on in the caged parser alone; what is slow gets it within bounds only."""

import ast
import asyncio
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import feedparser
import pytest
from mill import Mill
from origin import feed, serve
from rss_documents import item, rss

from feedmill import _unicode_normalization
from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._ledger.identity import entry_identity, entry_sketches
from feedmill._ledger.identity.diff_normalization import is_counter_or_timestamp, normalize_for_diff
from feedmill._unicode_normalization import MOST_MARKS, bound_marks, normalize_unicode, unescape
from scheduler.entries import ambiguous_ids, entry_names, legacy_entry_ids
from scheduler.field_values.links import MAX_URL_CHARS
from scheduler.parsing import document_parser
from scheduler.parsing.document_models import MAX_TITLE_CHARS, FeedDocument, ParsedFeed
from scheduler.parsing.text_cleaning import MAX_CONTENT_CHARS, MAX_NAME_CHARS, MAX_SUMMARY_CHARS
from scheduler.sandbox import child_document_reader

ROOT = Path(__file__).parents[2]
ROOMS = ("feedmill", "config", "scheduler", "worker", "web", "daemon")
MARKS = "a" + "\u0301\u0323" * 125_000
REFERENCES = "a" + "&#769;&#803;" * 40_000

EXPENSIVE: tuple[Callable[..., Any], ...] = (
    entry_identity.list_aliases,
    entry_identity.name_article,
    entry_identity.compute_entry_key,
    entry_identity.compute_entry_stamp,
    entry_identity.compute_entry_version,
    entry_identity.fold_words,
    entry_identity.former_pair,
    entry_identity.choose_own_name,
    entry_sketches.are_alike,
    entry_sketches.name_words,
    entry_sketches.sketch_words,
    feedparser.parse,
    is_counter_or_timestamp,
    entry_names.hash_entries,
    entry_names.name_entries,
    normalize_unicode,
    document_parser.parse_document,
    child_document_reader.read_document,
    ambiguous_ids.has_ambiguous_ids,
    ambiguous_ids.drop_ambiguous_ids,
    legacy_entry_ids.list_legacy_ids,
    normalize_for_diff,
    unescape,
)
"""Nothing of this is called in a process that others wait for; `unicodedata.normalize` neither."""
KEPT_OUT = (
    "feedmill._ledger.identity.entry_identity",
    "feedmill._ledger.identity.entry_sketches",
    "feedmill._ledger.identity.diff_normalization",
    "feedparser",
    "lxml",
    "scheduler.entries.entry_names",
    "scheduler.parsing.document_parser",
    "scheduler.sandbox.child_document_reader",
    "scheduler.entries.ambiguous_ids",
    "scheduler.entries.legacy_entry_ids",
    "trafilatura",
)
"""Modules whose code such a process does not even load."""


@contextmanager
def watched() -> Iterator[list[str]]:
    """List the calls of expensive functions that this thread makes while an event loop runs."""
    codes = {function.__code__: function.__qualname__ for function in EXPENSIVE}
    called: list[str] = []

    def look(frame: FrameType, event: str, argument: object) -> None:
        name = None
        if event == "call":
            name = codes.get(frame.f_code)
        elif event == "c_call" and argument is unicodedata.normalize:
            name = "unicodedata.normalize"
        if name and asyncio._get_running_loop() is not None:
            called.append(name)

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        yield called
    finally:
        sys.setprofile(before)


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch, caged=True)


def test_the_watch_sees_expensive_calls_beside_a_loop() -> None:
    async def careless() -> None:
        normalize_for_diff("Ünd")

    with watched() as called:
        normalize_for_diff("Ünd")
        assert called == []
        asyncio.run(careless())
    assert called == [
        "normalize_for_diff",
        "normalize_unicode",
        "unicodedata.normalize",
        "is_counter_or_timestamp",
    ]


async def test_a_scheduler_that_polls_never_works_on_entries_words(mill: Mill) -> None:
    def listed(*numbers: int, content: str = "") -> str:
        items = [item(f"http://127.0.0.1:9/{n}", words=f"Wörter {n} {content}") for n in numbers]
        shared = [
            item("http://127.0.0.1:9/show", words=f"ä {n}", guid=f"s{n}", title=f"T{n}") for n in range(4)
        ]
        return rss(*items, *shared, {"title": "ö", "description": "no name"})

    async with serve() as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        with watched() as called:
            for numbers, content in (
                (range(9), ""),
                (range(10), ""),
                (range(10), MARKS),
                (range(30, 50), ""),
            ):
                origin.routes["/feed"] = feed(listed(*numbers, content=content))
                mill.hours_pass()
                await mill.poll()
        assert (await mill.counts()).discovered >= 30
    assert called == []


@pytest.mark.parametrize("module", ["scheduler.main", "scheduler.backfill.backfill_loop", "web.main"])
def test_a_process_that_others_wait_for_does_not_load_what_reads_strangers_words(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(name for name in {KEPT_OUT!r} if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == []


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            yield path, ast.parse(path.read_text("utf-8"))


def test_only_one_module_normalises_or_unescapes() -> None:
    own = Path(_unicode_normalization.__file__)
    for path, tree in modules():
        imported = {
            name.name if isinstance(node, ast.Import) else f"{node.module}.{name.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in node.names
        }
        if path != own:
            assert not imported & {"unicodedata", "unicodedata.normalize", "html.unescape"}, path
            assert "html" not in imported or "html.unescape" not in path.read_text("utf-8"), path


# Bounds


def longest_run(text: str) -> int:
    """Count the most non-starters in a row, as UAX #15 counts them: decomposed."""
    most = run = 0
    for character in "".join(unicodedata.normalize("NFKD", one) for one in text):
        run = run + 1 if unicodedata.combining(character) else 0
        most = max(most, run)
    return most


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u0344\u0323", "\uff9e\u0301", "\u0f73\u0f71", "\u0f81"])
def test_what_reaches_normalize_has_short_runs(marks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str] = []

    class Watched:
        combining = staticmethod(unicodedata.combining)

        @staticmethod
        def normalize(form: Any, text: str) -> str:
            given.append(text)
            return unicodedata.normalize(form, text)

    monkeypatch.setattr(_unicode_normalization, "unicodedata", Watched)
    for text in (f"é{marks * 5000}", f"é{marks * 15}x{marks * 40}", f"{marks * 60} a"):
        normalize_unicode("NFC", text)
        normalize_unicode("NFKC", text)
    assert len(given) == 6
    # a mark may stand for two, and a letter may bring some of its own
    assert max(map(longest_run, given)) <= MOST_MARKS * 2 + 3


def test_every_mark_of_unicode_is_known() -> None:
    def is_mark(character: str) -> bool:
        return unicodedata.combining(unicodedata.normalize("NFKD", character)[0]) > 0

    every = (chr(at) for at in range(0x110000) if not 0xD800 <= at < 0xE000)
    marks = [character for character in every if is_mark(character)]
    assert len(marks) > 800
    for mark in marks:
        assert bound_marks(f"a{mark * (MOST_MARKS + 1)}b") == f"a{mark * MOST_MARKS}b"


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "Ünd é e\u0301 \u1ea1\u0308 \uff9e",
        "हिन्दी में लिखा " * 40,
        "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd " * 60,
        "Z" + "\u0335\u0301" * 15 + "a" + "\u0308" * 30,
        "—" * 4000,
        "\u0301" * 30,
        "ｶﾞ" * 500,
    ],
)
def test_a_text_with_no_longer_runs_stays_as_it_is(text: str) -> None:
    assert bound_marks(text) is text
    assert normalize_unicode("NFKC", text) == unicodedata.normalize("NFKC", text)


def test_what_is_too_much_of_a_run_alone_goes() -> None:
    text = "x" + "\u0301" * 100 + "y" + "\u0323" * 20 + "z" + "\u0308" * 31 + "."
    assert bound_marks(text) == "x" + "\u0301" * 30 + "y" + "\u0323" * 20 + "z" + "\u0308" * 30 + "."


def test_a_number_of_thousands_of_digits_is_no_character() -> None:
    assert unescape("a&#" + "1" * 5000 + ";b &auml; &#0000000065;") == "a\ufffdb ä A"


def every_text(document: ParsedFeed) -> Iterator[tuple[str, int]]:
    for named in document.named:
        entry = named.entry
        yield from (
            (entry.guid or "", MAX_URL_CHARS),
            (entry.link or "", MAX_URL_CHARS),
            (entry.title or "", MAX_TITLE_CHARS),
        )
        yield from ((entry.summary or "", MAX_SUMMARY_CHARS), (entry.content or "", MAX_CONTENT_CHARS))
        yield from ((name, MAX_NAME_CHARS) for name in (*entry.authors, *entry.tags))


LONG = "é" * 700_000
RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item><guid>{0}</guid>'
    "<link>http://a.example/{0}</link><title>{0}</title><description>{0}</description><author>{0}</author>"
    "<category>{0}</category><content:encoded>{0}.</content:encoded></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>{0}</id><title>{0}</title><summary>{0}</summary>'
    '<author><name>{0}</name></author><category term="{0}"/>'
    '<content type="html">{0}.</content></entry></feed>'
)
JSON = (
    '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "{0}", "title": "{0}",'
    '"summary": "{0}", "tags": ["{0}"], "authors": [{{"name": "{0}"}}], "content_html": "{0}."}}]}}'
)


@pytest.mark.parametrize("form", [RSS, ATOM, JSON])
@pytest.mark.parametrize("words", [LONG, MARKS, REFERENCES])
def test_what_is_read_of_an_entry_is_bounded_before_it_is_looked_at(form: str, words: str) -> None:
    document = FeedDocument(
        form.format(words).encode(), None, "http://a.example/f", feed_url="http://a.example/f"
    )
    parsed = child_document_reader.read_document(document)
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.named) == 1
    for text, most in every_text(parsed):
        assert len(text) <= most
        assert longest_run(text) <= MOST_MARKS * 2 + 3


# Identities

SAID = (
    "<p>Die Brücke — „heute“ gesperrt.</p><p>12 comments</p>",
    "ﬁne e\u0301clair &amp; &#8211; caf\u00e9 \u00bd",
    "<b>हिन्दी</b> \u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd \uff76\uff9e Z" + "\u0335\u0301" * 15,
)


def test_identities_are_those_of_the_versions_before() -> None:
    versions = [
        entry_identity.compute_entry_version(Entry(guid="g", title=said, content=said)) for said in SAID
    ]
    assert versions == [2408060256517494368, -4567535804622409819, -3555573660631674631]
    keys = [entry_identity.compute_entry_key(Entry(content=said)) for said in SAID]
    assert keys == [-209781436837615315, -2109378836056614883, 2118392361596516849]
