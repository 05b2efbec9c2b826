"""The worker's pure rules: names of an article, causes of a horse's end, the stream entry's fields."""

import errno
import json
import signal
from datetime import UTC, datetime, timedelta, timezone

import pytest

from feedmill._ledger.core.records import Entry, LeasedPage
from feedmill._ledger.identity.article_and_feed_ids import name_link
from feedmill.article import SCHEMA
from worker.page_models import CleanedArticle, RemovedText
from worker.process_limits import name_death_cause
from worker.publishing.article_builder import build_article, build_stream_fields, list_article_aliases

LINK = "https://example.org/2026/bridge"
PAGE = LeasedPage(
    id=name_link(LINK),
    url=LINK,
    site="example.org",
    source="News",
    feed="https://example.org/feed",
    tags=("local", "water"),
    entry=Entry(link=LINK),
    token="7",
    attempts=0,
    first_failed_at=None,
    failures=0,
    listed_at=1_767_323_045_000,
    known_rev=0,
    known_print="",
)


@pytest.mark.parametrize(
    ("final", "canonical", "names"),
    [
        (LINK, None, ()),
        (LINK + "?utm_source=rss", LINK + "/", ()),
        ("https://example.org/a/bridge", None, ("https://example.org/a/bridge",)),
        (LINK, "https://example.net/bridge", ()),
        (LINK, "https://example.org/", ()),
        ("https://example.org/", None, ()),
        ("https://example.org/?p=12", None, ("https://example.org/?p=12",)),
        (LINK, "/2026/bridge", ()),
        (LINK, "http://[bad", ()),
        ("", None, ()),
    ],
)  # fmt: skip
def test_an_article_is_named_by_its_address_and_its_canonical_link(
    final: str, canonical: str | None, names: tuple[str, ...]
) -> None:
    assert list_article_aliases(PAGE, final, canonical) == (tuple(name_link(link) for link in names), ())


def test_a_canonical_link_that_looks_otherwise_is_only_told() -> None:
    proven, told = list_article_aliases(
        PAGE, "https://other.example/b-b-b", "https://other.example/b-b-b?x", is_proven=False
    )
    assert (proven, len(told)) == ((), 2)
    proven, told = list_article_aliases(PAGE, "https://m.example.org/b", "https://example.org/c")
    assert (proven, told) == ((name_link("https://example.org/b"),), (name_link("https://example.org/c"),))
    slug = "https://example.org/2026/the-old-bridge-is-shut"
    proven, told = list_article_aliases(PAGE, "https://m.example.org/the-old-bridge-is-shut", slug)
    assert (len(proven), told) == (2, ())


@pytest.mark.parametrize(
    ("status", "killed", "cause"),
    [
        (signal.SIGXCPU, False, "timeout"),
        (signal.SIGALRM, False, "timeout"),
        (signal.SIGKILL, True, "timeout"),
        (signal.SIGKILL, False, "crash"),
        (signal.SIGSEGV, False, "crash"),
        (signal.SIGSEGV | 0x80, False, "crash"),
        (errno.ENOMEM << 8, False, "memory"),
        (1 << 8, False, "crash"),
        (0, False, "error"),
    ],
)
def test_the_end_of_a_horse_has_a_name(status: int, killed: bool, cause: str) -> None:
    assert name_death_cause(status, killed=killed) == cause


def test_the_entry_is_flat_and_its_time_in_utc() -> None:
    cleaned = CleanedArticle(
        title="Bridge",
        text="Shut.",
        word_count=1,
        authors=("A. Miller",),
        reading_seconds=108,
        removed=(RemovedText("1 min read", "read_time"), RemovedText("2 min read", "read_time")),
    )
    now = datetime(2026, 1, 2, 5, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=1)))
    article = build_article(PAGE, cleaned, rev=3, url=LINK, fetched_at=now)
    fields = build_stream_fields(article, event="updated", now=now)
    assert (
        fields.pop("article")
        == json.dumps(
            json.loads(build_stream_fields(article, event="updated", now=now)["article"]),
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
    )
    assert fields == {
        "event": "updated",
        "id": PAGE.id,
        "rev": "3",
        "source": "News",
        "feed": "https://example.org/feed",
        "lang": "",
        "tags": "local,water",
        "url": LINK,
        "time": "2026-01-02T04:04:05.678Z",
        "schema": SCHEMA,
        "text_from": "page",
    }
    assert article.listed_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (article.removed, article.reading_seconds, article.tags) == (
        {"read_time": 2},
        108,
        ("local", "water"),
    )
