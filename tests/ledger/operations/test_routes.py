"""Routes: streams that take a part of the articles, written in the same step as the main stream."""

from pathlib import Path

import pytest
from ledger_desk import DAY, SECOND, Desk, story

from config.errors import ConfigError
from config.load import load_config
from config.sections.route_tables import ListedRoute
from feedmill import Consumer, replay
from feedmill._ledger.core.records import FeedSpec, LeasedPage
from feedmill._ledger.core.site_and_route_rules import RouteRule
from feedmill._ledger.operations.publication_operations import publish_revision
from feedmill._ledger.operations.rule_operations import apply_routes, list_routes
from feedmill._ledger.operations.stream_entry_operations import trim_stream
from feedmill.groups import group_states

A = "http://a.example/feed"


def rule(**choice: tuple[str, ...]) -> RouteRule:
    return RouteRule(keep_ms=DAY, max_bytes=1 << 20, **choice)


def route(desk: Desk, **rules: RouteRule) -> tuple[str, ...]:
    return desk.run(apply_routes(desk.keys, routes=rules, token=desk.token()))


def routed(desk: Desk, name: str) -> list[tuple[bytes, bytes]]:
    rows = desk.client.xrange(desk.keys.route_stream(name))
    return [(entry, fields[b"id"]) for entry, fields in rows]


@pytest.mark.parametrize(
    ("choice", "takes"),
    [
        ({"tags": ("science", "art")}, True),
        ({"tags": ("sci",)}, False),
        ({"sources": ("Harbour",)}, True),
        ({"langs": ("de",)}, False),
        ({"feeds": (A,), "langs": ("en",)}, True),
        ({"feeds": (A,), "langs": ("de",)}, False),
        ({"events": ("retracted",)}, False),
    ],
)
def test_a_route_takes_what_holds_for_all_its_choices(
    desk: Desk, choice: dict[str, tuple[str, ...]], takes: bool
) -> None:
    route(desk, part=rule(**choice))
    (page,) = desk.start(story(1))
    fields = {"event": "created", "source": "Harbour", "feed": A, "lang": "en", "tags": "world,science"}
    out = _publish(desk, page, fields)
    assert routed(desk, "part") == ([(out.encode(), page.id.encode())] if takes else [])


def _publish(desk: Desk, page: LeasedPage, fields: dict[str, str]) -> str:
    out = desk.run(
        publish_revision(
            desk.keys,
            page_id=page.id,
            lease=page.token,
            rev=1,
            event="created",
            fields={"id": page.id, "rev": "1", **fields},
            fingerprint="ab",
            token="t",
        )
    )
    assert out is not None
    return out.stream_id


def test_a_revision_sent_twice_is_routed_once(desk: Desk) -> None:
    route(desk, part=rule(tags=("x",)))
    (page,) = desk.start(story(1))
    desk.publish(page, tags="x")
    desk.publish(page, tags="x")
    assert len(routed(desk, "part")) == 1


def test_a_key_that_holds_no_stream_costs_no_other_its_entry(desk: Desk) -> None:
    route(desk, bad=rule(tags=("x",)), good=rule(tags=("x",)))
    desk.client.set(desk.keys.route_stream("bad"), "mine")
    (page,) = desk.start(story(1))
    desk.publish(page, tags="x")
    assert desk.stream() == [(page.id, 1)]
    assert len(routed(desk, "good")) == 1
    assert {one.name: one.unrouted for one in desk.run(list_routes(desk.keys))} == {"bad": 1, "good": 0}


def test_one_more_feed_that_lists_an_article_brings_it_to_its_routes(desk: Desk) -> None:
    route(desk, part=rule(tags=("science",)))
    (page,) = desk.start(story(1))
    desk.publish(page, event="created")
    desk.apply(A, FeedSpec(url="http://b.example/feed", source="B", tags=("science",)))
    desk.poll("http://b.example/feed", story(1))
    assert [name for _, name in routed(desk, "part")] == [page.id.encode()]


def test_a_route_that_is_removed_leaves_its_stream_for_its_retention(desk: Desk) -> None:
    route(desk, part=rule(tags=("x",)))
    (page,) = desk.start(story(1))
    desk.publish(page, tags="x")
    stream = desk.keys.route_stream("part")
    assert route(desk) == ("part",)
    assert 0 < desk.client.pttl(stream) <= DAY
    assert route(desk, part=rule(tags=("x",))) == ("part",)
    assert desk.client.pttl(stream) == -1
    assert route(desk, part=rule(tags=("x",))) == ()


def test_each_stream_is_trimmed_by_itself(desk: Desk) -> None:
    for key in (desk.keys.stream(), desk.keys.route_stream("part")):
        desk.client.xadd(key, {"article": "x"}, id=f"{desk.now - DAY}-0")
    call = trim_stream(desk.keys, max_age_ms=SECOND, max_bytes=1 << 20, protect=(), route="part")
    assert desk.run(call).dropped == 1
    assert desk.client.xlen(desk.keys.stream()) == 1


def test_a_consumer_reads_a_route_beside_a_group_of_the_same_name(desk: Desk, redis_url: str) -> None:
    route(desk, part=rule(tags=("x",)))
    one, two = desk.start(story(1), story(2))
    desk.publish(one, tags="x", event="created")
    desk.publish(two, tags="y", event="created")
    chosen = {"events": (), "wait": False}
    with Consumer(redis_url, "g", stream="part", **chosen) as consumer:
        assert [event.id for event in consumer] == [one.id]
    with Consumer(redis_url, "g", **chosen) as consumer:
        assert [event.id for event in consumer] == [one.id, two.id]
    assert [event.id for event in replay(redis_url, stream="part", events=())] == [one.id]
    assert [(state.stream, state.group, state.pending) for state in group_states(desk.client)] == [
        ("", "g", 0),
        ("part", "g", 0),
    ]


def test_routes_are_read_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text(
        '[[routes]]\nstream = "science"\ntags = ["science"]\nkeep = "30d"\n', encoding="utf-8"
    )
    assert load_config(tmp_path, {}).settings.routes == (
        ListedRoute(stream="science", tags=("science",), keep=30 * 86400.0),
    )


@pytest.mark.parametrize(
    ("table", "line", "key", "said"),
    [
        ('stream = "a"', 2, "routes[1].stream", "takes everything"),
        ('tags = ["a"]', 1, "routes[1].stream", "is missing"),
        ('stream = "a:b"\ntags = ["a"]', 2, "routes[1].stream", "a:b"),
        ('stream = "a"\ntag = ["a"]', 3, "routes[1].tag", "did you mean"),
        ('stream = "a"\nevents = ["new"]', 3, "routes[1].events", "new"),
        (
            'stream = "a"\ntags = ["x"]\n[[routes]]\nstream = "a"\ntags = ["y"]',
            5,
            "routes[2].stream",
            "second",
        ),
    ],
)
def test_a_mistake_in_a_route_is_named(tmp_path: Path, table: str, line: int, key: str, said: str) -> None:
    (tmp_path / "feedmill.toml").write_text(f"[[routes]]\n{table}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, {})
    mistake = next(one for one in raised.value.problems if one.key == key)
    assert mistake.where.endswith(f"feedmill.toml:{line}")
    assert said in mistake.found
