"""Retention of the stream."""

from ledger_desk import DAY, SECOND, Desk, story

from feedmill._ledger.core.operation_result_types import TrimmedStream


def fill(desk: Desk, entries: int, *, size: int = 1000) -> list[bytes]:
    """Append entries one second apart, the last one at the desk's present moment."""
    first = desk.now - (entries - 1) * SECOND
    return [
        desk.client.xadd(desk.keys.stream(), {"article": "x" * size}, id=f"{first + n * SECOND}-0")
        for n in range(entries)
    ]


def length(desk: Desk) -> int:
    return int(desk.client.xlen(desk.keys.stream()))


def test_an_absent_stream_is_left_alone(desk: Desk) -> None:
    assert desk.trim() == 0


def test_old_entries_go(desk: Desk) -> None:
    fill(desk, 10)
    assert desk.trim(max_age=3 * SECOND) == 6
    assert length(desk) == 4


def test_a_large_stream_shrinks_from_its_old_end(desk: Desk) -> None:
    ids = fill(desk, 600)
    while desk.trim(max_bytes=200_000):
        pass
    assert desk.client.memory_usage(desk.keys.stream()) <= 200_000
    assert 50 < length(desk) < 250
    assert desk.client.xrange(desk.keys.stream())[-1][0] == ids[-1]


def test_what_a_protected_group_has_not_read_stays(desk: Desk) -> None:
    fill(desk, 10)
    desk.client.xgroup_create(desk.keys.stream(), "g", "0")
    assert desk.trim("g", max_age=0, max_bytes=1) == 0
    assert desk.trim("other", max_age=0, max_bytes=1) == 0
    assert length(desk) == 10


def test_what_a_protected_group_has_not_acknowledged_stays(desk: Desk) -> None:
    ids = fill(desk, 10)
    stream = desk.keys.stream()
    desk.client.xgroup_create(stream, "g", "0")
    desk.client.xreadgroup("g", "c", {stream: ">"}, count=6)
    desk.client.xack(stream, "g", *ids[:3], ids[5])
    assert desk.trim("g", max_age=0) == 3
    desk.client.xack(stream, "g", *ids[3:5])
    assert desk.trim("g", max_age=0) == 3
    assert [row[0] for row in desk.client.xrange(stream)] == ids[6:]


def test_the_slowest_of_several_groups_decides(desk: Desk) -> None:
    ids = fill(desk, 10)
    stream = desk.keys.stream()
    desk.client.xgroup_create(stream, "fast", ids[8])
    desk.client.xgroup_create(stream, "slow", ids[1])
    assert desk.trim("fast", "slow", max_age=0) == 2


def test_a_group_that_nobody_protects_holds_nothing_back(desk: Desk) -> None:
    fill(desk, 10)
    desk.client.xgroup_create(desk.keys.stream(), "g", "0")
    desk.now += DAY
    assert desk.trim(max_age=SECOND) == 10


def test_a_group_that_registered_itself_is_protected_until_unseen_for_fourteen_days(desk: Desk) -> None:
    fill(desk, 10)
    stream = desk.keys.stream()
    desk.client.xgroup_create(stream, "g", "0")
    desk.client.zadd(desk.keys.groups_protected(), {"g": desk.now, "removed": desk.now})
    assert desk.trim(max_age=0, max_bytes=1) == 0
    desk.now += 14 * DAY - SECOND
    assert desk.trim(max_age=DAY) == 0
    desk.now += SECOND
    assert desk.trim(max_age=DAY) == 10
    assert desk.client.exists(desk.keys.groups_protected()) == 0


def test_a_stream_that_a_protected_group_holds_back_stops_pages_at_the_hard_cap_and_goes_on_by_itself(
    desk: Desk,
) -> None:
    pages = desk.start(*(story(number) for number in range(3)))
    desk.publish(pages[0], article="x" * 200_000)
    desk.client.xgroup_create(desk.keys.stream(), "slow", "0")
    desk.give_back(pages[1])
    hard = {"max_bytes": 1000, "hard_bytes": 100_000}
    trimmed = desk.trimmed("slow", **hard)
    assert (trimmed.dropped, trimmed.holder, trimmed.full) == (0, "slow", True)
    (full,) = desk.census().full
    assert (full.route, full.group) == ("", "slow")
    assert full.size >= 100_000
    taken = desk.take(9)
    assert taken.pages == ()
    assert taken.next_in_ms is not None
    assert taken.next_in_ms >= 1500, "a horse must not turn in circles"
    desk.apply("http://b.example/feed", "http://a.example/feed")
    assert desk.poll("http://b.example/feed", story(9, site="b.example")).new == 1, "polling goes on"
    ((_, entries),) = desk.client.xreadgroup("slow", "c", {desk.keys.stream(): ">"})
    desk.client.xack(desk.keys.stream(), "slow", *(entry for entry, _ in entries))
    assert desk.trimmed("slow", **hard) == TrimmedStream(
        1, desk.trimmed("slow", **hard).size, "slow", full=False
    )
    assert desk.census().full == ()
    assert len(desk.take(9, per_site=9).pages) == 2


def test_five_hundred_pending_entries_of_a_dead_consumer_are_kept_until_they_are_acknowledged(
    desk: Desk,
) -> None:
    stream = desk.keys.stream()
    for number in range(600):
        desk.client.xadd(stream, {"article": "x"}, id=f"{desk.now - DAY + number}-0")
    desk.client.xgroup_create(stream, "g", "0")
    ((_, held),) = desk.client.xreadgroup("g", "killed", {stream: ">"}, count=500)
    assert desk.trim("g", max_age=0) == 0
    claimed = desk.client.xclaim(stream, "g", "heir", 0, [entry for entry, _ in held], justid=True)
    assert len(claimed) == 500
    desk.client.xack(stream, "g", *claimed[:400])
    assert desk.trim("g", max_age=0) == 400
    desk.client.xack(stream, "g", *claimed[400:])
    assert desk.trim("g", max_age=0) == 100
    assert desk.client.xlen(stream) == 100, "what nobody was given yet stays as well"
