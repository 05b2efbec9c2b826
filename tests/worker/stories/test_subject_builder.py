"""What the ledger is told of an article's text."""

import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from story_shapes import write_text

from feedmill.article import Article
from worker.stories.subject_builder import build_story_subject
from worker.stories.text_signature import compute_signature

GIVEN = write_text(random.Random(1), 100)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ARTICLE = Article(
    id="a" * 16, rev=1, url="https://one.example/a", title=GIVEN.title, listed_at=NOW, fetched_at=NOW,
    source="One", feed="https://one.example/feed", lang="en-GB", text=GIVEN.text, word_count=100,
    text_from="page",
)  # fmt: skip


def test_a_text_is_described_by_its_signature_source_and_language() -> None:
    subject = build_story_subject(ARTICLE, window_days=5)
    assert subject is not None
    assert (subject.source, subject.lang, subject.word_count, subject.window_days) == ("One", "en", 100, 5)
    assert subject.minimums == compute_signature(GIVEN.text).minimums
    assert len(subject.encode()) == 128 + 64 + 5 + 1 + 3 + 1 + 2 + len(subject.title_words)


@pytest.mark.parametrize(
    ("change", "is_described"),
    [
        ({"text_from": "feed", "word_count": 79}, False),
        ({"text_from": "feed", "word_count": 80}, True),
        ({"text_from": "page", "word_count": 20}, True),
        ({"text": "A caption."}, False),
        ({"text": ""}, False),
        ({"lang": None, "source": "S" * 200 + "\ud800"}, True),
    ],
)
def test_few_words_of_a_feed_are_in_no_story(change: dict[str, Any], is_described: bool) -> None:
    subject = build_story_subject(msgspec.structs.replace(ARTICLE, **change), window_days=5)
    assert (subject is not None) is is_described
    assert subject is None or len(subject.encode()) < 600


def test_a_window_of_no_days_has_no_stories() -> None:
    assert build_story_subject(ARTICLE, window_days=0) is None
