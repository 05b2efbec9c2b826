"""What the demo checks: each broken promise is found and named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from daemon.demo.promise_checks import Arrival, find_broken_promises, find_missing_pages, percentile
from daemon.demo.site_articles import SEED_SLUG, NewsroomArticle, apply_correction, read_articles
from feedmill.article import Article

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
AFTER = {f"http://127.0.0.9/{story.slug}": story for story in read_articles(NOW)}
BEFORE = {page: story for page, story in AFTER.items() if not story.late}
WRONG = next(page for page, story in AFTER.items() if story.correction)
SEED = next(page for page in AFTER if page.endswith(SEED_SLUG))
AFTER[WRONG] = apply_correction(AFTER[WRONG], NOW)


def arrival(page: str, story: NewsroomArticle, rev: int = 1, **changes: object) -> Arrival:
    article = Article(
        id=f"{story.number:016x}",
        rev=rev,
        url=page + "?utm_source=rss",
        title=story.title,
        listed_at=NOW,
        fetched_at=NOW,
        source="S",
        feed="http://127.0.0.9/feed",
        text="\n\n".join(story.lines),
        word_count=1,
        text_from="page",
        reading_seconds=story.reading_seconds,
        agencies=story.agencies,
        standfirst=story.standfirst,
        published_at=story.published,
    )
    article = msgspec.structs.replace(article, **changes)
    landed = int((NOW + timedelta(milliseconds=1500)).timestamp() * 1000)
    return Arrival(f"{landed}-0", "created" if rev == 1 else "updated", article)


def everything() -> dict[str, Arrival]:
    first = {page: arrival(page, BEFORE.get(page, story)) for page, story in AFTER.items()}
    return first | {"corrected": arrival(WRONG, AFTER[WRONG], rev=2)}


def broken(arrivals: dict[str, Arrival], dead: int = 0) -> str:
    return "\n".join(find_broken_promises(BEFORE, AFTER, list(arrivals.values()), dead))


def test_nothing_is_broken_when_everything_arrived_as_written() -> None:
    assert broken(everything()) == ""


def test_an_article_that_never_arrived_is_named() -> None:
    arrivals = everything()
    del arrivals[SEED]
    assert broken(arrivals) == f"{SEED} never arrived"
    assert find_missing_pages(AFTER, list(arrivals.values())) == {SEED}


def test_a_correction_that_did_not_arrive_is_named() -> None:
    arrivals = everything()
    del arrivals["corrected"]
    assert broken(arrivals) == f"{WRONG} rev 2 did not arrive as updated"


def test_a_correction_that_came_as_a_new_article_is_named() -> None:
    arrivals = everything()
    arrivals["corrected"] = arrival(WRONG, AFTER[WRONG], rev=2, id="f" * 16)
    assert "arrived under 2 ids" in broken(arrivals)


def test_an_article_that_arrived_twice_is_named() -> None:
    assert "rev 1 arrived 2 times" in broken(everything() | {"again": everything()[SEED]})


def test_a_revision_without_a_change_is_named() -> None:
    arrivals = everything() | {"again": arrival(SEED, AFTER[SEED], rev=2)}
    assert broken(arrivals) == f"{SEED} rev 2 arrived without a change"


def test_a_stranger_is_named() -> None:
    stranger = arrival("http://127.0.0.9/about", AFTER[SEED], id="e" * 16)
    assert "http://127.0.0.9/about arrived, but no feed lists it" in broken(everything() | {"x": stranger})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "Similar Posts\n\n" + "\n\n".join(AFTER[SEED].lines)}, "boilerplate left 'Similar Posts'"),
        ({"text": "\n\n".join(AFTER[SEED].lines[1:])}, "lost 'The defence ministers"),
        ({"text": "\n\n".join(reversed(AFTER[SEED].lines))}, "out of order"),
        ({"title": "SCO - The Harbour Gazette"}, "title is 'SCO"),
        ({"reading_seconds": None}, "reading_seconds is None, not 108"),
        ({"standfirst": None}, "standfirst is None"),
        ({"published_at": NOW}, "published_at is 2026-11-23 20:00"),
        ({"agencies": ()}, "agencies are [], not ['Xinhua']"),
    ],
)
def test_a_seed_article_that_is_not_clean_is_named(changes: dict[str, object], words: str) -> None:
    assert words in broken(everything() | {SEED: arrival(SEED, AFTER[SEED], **changes)})


def test_a_standfirst_may_open_the_text_but_stand_nowhere_else() -> None:
    story = AFTER[SEED]
    opening = "\n\n".join((story.standfirst, *story.lines))
    closing = "\n\n".join((*story.lines, story.standfirst))
    assert broken(everything() | {SEED: arrival(SEED, story, text=opening)}) == ""
    assert "boilerplate left" in broken(everything() | {SEED: arrival(SEED, story, text=closing)})


def test_dead_letters_break_the_promise() -> None:
    assert broken(everything(), dead=2) == "2 pages ended as dead letters"


def test_an_event_that_is_not_created_is_named() -> None:
    arrivals = everything()
    arrivals[SEED] = replace(arrivals[SEED], event="updated")
    assert broken(arrivals) == f"{SEED} rev 1 did not arrive as created"


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, 0.0), ([3.0], 0.95, 3.0), ([4, 1, 3, 2], 0.5, 2), (range(1, 101), 0.95, 95), ([1, 2], 0.0, 1)],
)
def test_percentiles_are_values_that_were_measured(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_seconds_run_from_the_poll_to_the_stream() -> None:
    assert everything()[SEED].seconds == pytest.approx(1.5)
