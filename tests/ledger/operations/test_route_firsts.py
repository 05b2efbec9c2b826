"""Routes that take the first article of each story among those that they take, decided in publish."""

import random
import time
from pathlib import Path

import pytest
from ledger_desk import DAY, Desk, story
from story_shapes import write_text
from story_subjects import describe

from config.errors import ConfigError
from config.load import load_config
from config.sections.route_tables import ListedRoute
from config.settings import Settings, StorySettings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import FeedSpec, LeasedPage
from feedmill._ledger.core.site_and_route_rules import RouteRule
from feedmill._ledger.operations.rule_operations import apply_routes, list_routes
from scheduler.ledger_config_sync import apply_route_rules

GIVEN = write_text(random.Random(1))
A = "http://a.example/feed"


def route(desk: Desk, **choice: tuple[str, ...]) -> None:
    rule = RouteRule(keep_ms=DAY, max_bytes=1 << 20, firsts_days=5, **choice)
    desk.run(apply_routes(desk.keys, routes={"part": rule}, token=desk.token()))


def publish(desk: Desk, page: LeasedPage, source: str, **fields: str) -> None:
    desk.publish(page, subject=describe(GIVEN, source), source=source, **fields)


def revise(desk: Desk, *numbers: int, event: str = "updated", words: str = "other words") -> None:
    for page in desk.start(*(story(number, words=words) for number in numbers)):
        desk.publish(page, event=event)


def told(desk: Desk) -> list[tuple[str, int]]:
    rows = desk.client.xrange(desk.keys.route_stream("part"))
    return [(fields[b"id"].decode(), int(fields[b"rev"])) for _, fields in rows]


def noted(desk: Desk) -> dict[int, dict[str, str]]:
    """Read story → first article of each day's key."""
    begin = desk.keys.route_firsts("part")
    return {
        int(key.decode().removeprefix(f"{begin}:")): {
            one.hex(): first.hex() for one, first in desk.client.hgetall(key).items()
        }
        for key in desk.client.scan_iter(f"{begin}:*")
    }


def test_of_each_story_the_first_that_the_route_takes_comes(desk: Desk) -> None:
    route(desk, langs=("de",))
    one, two, three, other = desk.start(*(story(number) for number in range(4)))
    publish(desk, one, "one", lang="en")
    publish(desk, two, "two", lang="de")
    publish(desk, three, "three", lang="de")
    desk.publish(other, subject=describe(write_text(random.Random(2))), lang="de")
    assert told(desk) == [(two.id, 1), (other.id, 1)]
    assert len(desk.stream()) == 4


def test_the_first_has_its_revisions_and_a_copy_none(desk: Desk) -> None:
    route(desk)
    one, two = desk.start(story(1), story(2))
    publish(desk, one, "one")
    publish(desk, two, "two")
    desk.now += DAY
    revise(desk, 1, 2)
    desk.now += DAY
    revise(desk, 1, event="retracted", words="gone")
    assert told(desk) == [(one.id, 1), (one.id, 2), (one.id, 3)]


def test_what_is_in_no_story_comes_and_its_first_revision_with_one_decides(desk: Desk) -> None:
    route(desk)
    one, two = desk.start(story(1), story(2))
    desk.publish(one)
    publish(desk, two, "two")
    desk.now += DAY
    (again,) = desk.start(story(1, words="of the page"))
    publish(desk, again, "one")
    assert told(desk) == [(one.id, 1), (two.id, 1)]


@pytest.mark.parametrize("token", ["same", ""])
def test_a_command_sent_again_decides_the_same(desk: Desk, token: str) -> None:
    route(desk)
    one, two = desk.start(story(1), story(2))
    if token:
        desk.token = lambda: token
    for _ in range(3):
        publish(desk, one, "one")
    if token:
        desk.token = lambda: "another"
    for _ in range(3):
        publish(desk, two, "two")
    assert told(desk) == [(one.id, 1)]
    assert list(noted(desk).values()) == [{one.id: one.id}]


def test_a_story_is_known_for_the_window_after_it_was_met_last(desk: Desk) -> None:
    route(desk)
    pages = desk.start(*(story(number) for number in range(4)))
    desk.extend(*pages, lease=90 * DAY)
    days = []
    for page, after in zip(pages, (0, 4, 4, 5), strict=True):
        desk.now += after * DAY
        days.append(desk.now // DAY)
        publish(desk, page, page.id, event="created")
    assert told(desk) == [(pages[0].id, 1), (pages[3].id, 1)]
    assert noted(desk) == {day: {pages[0].id: pages[0].id} for day in days[:3]} | {
        days[3]: {pages[3].id: pages[3].id}
    }


def test_a_day_expires_whole_with_the_window(desk: Desk) -> None:
    route(desk)
    (page,) = desk.start(story(1))
    publish(desk, page, "one")
    day = desk.now // DAY
    left = desk.client.pttl(desk.keys.route_firsts("part", day))
    assert (day + 5) * DAY - desk.now - 60_000 < left <= (day + 5) * DAY - desk.now


def test_a_late_revision_passes_and_is_no_first(desk: Desk) -> None:
    desk.now = int(time.time() * 1000)  # clock: the stream's ids have the server's time
    route(desk)
    one, two = desk.start(story(1), story(2))
    publish(desk, one, "one")
    publish(desk, two, "two")
    desk.now += 10 * DAY
    revise(desk, 2, 1)
    assert told(desk) == [(one.id, 1), (two.id, 2), (one.id, 2)]
    assert list(noted(desk).values()) == [{one.id: one.id}]


def test_a_full_day_notes_no_more_and_lets_pass(desk: Desk) -> None:
    route(desk)
    key = desk.keys.route_firsts("part", desk.now // DAY)
    desk.client.hset(key, mapping={f"{number:08}": "x" for number in range(50_000)})
    one, two = desk.start(story(1), story(2))
    publish(desk, one, "one")
    publish(desk, two, "two")
    assert told(desk) == [(one.id, 1), (two.id, 1)]
    assert desk.client.hlen(key) == 50_000


def test_what_the_routes_stream_could_not_be_given_is_not_its_first(desk: Desk) -> None:
    route(desk)
    one, two = desk.start(story(1), story(2))
    desk.client.set(desk.keys.route_stream("part"), "mine")
    publish(desk, one, "one")
    desk.client.delete(desk.keys.route_stream("part"))
    publish(desk, two, "two")
    assert told(desk) == [(two.id, 1)]
    assert [one.unrouted for one in desk.run(list_routes(desk.keys))] == [1]


def test_a_key_that_is_the_operators_own_costs_no_entry(desk: Desk) -> None:
    route(desk)
    one, two = desk.start(story(1), story(2))
    desk.client.set(desk.keys.route_firsts("part", desk.now // DAY), "mine")
    publish(desk, one, "one")
    publish(desk, two, "two")
    assert told(desk) == [(one.id, 1), (two.id, 1)]


def test_one_more_feed_may_bring_the_first_of_a_story(desk: Desk) -> None:
    route(desk, tags=("science",))
    one, two = desk.start(story(1), story(2))
    publish(desk, one, "one")
    publish(desk, two, "two")
    desk.apply(A, FeedSpec(url="http://b.example/feed", source="B", tags=("science",)))
    desk.poll("http://b.example/feed", story(2), story(1))
    assert told(desk) == [(two.id, 1)]


def test_firsts_are_read_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text(
        '[[routes]]\nstream = "firsts"\nfirsts = true\n', encoding="utf-8"
    )
    assert load_config(tmp_path, {}).settings.routes == (ListedRoute(stream="firsts", firsts=True),)


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        ("[stories]\nwindow_days = 0\n[[routes]]\nfirsts = true\n", 4, "firsts", "there are no stories"),
        ('[[routes]]\nfirsts = "yes"\n', 2, "firsts", "yes"),
        ("[[routes]]\nfirsts = false\n", 3, "stream", "takes everything"),
    ],
)
def test_a_mistake_in_firsts_is_named(tmp_path: Path, text: str, line: int, key: str, said: str) -> None:
    (tmp_path / "feedmill.toml").write_text(f'{text}stream = "a"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, {})
    mistake = next(one for one in raised.value.problems if one.key == f"routes[1].{key}")
    assert mistake.where.endswith(f"feedmill.toml:{line}")
    assert said in mistake.found


@pytest.mark.parametrize(("firsts", "days"), [(True, 3), (False, 0)])
def test_a_route_with_firsts_knows_stories_for_the_window(desk: Desk, *, firsts: bool, days: int) -> None:
    listed = (ListedRoute(stream="part", tags=("x",), firsts=firsts),)
    settings = Settings(stories=StorySettings(window_days=3), routes=listed)
    desk.run(apply_route_rules(Keys(), settings))
    assert [one.rule.firsts_days for one in desk.run(list_routes(desk.keys))] == [days]
