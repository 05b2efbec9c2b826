"""Builds a ledger with a bit of everything in it, and arguments for each of its operations."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import pytest
from ledger_desk import DAY, MINUTE, PRINT, Desk, found, planned, story

from feedmill._ledger import operations
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.records import FeedSpec, LeasedFeed, LeasedPage, Limits, PollRecord, RequestRecord
from feedmill._ledger.core.site_and_route_rules import RouteRule, SiteRule
from feedmill._ledger.core.story_subject import StorySubject
from feedmill._ledger.identity.article_and_feed_ids import name_feed, name_link
from feedmill._ledger.operations import backfill_operations, extraction_history_operations, rule_operations
from feedmill._ledger.operations.origin_file_operations import read_robots
from feedmill._ledger.operations.pause_operations import pause_work

MODULES: tuple[ModuleType, ...] = tuple(
    import_module(f"{operations.__name__}.{module.name}") for module in iter_modules(operations.__path__)
)
"""All modules that build operations."""
BUILDERS: dict[str, Callable[..., Call[Any]]] = {
    name: function
    for module in MODULES
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}
TOKENED = sorted(name for name, build in BUILDERS.items() if "token" in inspect.signature(build).parameters)
A = "http://a.example/feed"
LIMITS = Limits(most_a_day=9, most_of_feed=9, most_of_site=9, percent=25)
SENT = RequestRecord(
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
    """The leases that operations need which work on another page or none, by their names."""
    free: str
    """A feed with a job on its past that nobody has leased."""


@pytest.fixture
def scene(desk: Desk) -> Scene:
    """Set up a leased feed and page, a second leased one, ready, held, dead and expired ones."""
    entries = [story(number) for number in range(7)]
    page, other, dead, held, back, expired, out = desk.start(*entries)
    ruled = {name: RouteRule(keep_ms=DAY, max_bytes=1 << 20) for name in ("all", "old")}
    desk.run(rule_operations.apply_routes(desk.keys, routes=ruled, token=desk.token()))
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
    for job in (f"back:{feed.id}", f"back:{name_feed(free)}"):
        desk.run(
            backfill_operations.open_backfill(
                desk.keys, name=job, state="s", replace=False, token=desk.token()
            )
        )
    past = desk.run(
        backfill_operations.claim_backfill(
            desk.keys, name=f"back:{feed.id}", lease_ms=MINUTE, token=desk.token()
        )
    ).job
    assert past is not None
    desk.run(
        read_robots(
            desk.keys, origin="https://claimed.example", lease_ms=MINUTE, owner="w", token=desk.token()
        )
    )
    note = {"history": "B b.example", "page_id": other.id, "stats": b"p\x01\x02\x03", "reader": 1}
    call = extraction_history_operations.add_page_stats(
        desk.keys, **note, templates=b"packed", token=desk.token()
    )
    desk.run(call)
    desk.run(pause_work(desk.keys, what="site:paused.example", token=desk.token()))
    desk.now += MINUTE // 2
    leases = {"record_poll": feed.token, "record_backfill": past.token, "suspend_attempt": other.token}
    return Scene(feed, page, other, dead, leases, free)


def arguments(name: str, scene: Scene) -> dict[str, Any]:
    """Fill every parameter of a builder from the scene, by its name."""
    record = PollRecord(
        outcome="ok",
        ok=True,
        next_ms=DAY,
        reason="r",
        found=(found(A, story(77)), found(A, story(1, words="x"))),
        limits=LIMITS,
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
        "page_id": {"retry_dead_page": scene.dead.id, "drop_dead_page": scene.dead.id}.get(name)
        or (scene.other.id if name == "suspend_attempt" else scene.page.id),
        "lease": scene.leases.get(name, scene.page.token),
        "site": "z.example",
        "member": scene.page.id,
        "sites": [scene.page.site],
        "patience_ms": MINUTE,
        "rules": b"packed" if name == "store_robots" else {"z.example": SiteRule(gap_ms=9, reason="asked")},
        "most_ms": MINUTE,
        "at_ms": None,
        "origin": "https://claimed.example" if name == "leave_robots" else "https://z.example",
        "verdict": "rules",
        "keep_ms": DAY,
        "failed": False,
        "crawl_ms": MINUTE,
        "unreached": "dns",
        "since_ms": 0,
        "elapsed_ms": 0,
        "requests": [SENT],
        "source": "A",
        "templates": "A a.example" if name == "charge_attempt" else b"packed",
        "reader": 1,
        "blocks": b"blocks",
        "hold_ms": MINUTE,
        "gone": [scene.feed.id],
        "memory": "A a.example",
        "feed_ids": [scene.feed.id, name_feed(scene.free)],
        "moves": [(name_feed(scene.free), polls, DAY) for polls in (0, 1)],
        "title": b"onetwo",
        "prints": b"sixsix\x09",
        "enough": 3,
        "soon_ms": MINUTE,
        "aliases": [name_link(scene.other.url)],
        "rev": 1,
        "event": "created",
        "fields": {"id": scene.page.id, "rev": "1"},
        "fingerprint": PRINT,
        "outcome": "pdf",
        "delay_ms": MINUTE,
        "retry": True,
        "reason": "crash",
        "detail": "why",
        "charge": False,
        "close_site_ms": MINUTE,
        "max_attempts": 1,
        "used_ms": {"z.example": 9},
        "left_out": ["left.example"],
        "words_after_ms": 7_200_000,
        "history": "A a.example",
        "names": ["B b.example"],
        "stats": b"p\x01\x02\x03",
        "since": 12,
        "keep": 0,
        "weak_aliases": [name_link("http://a.example/6")],
        "visit": planned(DAY),
        "story": StorySubject(
            bands=bytes(range(128)),
            minimums=bytes(range(64)),
            source="A",
            lang="en",
            word_count=200,
            title_words=b"fourbyte",
            has_short_title=False,
            window_days=5,
        ),
        "max_revisits": 9,
        "max_age_ms": 0,
        "most": 9,
        "name": f"back:{name_feed(scene.free) if name == 'claim_backfill' else scene.feed.id}",
        "state": "noted",
        "replace": True,
        "next_ms": MINUTE,
        "backfill": True,
        "limits": LIMITS,
        "start_ms": MINUTE,
        "spread_ms": MINUTE,
        "found": (found(A, story(88)),),
        "span_ms": MINUTE,
        "routes": {"science": RouteRule(keep_ms=DAY, max_bytes=1 << 20, tags=("science",))},
        "what": "site:paused.example" if name == "resume_work" else "all",
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
