"""Stories, decided as articles are published: fields, keys, bounds, and the rules of the pure choice."""

import random
from dataclasses import replace
from itertools import count

import pytest
from ledger_desk import DAY, MINUTE, Desk, story
from story_shapes import EDITS, GoldText, change_words, write_text
from story_subjects import describe

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.core.story_subject import StorySubject
from feedmill.event import event_of
from worker.stories.story_choice import StoryArticle, StoryChoice, choose_story
from worker.stories.title_words import read_title_words

FIELDS = ("story", "story_size", "story_sources", "similarity", "relation")


def take(desk: Desk, *numbers: int) -> list[LeasedPage]:
    return desk.start(*(story(number) for number in numbers))


def told(desk: Desk) -> list[dict[str, str]]:
    """Read the story's fields of all entries."""
    rows = desk.client.xrange(desk.keys.stream())
    return [
        {name: fields[name.encode()].decode() for name in FIELDS if name.encode() in fields}
        for _, fields in rows
    ]


def fields_of(
    story: str, size: int, sources: int, similarity: str = "", relation: str = ""
) -> dict[str, str]:
    return dict(zip(FIELDS, (story, str(size), str(sources), similarity, relation), strict=True))


def bucket_of(desk: Desk) -> str:
    """Give the key that holds the texts of this day and of the one before or after."""
    day = desk.now // DAY
    return desk.keys.stories(day - day % 2)


GIVEN = write_text(random.Random(1))
NEAR = change_words(0.1)(random.Random(1), GIVEN)


def test_the_fields_say_what_was_known_when_the_entry_was_appended(desk: Desk) -> None:
    one, two, three, four = take(desk, 1, 2, 3, 4)
    desk.publish(one, subject=describe(GIVEN))
    desk.publish(two, subject=describe(GIVEN, "two"))
    desk.publish(three, subject=describe(NEAR, "two"))
    desk.publish(four, subject=describe(write_text(random.Random(2)), "three"))
    first, copied, edited, other = told(desk)
    assert first == fields_of(one.id, 1, 1)
    assert copied == fields_of(one.id, 2, 2, "1.00", "copy")
    assert edited | {"similarity": ""} == fields_of(one.id, 3, 2, "", "edited")
    assert 0.3 < float(edited["similarity"]) < 0.8
    assert other == fields_of(four.id, 1, 1)


def test_a_command_sent_again_decides_the_same(desk: Desk) -> None:
    one, two = take(desk, 1, 2)
    desk.publish(one, subject=describe(GIVEN))
    for _ in range(2):  # the second has another token: the revision is out
        desk.publish(two, subject=describe(GIVEN, "two"))
    assert [row["story_size"] for row in told(desk)] == ["1", "2"]
    assert desk.client.hget(desk.keys.story(one.id), "size") == b"2"


def test_an_article_without_a_subject_is_in_no_story_until_a_revision_decides(desk: Desk) -> None:
    one, two = take(desk, 1, 2)
    desk.publish(one, subject=describe(GIVEN))
    desk.publish(two)
    desk.now += DAY
    (again,) = desk.start(story(2, words="more"))
    desk.publish(again, subject=describe(GIVEN, "two"))
    assert told(desk) == [fields_of(one.id, 1, 1), {}, fields_of(one.id, 2, 2, "1.00", "copy")]


def test_a_revision_keeps_its_story_and_tells_its_size_of_now(desk: Desk) -> None:
    one, two = take(desk, 1, 2)
    desk.publish(one, subject=describe(GIVEN))
    desk.publish(two, subject=describe(GIVEN, "two"))
    desk.now += DAY
    (again,) = desk.start(story(1, words="more"))
    desk.publish(again, subject=describe(write_text(random.Random(3))))
    desk.now += DAY
    (last,) = desk.start(story(2, words="more"))
    desk.publish(last, event="retracted")
    assert told(desk)[2:] == [fields_of(one.id, 2, 2), fields_of(one.id, 2, 2, "1.00", "copy")]


def test_another_feed_that_lists_an_article_is_told_its_story(desk: Desk) -> None:
    (one,) = take(desk, 1)
    desk.publish(one, subject=describe(GIVEN))
    desk.apply("http://a.example/feed", "http://a.example/other")
    desk.poll("http://a.example/other", story(1))
    rows = told(desk)
    assert len(rows) == 2
    assert rows[1] == fields_of(one.id, 1, 1)


@pytest.mark.parametrize("first_day", [0, 1])
def test_a_text_older_than_the_window_is_not_joined_and_its_days_expire_whole(
    desk: Desk, first_day: int
) -> None:
    desk.now += (first_day - desk.now // DAY) % 2 * DAY
    one, two, three, four, five = take(desk, 1, 2, 3, 4, 5)
    begun = bucket_of(desk)
    desk.publish(one, subject=describe(GIVEN, window_days=2))
    assert desk.client.pttl(begun) == pytest.approx((2.5 - first_day) * DAY, abs=MINUTE)
    desk.extend(two, three, four, five, lease=5 * DAY)
    desk.now += DAY
    desk.publish(two, subject=describe(write_text(random.Random(5)), "two", window_days=2))
    desk.now += DAY
    desk.publish(three, subject=describe(GIVEN, "three", window_days=2))
    desk.now += DAY
    desk.publish(four, subject=describe(GIVEN, "four", window_days=2))
    assert [row["story"] for row in told(desk)] == [one.id, two.id, three.id, three.id]
    desk.now += DAY
    desk.publish(five, subject=describe(GIVEN, "five", window_days=2))
    assert [desk.client.exists(key) for key in (begun, bucket_of(desk))] == [0, 1]


def test_ten_thousand_equal_texts_would_fill_no_band(desk: Desk) -> None:
    pages = take(desk, *range(60))
    for number, page in enumerate(pages):
        desk.publish(page, subject=describe(GIVEN, f"source {number}"))
    bucket = desk.client.hgetall(bucket_of(desk))
    assert max(len(value) for field, value in bucket.items() if len(field) == 4) == 4 * 4
    assert told(desk)[-1] == fields_of(pages[0].id, 60, 60, "1.00", "copy")


def test_of_a_band_the_latest_articles_are_kept(desk: Desk) -> None:
    pages = take(desk, *range(40))
    shared = describe(GIVEN).bands
    for number, page in enumerate(pages):
        own = describe(write_text(random.Random(number)), f"source {number}")
        desk.publish(page, subject=replace(own, bands=shared))
    bucket = desk.client.hgetall(bucket_of(desk))
    assert {len(value) for field, value in bucket.items() if len(field) == 4} == {8 * 4}


def test_each_day_has_its_own_places_in_a_band(desk: Desk) -> None:
    desk.now += desk.now // DAY % 2 * DAY
    pages = take(desk, *range(20))
    desk.extend(*pages, lease=3 * DAY)
    shared = describe(GIVEN).bands
    for number, page in enumerate(pages):
        desk.now += DAY if number == 10 else 0
        own = describe(write_text(random.Random(number)), f"source {number}")
        desk.publish(page, subject=replace(own, bands=shared))
    bucket = desk.client.hgetall(bucket_of(desk))
    (members,) = {value for field, value in bucket.items() if len(field) == 4}
    numbers = [int.from_bytes(members[at : at + 4], "big") for at in range(0, len(members), 4)]
    assert numbers == [2 * (number + 1) for number in range(2, 10)] + [
        2 * (number + 1) + 1 for number in range(12, 20)
    ]


def test_a_failed_append_writes_nothing_of_the_story(desk: Desk) -> None:
    (one,) = take(desk, 1)
    desk.client.set(desk.keys.stream(), "no stream")
    with pytest.raises(Exception, match="WRONGTYPE"):
        desk.publish(one, subject=describe(GIVEN))
    assert list(desk.client.scan_iter(f"{desk.keys.stories()}*")) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_ledger_decides_as_the_pure_choice(desk: Desk, seed: int) -> None:
    rng, numbers = random.Random(seed), count()
    texts = [write_text(rng, rng.choice((60, 120, 300))) for _ in range(3)]
    known: list[StoryArticle] = []
    pages = take(desk, *range(40))
    for page in pages:
        given = EDITS[rng.choice(list(EDITS))](rng, rng.choice(texts))
        if rng.random() < 0.3:
            given = GoldText(rng.choice(("Live", "Quite another title of some words")), given.text)
        source, lang = rng.choice(("one", "two", "three")), rng.choice(("en", "en", "en", "de"))
        subject = describe(given, source, lang=lang)
        own = StoryArticle(
            page.id,
            page.id,
            source,
            lang,
            subject.word_count,
            subject.minimums,
            read_title_words(given.title),
        )
        met = [one for one in known if share_band(one, subject)][:8]
        desk.publish(page, subject=subject)
        desk.now += MINUTE
        row = told(desk)[-1]
        if len([one for one in known if share_band(one, subject)]) <= 8 and next(numbers) < 14:
            choice = choose_story(own, met)
            assert (row["story"], row["relation"]) == (choice.story, choice.relation)
            assert row["similarity"] == ("" if choice == StoryChoice(page.id) else f"{choice.similarity:.2f}")
        known.append(replace(own, story=row["story"]))
        BANDS[page.id] = subject.bands


BANDS: dict[str, bytes] = {}


def share_band(one: StoryArticle, subject: StorySubject) -> bool:
    theirs = BANDS[one.id]
    return any(theirs[at : at + 4] == subject.bands[at : at + 4] for at in range(0, 128, 4))


def test_a_consumer_reads_the_story_of_an_event() -> None:
    told = event_of("1-0", {"story": "ab", "story_sources": "3"})
    assert (told.story, told.story_sources) == ("ab", 3)
    silent = event_of("1-0", {"story_sources": "many"})
    assert (silent.story, silent.story_sources) == ("", 0)
