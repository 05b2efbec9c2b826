"""Every operation that changes something repeats its answer when it is sent again with the same token."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from ledger_desk import DAY, MINUTE, PRINT, Desk, found, planned, story

from feedmill._ledger import (
    course_calls,
    feed_calls,
    identity,
    page_calls,
    past_calls,
    route_calls,
    site_calls,
    watch_calls,
)
from feedmill._ledger.calls import Call
from feedmill._ledger.records import FeedSpec, LeasedFeed, LeasedPage, PollRecord, RouteRule, Sent, SiteRule

MODULES: tuple[ModuleType, ...] = (
    course_calls,
    feed_calls,
    page_calls,
    past_calls,
    route_calls,
    site_calls,
    watch_calls,
)
BUILDERS: dict[str, Callable[..., Call[Any]]] = {
    name: function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
TOKENED = sorted(name for name, build in BUILDERS.items() if "token" in inspect.signature(build).parameters)
TOKENLESS = sorted(set(BUILDERS) - set(TOKENED))
A = "http://a.example/feed"
SENT = Sent(
    site="a.example", url=A, kind="feed", name="f", age=9, lasted=8, latency=7, status=429, retry=MINUTE
)


@dataclass
class Scene:
    """A ledger with a bit of everything in it."""

    feed: LeasedFeed
    page: LeasedPage
    other: LeasedPage
    dead: LeasedPage
    leases: dict[str, str]
    """The leases that operations need which work on no page, by their names."""
    free: str
    """A feed with a job on its past that nobody has leased."""


@pytest.fixture
def scene(desk: Desk) -> Scene:
    """Set up a leased feed and page, a second leased one, ready, held, dead and expired ones."""
    entries = [story(number) for number in range(7)]
    page, other, dead, held, back, expired, out = desk.start(*entries)
    ruled = {name: RouteRule(keep_ms=DAY, max_bytes=1 << 20) for name in ("all", "old")}
    desk.run(route_calls.apply_routes(desk.keys, routes=ruled, token=desk.token()))
    desk.publish(out, visit=planned(1))
    desk.begin(other)
    desk.bury(dead)
    desk.hold(held)
    desk.give_back(back)
    desk.give_back(expired)
    desk.take(1, owner="slow", lease=1)
    desk.apply(A, "http://b.example/feed", "http://c.example/feed")
    (feed,) = desk.claim().feeds
    free = next(url for url in (A, "http://b.example/feed") if url != feed.url)
    for job in (f"back:{feed.id}", f"back:{identity.feed_id(free)}"):
        desk.run(past_calls.open_past(desk.keys, name=job, state="s", replace=False, token=desk.token()))
    past = desk.run(
        past_calls.claim_past(desk.keys, name=f"back:{feed.id}", lease_ms=MINUTE, token=desk.token())
    ).job
    assert past is not None
    desk.run(watch_calls.pause(desk.keys, what="site:paused.example", token=desk.token()))
    desk.now += MINUTE // 2
    return Scene(feed, page, other, dead, {"record_poll": feed.token, "record_past": past.token}, free)


def arguments(name: str, scene: Scene) -> dict[str, Any]:
    """Fill every parameter of a builder from the scene, by its name."""
    record = PollRecord(
        outcome="ok",
        ok=True,
        next_ms=DAY,
        reason="r",
        found=(found(A, story(77)), found(A, story(1, words="x"))),
    )
    values: dict[str, Any] = {
        "feeds": [FeedSpec(url=A, source="B"), FeedSpec(url="http://new.example/", source="N")],
        "owner": "w",
        "limit": 1,
        "lease_ms": MINUTE,
        "per_site": 9,
        "gap_ms": 0,
        "feed_id": scene.feed.id,
        "record": record,
        "page_id": scene.dead.id if name in ("retry", "drop") else scene.page.id,
        "lease": scene.leases.get(name, scene.page.token),
        "site": "z.example",
        "member": scene.page.id,
        "sites": [scene.page.site],
        "patience_ms": MINUTE,
        "rules": b"packed" if name == "keep_robots" else {"z.example": SiteRule(gap_ms=9, reason="asked")},
        "most_ms": MINUTE,
        "at_ms": None,
        "origin": "https://z.example",
        "verdict": "rules",
        "keep_ms": DAY,
        "failed": False,
        "crawl_ms": MINUTE,
        "unreached": "dns",
        "since_ms": 0,
        "elapsed_ms": 0,
        "requests": [SENT],
        "source": "A",
        "blocks": b"blocks",
        "hold_ms": MINUTE,
        "gone": [scene.feed.id],
        "memory": "A a.example",
        "title": b"onetwo",
        "prints": b"sixsix\x09",
        "enough": 3,
        "soon_ms": MINUTE,
        "aliases": [identity.link_alias(scene.other.url)],
        "rev": 1,
        "event": "created",
        "fields": {"id": scene.page.id, "rev": "1"},
        "fingerprint": PRINT,
        "outcome": "pdf",
        "delay_ms": MINUTE,
        "reason": "crash",
        "detail": "why",
        "charge": False,
        "close_site_ms": MINUTE,
        "max_attempts": 1,
        "course": "A a.example",
        "mark": b"p\x01\x02\x03",
        "since": 12,
        "keep": 0,
        "told": [identity.link_alias("http://a.example/6")],
        "visit": planned(DAY),
        "most_revisits": 9,
        "max_age_ms": 0,
        "most": 9,
        "name": f"back:{identity.feed_id(scene.free) if name == 'claim_past' else scene.feed.id}",
        "state": "noted",
        "replace": True,
        "next_ms": MINUTE,
        "backfill": True,
        "start_ms": MINUTE,
        "spread_ms": MINUTE,
        "found": (found(A, story(88)),),
        "after": "0-0",
        "span_ms": MINUTE,
        "routes": {"science": RouteRule(keep_ms=DAY, max_bytes=1 << 20, tags=("science",))},
        "what": "site:paused.example" if name == "resume" else "all",
        "token": "once",
    }
    parameters = [
        parameter for parameter in inspect.signature(BUILDERS[name]).parameters if parameter != "keys"
    ]
    return {parameter: values[parameter] for parameter in parameters}


def everything(desk: Desk) -> dict[bytes, bytes]:
    """Dump every key of the database but the clock and the stored replies, which carry their times."""
    times = (desk.keys.reply().encode(), desk.keys.clock().encode())
    kept = (key for key in desk.client.scan_iter() if not key.startswith(times))
    return {key: desk.client.dump(key) or b"" for key in kept}


@pytest.mark.parametrize("name", TOKENED)
def test_sent_again_it_answers_the_same_and_changes_nothing(desk: Desk, scene: Scene, name: str) -> None:
    call = BUILDERS[name](desk.keys, **arguments(name, scene))
    untouched = everything(desk)
    first = desk.run(call)
    after = everything(desk)
    assert after != untouched, "the scene must let the operation do something"
    census = desk.census()
    assert desk.run(call) == first
    assert everything(desk) == after
    assert desk.census() == census


@pytest.mark.parametrize("name", TOKENED)
def test_another_token_is_another_request(desk: Desk, scene: Scene, name: str) -> None:
    values = arguments(name, scene)
    desk.run(BUILDERS[name](desk.keys, **values))
    desk.run(BUILDERS[name](desk.keys, **(values | {"token": "twice"})))
    desk.census()


def test_only_these_operations_need_no_token() -> None:
    reading = {
        "revision",
        "unseen",
        "feeds",
        "feed_ids",
        "census",
        "dead",
        "sent",
        "site_rules",
        "glance",
        "routes",
    }
    harmless_twice = {"extend", "trim"}
    assert set(TOKENLESS) == reading | harmless_twice


@pytest.mark.parametrize(
    "name", ["unseen", "feeds", "census", "dead", "sent", "site_rules", "glance", "routes"]
)
def test_reading_changes_nothing(desk: Desk, scene: Scene, name: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "unseen": {"feed_id": scene.feed.id, "pairs": [(1, 2)]},
        "dead": {"limit": 5},
        "sent": {"weeks": 2, "limit": 5},
        "glance": {"after": "0-0", "limit": 5},
    }
    before = everything(desk)
    desk.run(BUILDERS[name](desk.keys, **values.get(name, {})))
    assert everything(desk) == before


def test_a_stored_reply_ends_after_a_minute(desk: Desk) -> None:
    desk.apply(A)
    (key,) = desk.client.scan_iter(desk.keys.reply("*"))
    assert 50_000 < desk.client.pttl(key) <= 60_000
