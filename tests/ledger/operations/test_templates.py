"""Templates in the ledger: handed out with `begin`, written with a page's figures, within their bound."""

import pytest
from ledger_desk import DAY, Desk, story

from feedmill._ledger.core.operation_result_types import ChargedAttempt
from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.operations import extraction_history_operations, page_lease_operations

NAME = "A a.example"
MOST = 64 << 20


def write(desk: Desk, packed: bytes | None, name: str = NAME, *, reader: int = 1) -> None:
    desk.now += 1
    desk.run(
        extraction_history_operations.add_page_stats(
            desk.keys,
            history=name,
            page_id=f"{1:016x}",
            stats=b"p\x01\x02\x03",
            token=desk.token(),
            templates=packed,
            reader=reader,
        )
    )


def begin(desk: Desk, page: LeasedPage, name: str = NAME, *, reader: int = 1) -> ChargedAttempt | None:
    return desk.run(
        page_lease_operations.charge_attempt(
            desk.keys, page_id=page.id, lease=page.token, token=desk.token(), templates=name, reader=reader
        )
    )


def total(desk: Desk) -> int:
    return int(desk.client.zscore(desk.keys.template_sizes(), "") or 0)


def test_templates_come_with_the_charge_of_an_attempt(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    assert begin(desk, page) == ChargedAttempt(1)
    write(desk, b"\x00\xffone")
    assert begin(desk, page) == ChargedAttempt(1, b"\x00\xffone")
    assert begin(desk, page, "") == ChargedAttempt(1)
    assert begin(desk, page, "A other.example") == ChargedAttempt(1)
    write(desk, None)
    assert begin(desk, page) == ChargedAttempt(1, b"\x00\xffone")


def test_readers_of_two_versions_do_not_undo_each_other(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    write(desk, b"old", reader=1)
    write(desk, b"new", reader=2)
    assert [begin(desk, page, reader=number) for number in (1, 2)] == [
        ChargedAttempt(1, b"old"),
        ChargedAttempt(1, b"new"),
    ]
    write(desk, b"next", reader=3)
    assert [begin(desk, page, reader=number) for number in (1, 2, 3)] == [
        ChargedAttempt(1),
        ChargedAttempt(1),
        ChargedAttempt(1, b"next"),
    ]
    assert total(desk) == 4


def test_templates_that_are_unlearned_are_gone(desk: Desk) -> None:
    write(desk, b"one")
    write(desk, b"")
    keys = desk.keys
    assert desk.client.exists(keys.template(NAME)) == 0
    assert desk.client.zrange(keys.template_uses(), 0, -1) == []
    assert total(desk) == 0


def test_the_least_used_go_where_there_is_no_room_and_all_after_90_days(desk: Desk) -> None:
    for number in range(4):
        write(desk, bytes(100), f"A {number}.example")
    assert total(desk) == 400
    desk.client.zincrby(desk.keys.template_sizes(), MOST - 300, "")
    write(desk, bytes(50), "A 2.example")
    assert desk.client.zrange(desk.keys.template_uses(), 0, -1) == [
        b"A 1.example",
        b"A 3.example",
        b"A 2.example",
    ]
    desk.client.zincrby(desk.keys.template_sizes(), 300 - MOST, "")
    assert 0 < desk.client.pttl(desk.keys.template("A 1.example")) <= 90 * DAY
    desk.now += 91 * DAY
    write(desk, bytes(10), "A 5.example")
    assert desk.client.zrange(desk.keys.template_uses(), 0, -1) == [b"A 5.example"]
    assert total(desk) == 10


@pytest.mark.parametrize("times", [2, 3])
def test_a_write_that_is_sent_again_counts_once(desk: Desk, times: int) -> None:
    call = extraction_history_operations.add_page_stats(
        desk.keys,
        history=NAME,
        page_id=f"{1:016x}",
        stats=b"p\x01\x02\x03",
        token="once",
        templates=b"four",
        reader=1,
    )
    assert len({desk.run(call) for _ in range(times)}) == 1
    assert total(desk) == 4
