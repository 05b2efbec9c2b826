"""Retention of the stream."""

from ledger_desk import DAY, SECOND, Desk


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
