"""No feed fills the ledger: what is too much is left out, counted, said, and forgotten after a week."""

import msgspec
import pytest
import redis
from ledger_desk import DAY, HOUR, MINUTE, Desk, found, story

from feedmill._ledger.core.feed_operation_results import RecordedPoll
from feedmill._ledger.core.records import Entry, Limits, PollRecord
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations import backfill_operations, feed_operations

A, B = "http://a.example/feed", "http://b.example/feed"
MIDNIGHT = 12 * HOUR
"""From the desk's first moment, which is noon."""


def limits(*, day: int = 1000, feed: int = 1000, site: int = 1000, percent: int = 90) -> Limits:
    return Limits(most_a_day=day, most_of_feed=feed, most_of_site=site, percent=percent)


def stories(first: int, count: int, site: str = "a.example") -> list[Entry]:
    return [story(number, site=site) for number in range(first, first + count)]


def poll(desk: Desk, entries: list[Entry], bounds: Limits, *, url: str = A, wait: int = HOUR) -> RecordedPoll:
    """Poll a feed as soon as it is due; only what its memory does not have is found."""
    desk.now = max(desk.now + MINUTE, desk.feed(url).next_at or 0)
    sights = desk.sights(url, *entries)
    new = [entry for entry, sight in zip(entries, sights, strict=True) if sight != "known"]
    recorded = desk.poll(url, *new, limits=bounds, next_ms=wait)
    census = desk.census()
    assert census.balanced, census
    return recorded


def events(desk: Desk) -> list[str]:
    stream = desk.client.xrange(desk.keys.events_stream())
    return [fields[b"event"].decode() for _, fields in stream]


@pytest.fixture
def listed(desk: Desk) -> Desk:
    desk.apply(A, B)
    return desk


def test_of_a_day_s_new_entries_the_first_become_pages(listed: Desk) -> None:
    desk = listed
    recorded = poll(desk, stories(0, 10), limits(day=6))
    assert (recorded.new, recorded.left_out) == (6, 4)
    assert sorted(page.url for page in desk.take(9, per_site=9).pages) == [
        f"http://a.example/{number}" for number in range(6)
    ]
    assert desk.census().settled == {"left_out": 4}
    assert desk.feed(A).entries == 6


def test_what_was_left_out_is_known_for_a_week_and_not_counted_again(listed: Desk) -> None:
    desk, entries = listed, stories(0, 10)
    poll(desk, entries, limits(day=6))
    for _ in range(3):
        assert set(desk.sights(A, *entries)) == {"known"}
        recorded = poll(desk, entries, limits(day=6))
        assert (recorded.new, recorded.left_out) == (0, 0)
    other = [story(number, words="changed") for number in range(6, 10)]
    assert set(desk.sights(A, *other)) == {"known"}
    desk.now += 7 * DAY
    assert desk.sights(A, *entries[6:]) == ["new"] * 4
    recorded = poll(desk, entries, limits(day=6))
    assert (recorded.new, recorded.left_out) == (4, 0)
    assert desk.census().settled == {"left_out": 4}
    poll(desk, stories(100, 1), limits(day=6))
    assert list(desk.client.scan_iter(desk.keys.left() + "*")) == []


def test_prints_and_stamps_of_what_is_left_out_are_not_kept_for_long(listed: Desk) -> None:
    desk, entries = listed, stories(0, 4)
    keys = [found(A, entry).key for entry in entries]
    numbers = [(key, 1000 + place) for place, key in enumerate(keys)]
    (feed, *_) = [one for one in desk.claim(9, per_site=9).feeds if one.url == A]
    record = PollRecord(
        outcome="ok", ok=True, next_ms=HOUR, reason="r", known=tuple(numbers), limits=limits(day=2),
        found=tuple(found(A, entry) for entry in entries),
    )  # fmt: skip
    desk.run(
        feed_operations.record_poll(
            desk.keys, feed_id=feed.id, lease=feed.token, record=record, token=desk.token()
        )
    )
    members = [
        int(member)
        for key in desk.client.scan_iter(desk.keys.seen() + "*")
        for member in desk.client.smembers(key)
    ]
    assert 1001 in members
    assert 1002 not in members
    asked = feed_operations.classify_entries(
        desk.keys, feed_id=feed.id, pairs=[(own, own) for _, own in numbers]
    )
    assert desk.run(asked) == ["known"] * 4
    desk.now += 7 * DAY
    assert desk.run(asked) == ["known"] * 2 + ["new"] * 2


def test_another_feed_may_still_bring_what_one_left_out(listed: Desk) -> None:
    desk = listed
    poll(desk, stories(0, 3), limits(day=1))
    recorded = poll(desk, stories(0, 3), limits(), url=B)
    assert (recorded.new, recorded.listed_again) == (2, 1)


def test_pages_of_a_feed_in_process_are_bounded_and_what_ends_makes_room(listed: Desk) -> None:
    desk, bounds = listed, limits(feed=4)
    assert poll(desk, stories(0, 5), bounds).left_out == 1
    pages = desk.take(2, per_site=9).pages
    assert poll(desk, stories(10, 2), bounds).new == 0
    desk.publish(pages[0])
    desk.bury(pages[1])
    assert poll(desk, stories(20, 3), bounds).new == 2
    assert poll(desk, stories(0, 3), bounds, url=B).new == 0
    assert poll(desk, stories(30, 3, "b.example"), bounds, url=B).new == 3


def test_pages_that_an_older_version_has_ended_make_room(listed: Desk) -> None:
    desk, bounds = listed, limits(feed=3)
    poll(desk, stories(0, 3), bounds)
    for page in desk.take(3, per_site=9).pages:
        desk.client.hdel(desk.keys.page(page.id), "maker")
        desk.settle(page, "pdf")
    assert desk.client.scard(desk.keys.made(name_feed(A))) == 3
    assert poll(desk, stories(10, 3), bounds).new == 3


def test_waiting_pages_of_a_site_are_bounded_over_all_feeds(listed: Desk) -> None:
    desk, bounds = listed, limits(site=5)
    assert poll(desk, stories(0, 3), bounds).new == 3
    recorded = poll(desk, [*stories(10, 4), *stories(50, 2, "c.example")], bounds, url=B)
    assert (recorded.new, recorded.left_out) == (4, 2)


def backfill(desk: Desk, *entries: Entry, backfill: bool = True) -> int:
    """Record one page of a feed's past, with limits that leave nothing in."""
    name = f"back:{name_feed(A)}"
    opened = backfill_operations.open_backfill(
        desk.keys, name=name, state="s", replace=True, token=desk.token()
    )
    desk.run(opened)
    claimed = desk.run(
        backfill_operations.claim_backfill(desk.keys, name=name, lease_ms=MINUTE, token=desk.token())
    )
    assert claimed.job is not None
    recorded = backfill_operations.record_backfill(
        desk.keys, name=name, lease=claimed.job.token, state="", next_ms=0, backfill=backfill,
        found=[found(A, entry) for entry in entries],
        limits=limits(feed=2, site=2, day=2), token=desk.token(),
    )  # fmt: skip
    return desk.run(recorded).new


def test_a_backfill_is_apart(listed: Desk) -> None:
    desk = listed
    assert backfill(desk, *stories(100, 5)) == 5
    assert poll(desk, stories(0, 5), limits(feed=4, site=4)).new == 4
    for page in desk.take(20, per_site=20).pages:
        desk.settle(page, "pdf")
    assert desk.client.keys(desk.keys.backfilled() + "*") == []
    assert desk.client.keys(desk.keys.made() + "*") == []


def test_a_filled_gap_is_not(listed: Desk) -> None:
    assert backfill(listed, *stories(100, 5), backfill=False) == 2
    assert listed.census().settled == {"left_out": 3}


def test_all_waiting_pages_take_a_share_of_the_memory(listed: Desk, redis_client_sync: redis.Redis) -> None:
    desk, large = listed, ("w" * 400_000,)
    before = redis_client_sync.config_get("maxmemory")["maxmemory"]
    redis_client_sync.config_set("maxmemory", 400 << 20)
    try:
        made = 0
        for first in (0, 100, 200):
            entries = [msgspec.structs.replace(entry, tags=large) for entry in stories(first, 40)]
            made += poll(desk, entries, limits(percent=5)).new
        assert 40 <= made <= 60  # 20 MiB of 0.4 MB each are 52; what waits is told by a sample
        assert desk.census().settled["left_out"] == 120 - made
    finally:
        redis_client_sync.config_set("maxmemory", before)


def test_a_flood_is_said_once_and_its_end(listed: Desk) -> None:
    desk = listed
    poll(desk, stories(0, 10), limits(day=6))
    state = desk.feed(A)
    assert state.flooding_since == desk.now
    assert state.reason == "flooding"
    assert (state.next_at or 0) - desk.now == 3 * HOUR
    poll(desk, stories(20, 10), limits(day=6))
    assert events(desk) == ["feed_flooding"]
    ((_, fields),) = desk.client.xrange(desk.keys.events_stream())
    assert (fields[b"bound"], fields[b"left_out"], fields[b"feed"]) == (b"day", b"4", A.encode())
    desk.now += DAY
    poll(desk, stories(20, 10), limits(day=6))
    assert desk.feed(A).reason == "test"
    assert desk.feed(A).flooding_since is not None
    desk.now += DAY
    poll(desk, stories(20, 10), limits(day=6))
    assert events(desk) == ["feed_flooding", "feed_calmed"]
    assert desk.feed(A).flooding_since is None


def test_a_feed_that_floods_gets_its_day_by_the_hour(listed: Desk) -> None:
    desk = listed
    desk.now += MIDNIGHT
    poll(desk, stories(0, 90), limits(day=80))
    desk.now += DAY - HOUR
    new = [poll(desk, stories(round_ * 100, 90), limits(day=80)).new for round_ in range(1, 8)]
    assert new[0] < 20
    assert max(new) < 30


def test_feeds_of_one_site_that_flood_leave_others_their_room_and_calm_down(desk: Desk) -> None:
    feeds = [f"http://a.example/feed{number}" for number in range(3)]
    desk.apply(*feeds, B)
    bounds, number, made = limits(day=60, feed=20, site=50), 0, 0
    for url in feeds * 3:
        made += poll(desk, stories(number, 20), bounds, url=url).new
        number += 20
    assert made == 50
    assert poll(desk, stories(number, 5, "b.example"), bounds, url=B).new == 5
    while pages := desk.take(60, per_site=60).pages:
        for page in pages:
            desk.publish(page)
    desk.now += 8 * DAY
    for url in feeds * 3:
        number += 5
        assert poll(desk, stories(number, 1), bounds, url=url).new == 1
    assert [desk.feed(url).flooding_since for url in feeds] == [None] * 3
    assert events(desk) == ["feed_flooding"] * 3 + ["feed_calmed"] * 3


def test_without_limits_nothing_is_left_out(listed: Desk) -> None:
    assert listed.poll(A, *stories(0, 30)).new == 30
    assert listed.client.keys(listed.keys.made() + "*") == []


# A week

DAYS, EACH, MOST = 7, 100, 250
"""New entries a poll, and those that become pages a day: a twentieth of the most and of the default."""


def memory_of(desk: Desk) -> dict[str, int]:
    """Give the bytes of all keys but the answers under tokens, which live for a minute, by their kind."""
    sizes: dict[str, int] = {}
    for key in desk.client.scan_iter(f"{desk.keys.prefix}:*", count=1000):
        kind = key.decode().split(":")[1]
        if kind == "reply":
            desk.client.delete(key)
        else:
            sizes[kind] = sizes.get(kind, 0) + (desk.client.memory_usage(key, samples=0) or 0)
    return sizes


def test_a_week_of_a_feed_that_floods_stays_under_a_bound(listed: Desk) -> None:
    """Each poll lists EACH entries that are all new, and asks to be polled again after five minutes."""
    desk, bounds, number, polls = listed, limits(day=MOST, feed=EACH), 0, 0
    desk.now += MIDNIGHT - MINUTE
    first = desk.now // DAY * DAY + DAY
    out: dict[int, int] = {}
    while True:
        entries = stories(number, EACH)
        recorded = poll(desk, entries, bounds, wait=5 * MINUTE)
        day = (desk.now - first) // DAY
        if day >= DAYS:
            break
        number, polls = number + EACH, polls + 1
        assert recorded.new + recorded.left_out == EACH
        pages = desk.take(EACH, per_site=EACH).pages
        newest = {entry.link for entry in entries[: recorded.new]}
        assert {page.url for page in pages} == newest
        for page in pages:
            desk.publish(page)
        out[day] = out.get(day, 0) + len(pages)
    assert set(out.values()) == {MOST}
    assert polls <= DAYS * 10 + 2
    census = desk.census()
    assert census.published == {"created": DAYS * MOST}
    sizes = memory_of(desk)
    left = (number - DAYS * MOST) * 12
    articles = DAYS * MOST * (110 + 120)  # what is remembered, and the stream's short entries of this test
    seen = 128 * 512 * 20
    assert sum(sizes.values()) <= left + articles + seen + (64 << 10), sizes
