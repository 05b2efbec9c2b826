"""When a site has changed: courses of simulated sources, by seed, and what the rule says of each."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from worker.page_models import CleanedArticle, RejectedPage, RemovedText
from worker.quality.template_change import (
    LEAST,
    SETTLED,
    WINDOW,
    PageStats,
    TemplateChange,
    detect_template_change,
    find_usual_word_range,
    measure_page,
    pack_page_stats,
    unpack_page_stats,
)

KEPT = 120
SOURCES = 20
PAGES = 400


def words(rng: Random, middle: float, spread: float) -> int:
    return max(20, round(rng.lognormvariate(0, spread) * middle))


def steady(rng: Random) -> Iterator[PageStats]:
    while True:
        yield PageStats("page", words(rng, 500, 0.5), rng.betavariate(1, 30))


def mixed(rng: Random) -> Iterator[PageStats]:
    """Short agency items and long reports, one after another by chance."""
    while True:
        yield PageStats("page", words(rng, 120 if rng.random() < 0.6 else 1200, 0.4), rng.betavariate(1, 15))


def in_runs(rng: Random) -> Iterator[PageStats]:
    """Days of short items, days of long ones: runs of three to eight pages."""
    while True:
        middle = rng.choice((150, 500, 900))
        for _ in range(rng.randint(3, 8)):
            yield PageStats("page", words(rng, middle, 0.35), rng.betavariate(1, 20))


def half_walled(rng: Random) -> Iterator[PageStats]:
    """Half of the pages behind a wall, some with the feed's text instead."""
    while True:
        kind = rng.choices(("page", "feed", "none"), (5, 2, 3))[0]
        yield PageStats(kind, 0 if kind == "none" else words(rng, 400, 0.6), rng.betavariate(1, 20))


def growing(rng: Random) -> Iterator[PageStats]:
    """A house that writes a little longer with every article."""
    middle = 300.0
    while True:
        middle *= 1.002
        yield PageStats("page", words(rng, middle, 0.4), rng.betavariate(1, 25))


ORDINARY: list[Callable[[Random], Iterator[PageStats]]] = [steady, mixed, in_runs, half_walled, growing]


def halved(mark: PageStats) -> PageStats:
    return PageStats(mark.kind, mark.words // 6, mark.removed)


def doubled(mark: PageStats) -> PageStats:
    """The new template's sidebar is taken for text."""
    return PageStats(mark.kind, mark.words + 2500, mark.removed)


def walled(_mark: PageStats) -> PageStats:
    return PageStats("none")


def fed(mark: PageStats) -> PageStats:
    return PageStats("feed", mark.words)


def stripped(mark: PageStats) -> PageStats:
    return PageStats(mark.kind, mark.words, 0.4)


def course(
    source: Iterator[PageStats],
    pages: int,
    change: Callable[[PageStats], PageStats] | None = None,
    at: int = 0,
    until: int = 0,
) -> list[tuple[int, TemplateChange]]:
    """Run a source through the rule as the ledger does; answers what was told, and at which page."""
    marks: list[PageStats] = []
    since: int | None = None
    told = []
    for number in range(pages):
        mark = next(source)
        if change and at <= number < until:
            mark = change(mark)
        marks = [mark, *marks][:KEPT]
        since = None if since is None else since + 1
        found = detect_template_change(marks, since)
        if found:
            told.append((number, found))
            marks = marks[:since] if found.sign == "new_usual" else marks
            since = None if found.settled else WINDOW
    return told


@pytest.mark.parametrize("kind", ORDINARY, ids=lambda kind: kind.__name__)
def test_ordinary_variation_raises_no_event(kind: Callable[[Random], Iterator[PageStats]]) -> None:
    told = [each for seed in range(SOURCES) for each in course(kind(Random(seed)), PAGES)]
    false = [(at, change) for at, change in told if not change.settled]
    assert len(false) <= (1 if kind is in_runs else 0), (
        f"{len(false)} false alarms in {SOURCES * PAGES} pages: {false[:3]}"
    )


@pytest.mark.parametrize(
    ("change", "sign"),
    [(halved, "length"), (doubled, "length"), (walled, "outcome"), (fed, "outcome"), (stripped, "removed")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_change_is_told_once_within_the_window_and_so_is_its_end(
    change: Callable[[PageStats], PageStats], sign: str
) -> None:
    seen = 0
    for seed in range(SOURCES):
        told = course(steady(Random(seed)), 200, change, at=80, until=110)
        if not told:
            continue
        seen += 1
        (at, changed), *rest = told
        assert (changed.settled, changed.sign) == (False, sign)
        assert 80 < at <= 80 + WINDOW + 2
        assert [each.sign for _, each in rest] == ["as_before"]
    assert seen >= SOURCES * 0.95


def test_a_change_that_stays_is_the_usual_after_a_while() -> None:
    told = course(steady(Random(7)), 300, halved, at=80, until=1000)
    (_, changed), (settled_at, settled) = told
    assert (changed.sign, settled.sign) == ("length", "new_usual")
    assert settled_at <= 80 + SETTLED + WINDOW


def test_little_history_tells_nothing() -> None:
    marks = [PageStats("none")] * WINDOW + [PageStats("page", 500)] * (LEAST - 1)
    assert detect_template_change(marks, None) is None
    assert detect_template_change([*marks, PageStats("page", 500)], None) is not None


def test_a_mark_is_measured_and_kept_in_four_bytes() -> None:
    text = CleanedArticle(
        title="t", text="x" * 90, word_count=18, removed=(RemovedText("y" * 30, "learned"),)
    )
    assert measure_page(text) == PageStats("page", 18, 0.25)
    assert measure_page(RejectedPage("consent")) == PageStats("none")
    assert len(pack_page_stats(measure_page(text))) == 4
    assert unpack_page_stats(pack_page_stats(PageStats("feed", 99_999, 1.0))) == PageStats(
        "feed", 65_535, 1.0
    )
    assert unpack_page_stats(pack_page_stats(measure_page(text))).removed == pytest.approx(0.25, abs=0.01)


def test_the_usual_length_is_known_from_thirty_texts_on() -> None:
    marks = [PageStats("page", 400 + number) for number in range(LEAST)]
    assert find_usual_word_range(marks[1:]) is None
    least, most = find_usual_word_range(marks) or (0, 0)
    assert 90 <= least <= 110
    assert 2400 <= most <= 2600
