# ruff: noqa: E501  tables
"""What goes out is clean, and what is text stays as it was written."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.logging_setup import _SecretMasker
from daemon.terminal.output import make_text_printable as shown
from feedmill._text_safety import make_line_printable, plain_line, plain_text
from feedmill.article import Article
from feedmill.enclosures import Enclosure, Episode
from worker.extraction.page_reader import CleanedArticle, read_page
from worker.page_models import FetchedPage
from worker.publishing.article_sanitizer import (
    MAX_LINE_CHARS,
    MAX_NAME_CHARS,
    MAX_NAMES,
    MAX_URL_CHARS,
    read_http_url,
    sanitize_article,
)

HARMFUL = "\0\x07\x08\x1b\x7f\x9b\u202a\u202e\u2066\u2069\ufff9\ufffe\U000e0041"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
ARTICLE = Article(
    id="0" * 16, rev=1, url="https://a.example/x", title="t", listed_at=NOW, fetched_at=NOW, source="s",
    feed="https://a.example/feed", text="text", word_count=1, text_from="page",
)  # fmt: skip
LOOKS_LIKE_SOMETHING = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1:A9)",
    '{"event": "created", "rev": 99}',
    "{{ 7 * 7 }} ${jndi:ldap://a.example/x} <%= 7 %> #{7} {% raw %}",
    "<script>alert(1)</script> & <b>bold</b>",
    "[red]bold[/red] [link=file:///etc/passwd]x[/link]",
    "%s %n %(x)s {0} \\n \\x1b[2J",
    "*1\r\n$4\r\nPING",
    "'; DROP TABLE articles; --",
    "مرحبا \u200f(1)\u200e שלום क\u094dष a\u200db 🏴\U000e0067\U000e0062\U000e0065\U000e007f",
]


def test_harmful_characters_leave_every_field() -> None:
    bad = f"a{HARMFUL}b"
    fields = {name: bad for name in MAX_LINE_CHARS if name != "lang"}
    lists = dict.fromkeys(("authors", "agencies", "keywords", "tags"), (bad, HARMFUL))
    clean = sanitize_article(
        msgspec.structs.replace(ARTICLE, text=f"a{HARMFUL}b\r\nc\u2028d", **fields, **lists)
    )
    assert clean.text == "ab\nc\nd"
    assert {getattr(clean, name) for name in fields} == {"ab"}
    assert {getattr(clean, name) for name in lists} == {("ab",)}


@pytest.mark.parametrize("name", sorted(MAX_LINE_CHARS))
def test_every_line_has_a_length(name: str) -> None:
    clean = sanitize_article(msgspec.structs.replace(ARTICLE, **{name: "word " * 9999}))
    assert len(getattr(clean, name)) <= MAX_LINE_CHARS[name]


def test_enclosures_and_episodes_lead_to_the_web_alone() -> None:
    good, bad = Enclosure(url="https://a.example/x.mp3"), Enclosure(url="file:///etc/passwd")
    told = Episode(number=1, transcript="javascript:alert(1)", chapters="https://a.example/c.json")
    clean = sanitize_article(msgspec.structs.replace(ARTICLE, enclosures=(bad, good), episode=told))
    assert clean.enclosures == (good,)
    assert clean.episode == Episode(number=1, chapters="https://a.example/c.json")


def test_lists_and_their_words_have_a_length() -> None:
    clean = sanitize_article(msgspec.structs.replace(ARTICLE, authors=("a" * 9999,) * 9999))
    assert clean.authors == ("a" * MAX_NAME_CHARS,) * MAX_NAMES


def test_every_field_of_an_article_is_looked_at_or_made_by_feedmill_itself() -> None:
    looked_at = {
        *MAX_LINE_CHARS,
        "text",
        "markdown",
        "canonical_url",
        "image",
        "enclosures",
        "episode",
        "authors",
        "agencies",
        "keywords",
        "rights",
        "tags",
    }
    own = {"backfill", "id", "rev", "url", "published_at", "updated_at", "listed_at", "fetched_at", "feed",
           "reading_seconds", "confidence", "doubts", "free", "word_count", "text_from", "read_by", "removed"}  # fmt: skip
    assert looked_at | own == set(Article.__struct_fields__), (
        "a new field: see that worker/publishing/article_sanitizer.py bounds it"
    )


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://a.example/ü?x=1", True),
        ("http://a.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//a.example/x", False),
        ("/x", False),
        ("http://", False),
        ("http://[", False),
        ("https://a.example/a b", False),
        ("https://a.example/\x1b[2J", False),
        ("https://a.example/\u202egnp.exe", False),
        ("https://a.example/" + "a" * MAX_URL_CHARS, False),
        (None, False),
    ],
)
def test_links_are_the_webs(link: str | None, kept: bool) -> None:
    assert read_http_url(link) == (link if kept else None)


def test_a_links_scheme_is_given_in_lower_case() -> None:
    assert read_http_url("HTTPS://Mill.example/A") == "https://Mill.example/A"


@pytest.mark.parametrize("text", LOOKS_LIKE_SOMETHING)
def test_text_that_looks_like_something_else_arrives_as_it_was_written(text: str) -> None:
    expected = text.replace("\r\n", "\n")
    assert sanitize_article(msgspec.structs.replace(ARTICLE, text=text)).text == expected


@pytest.mark.parametrize(
    "text", [text for text in LOOKS_LIKE_SOMETHING if text.isascii() and "\n" not in text]
)
def test_a_page_keeps_such_text_too(text: str) -> None:
    from html import escape  # noqa: PLC0415

    words = "The mill stands by the river and has ground the town's flour since the bridge was built. "
    html = f"<html><body><article><h1>Mill</h1>{f'<p>{words * 3}</p>' * 3}<p>{words} {escape(text)}</p>"
    page = FetchedPage(
        "https://a.example/x", f"{html}<p>{words * 2}</p></article>".encode(), "text/html; charset=utf-8"
    )
    read = read_page(page, None)
    assert isinstance(read, CleanedArticle)
    assert text in plain_text(read.text)


@given(st.text())
def test_plain_text_changes_nothing_but_what_is_harmful(text: str) -> None:
    plain = plain_text(text)
    assert plain == plain_text(plain)
    assert not set(plain) & set(HARMFUL.replace("\U000e0041", ""))
    assert "\x1b" not in plain_line(text)


@given(st.text())
def test_what_is_shown_cannot_steer_a_terminal(text: str) -> None:
    for told in (
        make_line_printable(text),
        shown(text).replace("\n", ""),
        str(_SecretMasker(())(None, "", {"event": text})["event"]),
    ):
        assert not [letter for letter in told if ord(letter) < 32 or 127 <= ord(letter) < 160]
        assert not set(told) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
