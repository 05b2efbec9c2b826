"""Which story an article joins: the rules as tables, and the gold of edits and of other texts."""

import random
from dataclasses import replace
from typing import Any

import pytest
from story_shapes import EDITS, GoldText, make_same_events, write_forecast, write_text

from worker.stories.story_choice import StoryArticle, StoryChoice, choose_story, may_join
from worker.stories.text_signature import BANDS, compute_signature
from worker.stories.title_words import read_title_words

TITLE = "Harbour bridge closes after storm"


def make_article(given: GoldText, *, name: str = "a", source: str = "one", lang: str = "en") -> StoryArticle:
    signature = compute_signature(given.text)
    words = len(given.text.split())
    return StoryArticle(name, name, source, lang, words, signature.minimums, read_title_words(given.title))


OTHER = read_title_words("Railway strike enters second week")
FIRST = make_article(GoldText(TITLE, write_text(random.Random(1)).text))


@pytest.mark.parametrize(
    ("change", "similarity", "joins"),
    [
        ({}, 0.31, True),
        ({}, 0.29, False),
        ({"source": "one", "title": OTHER}, 0.59, False),
        ({"source": "one", "title": OTHER}, 0.6, True),
        ({"source": "one"}, 0.79, False),
        ({"source": "one"}, 0.8, True),
        ({"lang": "de"}, 1.0, False),
        ({"lang": ""}, 1.0, False),
        ({"word_count": 79}, 0.59, False),
        ({"word_count": 79}, 0.6, True),
        ({"word_count": 80}, 0.31, True),
        ({"id": "a"}, 1.0, False),
        ({"title": OTHER}, 0.49, False),
        ({"title": OTHER}, 0.5, True),
        ({"title": read_title_words("Live updates")}, 0.31, True),
    ],
)
def test_the_rules_of_joining(change: dict[str, Any], similarity: float, joins: bool) -> None:
    article = replace(FIRST, **{"id": "b", "source": "two", **change})
    assert may_join(article, FIRST, similarity) is joins


@pytest.mark.parametrize(
    ("one", "two", "shared"),
    [
        (TITLE, "Storm damage: bridge at harbour shut", 2),
        (TITLE, "Bridges reopen in the harbours", 2),
        ("Council approves 2026 budget in vote", "Budget for 2026 passes the house", 2),
        ("What to do as we go on", "What to do as we go on", 0),
        ("港口大桥因风暴关闭", "风暴过后港口大桥重开", 4),
        ("ท่าเรือปิดให้บริการหลังพายุ", "ท่าเรือปิดให้บริการวันนี้", 10),
    ],
)
def test_titles_share_words_of_weight(one: str, two: str, shared: int) -> None:
    assert min(len(read_title_words(one).weighty & read_title_words(two).weighty), 10) >= shared


@pytest.mark.parametrize(
    ("title", "is_short"),
    [
        ("Weather", True),
        ("Live updates now", True),
        (TITLE, False),
        ("天气", True),
        ("港口大桥关闭", False),
        ("", True),
    ],
)
def test_titles_under_four_words_are_not_asked(title: str, is_short: bool) -> None:
    assert read_title_words(title).is_short is is_short


def test_an_article_alone_has_a_story_of_its_own() -> None:
    assert choose_story(FIRST, []) == StoryChoice("a", None, "")
    assert choose_story(FIRST, [FIRST]) == StoryChoice("a", None, "")


def test_an_article_joins_the_story_of_its_nearest() -> None:
    given = write_text(random.Random(2))
    near = make_article(EDITS["1 % of words changed"](random.Random(1), given), name="near", source="two")
    far = make_article(EDITS["cut to 40-70 %"](random.Random(1), given), name="far", source="three")
    choice = choose_story(make_article(given), [far, replace(near, story="elder")])
    assert (choice.story, choice.relation) == ("elder", "copy")
    assert choose_story(make_article(given), [far]).relation == "edited"


def test_of_equals_the_first_is_the_nearest() -> None:
    others = [replace(FIRST, id=name, story=name, source=name) for name in "xyz"]
    assert choose_story(FIRST, others) == StoryChoice("x", 1.0, "copy")


@pytest.mark.parametrize("name", EDITS)
def test_edits_of_a_text_join_it_and_share_a_band(name: str) -> None:
    found = 0
    for number in range(100):
        rng = random.Random(f"{name} {number}")
        given = write_text(rng, rng.choice((250, 400, 700)))
        edited = EDITS[name](rng, given)
        one, two = compute_signature(given.text).bands, compute_signature(edited.text).bands
        is_met = any(one[at : at + 4] == two[at : at + 4] for at in range(0, 4 * BANDS, 4))
        choice = choose_story(make_article(edited, name="b", source="two"), [make_article(given)])
        found += is_met and choice.story == "a"
    assert found >= 95


def test_other_words_on_the_same_event_do_not_join() -> None:
    for one, two in make_same_events():
        choice = choose_story(make_article(two, name="b", source="two"), [make_article(one)])
        assert choice.story == "b", (one, two)


def test_a_translation_does_not_join_even_where_the_words_are_the_same() -> None:
    given = write_text(random.Random(3))
    choice = choose_story(make_article(given, name="b", lang="de"), [make_article(given)])
    assert choice == StoryChoice("b", None, "")


def test_daily_forecasts_of_one_source_do_not_chain() -> None:
    rng = random.Random(4)
    days = [make_article(write_forecast(rng, day), name=str(day)) for day in range(30)]
    for at, day in enumerate(days):
        assert choose_story(day, days[:at]).story == day.id
