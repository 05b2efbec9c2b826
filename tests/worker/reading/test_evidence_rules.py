"""What speaks against a text, and what it changes: the way that is chosen, `text_from`, `confidence`."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from feedmill._ledger.core.records import Entry
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.quality.confidence import CONFIDENCE_FACTORS, compute_confidence, measure_word_share

URL = "https://daily.example/2026/11/old-lock"
TEXT = [
    f"The keeper of lock {n} wrote into his book that the water had stood at mark {n} since the gates were mended, "
    "and that nobody but the heron had asked him about it."
    for n in range(8)
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
TITLE = "Keeper of the lock keeps a book of water"


def read(
    body: str = BODY, head: str = "", entry: Entry | None = None, usual: tuple[int, int] | None = None
) -> CleanedArticle:
    html = f"<html lang='en'><head><title>{TITLE}</title>{head}</head><body><article><h1>{TITLE}</h1>{body}</article></body></html>"
    found = read_page(FetchedPage(URL, html.encode(), "text/html"), entry, usual=usual)
    assert isinstance(found, CleanedArticle), found
    return found


def told(words: str) -> str:
    return (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{TITLE}",{words}}}</script>'
    )


SUMMARY = "Keeper wrote water mark gates mended heron asked book"
OTHER = "Seven bakers of the northern quarter argue over sourdough prices before Christmas"


@pytest.mark.parametrize(
    ("body", "head", "entry", "usual", "doubts"),
    [
        (BODY, "", None, None, ()),
        (BODY, "", Entry(link=URL, title=TITLE, summary=SUMMARY), (60, 900), ()),
        (BODY, "", Entry(link=URL, title=TITLE, summary=f"<p>{OTHER}</p>"), None, ("summary_absent",)),
        (BODY, f'<meta name="description" content="{OTHER}">', None, None, ("summary_absent",)),
        (BODY, told('"articleBody":"' + "More words than the page shows of it. " * 90 + '"'), None, None, ("told_longer",)),
        (BODY, "", None, (900, 4000), ("unusual_length",)),
        (BODY, "", None, (5, 40), ("unusual_length",)),
        (f"<p>{TEXT[0]}</p>", "", None, None, ("short",)),
        ("".join(f"<p>{text}</p>" for text in TEXT[:4]), told('"isAccessibleForFree":false'), None, None, ("not_free",)),
    ],
)  # fmt: skip
def test_a_doubt_has_its_word(
    body: str, head: str, entry: Entry | None, usual: tuple[int, int] | None, doubts: tuple[str, ...]
) -> None:
    found = read(body, head, entry, usual)
    assert found.doubts == doubts
    assert found.confidence == compute_confidence(doubts)
    assert found.text_from == "page"


def test_the_feeds_content_is_chosen_where_the_page_has_little_of_it() -> None:
    found = read(
        "".join(f"<p>{text}</p>" for text in TEXT[:3]), entry=Entry(link=URL, title=TITLE, content=BODY)
    )
    assert found.text.split("\n\n") == TEXT
    assert (found.text_from, found.doubts) == ("feed", ("feed_only",))


def test_the_page_stays_where_the_feeds_content_is_something_else() -> None:
    other = "".join(
        f"<p>{OTHER}, and baker {n} of them has the last word in this matter.</p>" for n in range(40)
    )
    found = read(entry=Entry(link=URL, title=TITLE, content=other))
    assert found.text.split("\n\n") == TEXT
    assert found.text_from == "page"


def test_confidence_is_one_without_doubts_and_less_with_each() -> None:
    assert compute_confidence(()) == 1
    assert all(0 < compute_confidence((doubt,)) < 1 for doubt in CONFIDENCE_FACTORS)
    assert 0 < compute_confidence(CONFIDENCE_FACTORS) < 0.2


@pytest.mark.parametrize(
    ("said", "text", "share"),
    [
        ("Keeper of the lock", "whatever", 1.0),  # too few words to tell
        (SUMMARY, " ".join(TEXT), 1.0),
        (OTHER, " ".join(TEXT), 0.0),
        (
            "水位在闸门修好之后一直停在同一个刻度上没有变化",
            "守闸人写道：水位在闸门修好之后一直停在同一个刻度上没有变化。",
            1.0,
        ),
    ],
)
def test_what_is_told_is_looked_for_by_its_longer_words(said: str, text: str, share: float) -> None:
    assert measure_word_share(said, text) == pytest.approx(share, abs=0.01)
