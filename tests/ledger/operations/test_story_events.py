"""What stories reach, told to a stream of its own behind the article's entry."""

import json
import random
from dataclasses import replace
from typing import Any

from ledger_desk import DAY, MINUTE, Desk, story
from story_shapes import write_text
from story_subjects import describe
from support.schemas import validator_of

from feedmill._ledger.core.records import LeasedPage
from feedmill.asyncapi import build_asyncapi

GIVEN = write_text(random.Random(1))


def take(desk: Desk, count: int) -> list[LeasedPage]:
    return desk.start(*(story(number) for number in range(count)))


def publish(desk: Desk, page: LeasedPage, source: str, *, has_events: bool = True) -> None:
    subject = replace(describe(GIVEN, source), has_events=has_events)
    desk.publish(page, subject=subject, source=source, url=page.url)


def told(desk: Desk) -> list[dict[str, str]]:
    rows: Any = desk.client.xrange(desk.keys.story_events())
    return [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]


def test_a_story_that_reaches_more_sources_is_told_of(desk: Desk) -> None:
    pages = take(desk, 25)
    for number, page in enumerate(pages):
        publish(desk, page, f"source {number:02}")
    assert [one["story_sources"] for one in told(desk)] == ["2", "3", "5", "10", "20"]
    assert {one["story"] for one in told(desk)} == {pages[0].id}
    entries = [entry.decode() for entry, _ in desk.client.xrange(desk.keys.stream())]
    assert [one["entry"] for one in told(desk)] == [entries[at - 1] for at in (2, 3, 5, 10, 20)]


def test_an_entry_has_the_first_article_the_sources_and_the_span(desk: Desk) -> None:
    one, two, three = take(desk, 3)
    publish(desk, one, "B")
    desk.now += MINUTE
    publish(desk, two, "A, of 東京")
    desk.now += MINUTE
    publish(desk, three, "C")
    _, last = told(desk)
    assert json.loads(last["sources"]) == ["A, of 東京", "B", "C"]
    assert (last["first_source"], last["first_url"]) == ("B", one.url)
    entries = [entry.decode() for entry, _ in desk.client.xrange(desk.keys.stream())]
    assert (last["first_entry"], last["entry"]) == (entries[0], entries[2])
    assert last["since"] < last["time"]
    message = build_asyncapi()["components"]["messages"]["storyEvent"]["payload"]
    validator_of(message).validate(last)
    assert set(last) == set(message["properties"])


def test_more_articles_of_the_same_sources_are_nothing_new(desk: Desk) -> None:
    one, two, three, four = take(desk, 4)
    for page, source in ((one, "one"), (two, "two"), (three, "two"), (four, "one")):
        publish(desk, page, source)
    assert [(row["story_sources"], row["story_size"]) for row in told(desk)] == [("2", "2")]


def test_a_command_sent_again_tells_once(desk: Desk) -> None:
    one, two, three = take(desk, 3)
    publish(desk, one, "one")
    for _ in range(2):  # another token each: the revision is out
        publish(desk, two, "two")
    desk.token = lambda: "same"
    for _ in range(2):
        publish(desk, three, "three")
    assert [row["story_sources"] for row in told(desk)] == ["2", "3"]


def test_a_revision_tells_nothing_unless_it_decides(desk: Desk) -> None:
    one, two, three = take(desk, 3)
    publish(desk, one, "one")
    publish(desk, two, "two")
    desk.publish(three)
    desk.now += DAY
    again, decided = desk.start(story(1, words="more"), story(2, words="more"))
    publish(desk, again, "two")
    publish(desk, decided, "three")
    assert [row["story_sources"] for row in told(desk)] == ["2", "3"]


def test_nothing_is_told_unless_it_is_asked_for(desk: Desk) -> None:
    for number, page in enumerate(take(desk, 3)):
        publish(desk, page, f"source {number}", has_events=False)
    assert told(desk) == []


def test_what_cannot_be_told_costs_no_article_and_is_counted(desk: Desk) -> None:
    desk.client.set(desk.keys.story_events(), "mine")
    pages = take(desk, 3)
    for number, page in enumerate(pages):
        publish(desk, page, f"source {number}")
    assert desk.stream() == [(page.id, 1) for page in pages]
    assert desk.census().untold == 2
    assert desk.client.hget(desk.keys.story(pages[0].id), "sources") == b"3"


def test_a_first_article_that_the_stream_has_dropped_is_known_by_its_id(desk: Desk) -> None:
    one, two = take(desk, 2)
    publish(desk, one, "one")
    desk.client.xtrim(desk.keys.stream(), maxlen=0, approximate=False)
    publish(desk, two, "two")
    ((row),) = told(desk)
    assert row["story"] == one.id
    assert row["first_entry"]
    assert (row["first_source"], row["first_url"]) == ("", "")


def test_the_stream_is_bounded_and_names_fifty_sources(desk: Desk) -> None:
    pages = desk.start(*(story(number) for number in range(100)))
    desk.client.hset(desk.keys.story(pages[0].id), mapping={"size": 98, "sources": 98, "first": desk.now})
    desk.client.hset(desk.keys.story(pages[0].id), mapping={f"s:{number:03}": "x" for number in range(98)})
    pipe = desk.client.pipeline(transaction=False)
    for _ in range(11_000):
        pipe.xadd(desk.keys.story_events(), {"a": "b"})
    pipe.execute()
    publish(desk, pages[0], "000")
    for page in pages[1:3]:
        publish(desk, page, page.id)
    assert desk.client.xlen(desk.keys.story_events()) <= 10_100
    last = told(desk)[-1]
    assert last["story_sources"] == "100"
    assert (
        json.loads(last["sources"])
        == sorted([*(f"{number:03}" for number in range(98)), pages[1].id, pages[2].id])[:50]
    )
