"""Fair shares of processor time: the site that has used the least is read next, and waits for no slow one."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest
from ledger_desk import HOUR, MINUTE, Desk, story

from feedmill._ledger.operations.page_lease_operations import note_used
from worker.readers.reading_scheduler import ReadingScheduler
from worker.readers.site_shares import Claim, Shares, next_claim

# What the ledger hands out


def test_pages_of_the_sites_that_used_least_are_taken_first(desk: Desk) -> None:
    sites = [f"{name}.example" for name in "abcd"]
    desk.apply("http://a.example/feed")
    desk.poll("http://a.example/feed", *(story(n, site=site) for n, site in enumerate(sites)))
    used = {"a.example": 900, "b.example": 20, "c.example": 300}
    desk.run(note_used(desk.keys, used_ms=used, token=desk.token()))
    taken = desk.take(3, used_ms={"d.example": 100})
    assert [one.site for one in taken.pages] == ["b.example", "d.example", "c.example"]
    assert taken.used_ms == {"b.example": 20, "d.example": 100, "c.example": 300}


def test_what_was_used_counts_less_and_less_and_is_forgotten(desk: Desk) -> None:
    desk.apply("http://a.example/feed")
    desk.now -= desk.now % (10 * MINUTE)
    desk.run(note_used(desk.keys, used_ms={"a.example": 1000}, token=desk.token()))
    told = []
    for number, after in enumerate((0, 9, 6, 10)):  # minutes later
        desk.now += after * MINUTE
        desk.poll("http://a.example/feed", story(number))
        told.append(desk.take(1).used_ms["a.example"])
    assert told == [1000, 1000, 500, 0]
    assert desk.client.pttl(desk.keys.used(desk.now // (10 * MINUTE) - 2)) <= HOUR // 3


def test_a_site_that_is_left_out_waits_and_nobody_is_sent_round_in_circles(desk: Desk) -> None:
    desk.apply("http://a.example/feed")
    desk.poll("http://a.example/feed", story(1), story(2, site="b.example"), story(3))
    taken = desk.take(9, left_out=["a.example"])
    assert [one.site for one in taken.pages] == ["b.example"]
    assert taken.next_in_ms is None
    assert [one.site for one in desk.take(9).pages] == ["a.example"] * 2


# What a horse reads next


@pytest.mark.parametrize(
    ("claims", "chosen"),
    [
        ([("busy", 1, False, False), ("rested", 2, False, False)], 2),
        ([("rested", 1, False, False), ("rested", 2, False, False)], 1),
        ([("busy", 1, True, True), ("rested", 2, False, False)], 2),
        ([("busy", 1, True, True), ("rested", 2, True, False)], 1),  # the slow lane is taken
        ([("busy", 1, True, True), ("rested", 2, False, True), ("new", 3, False, False)], 2),
        ([], None),
    ],
)
def test_the_site_that_used_least_is_next(
    claims: list[tuple[str, int, bool, bool]], chosen: int | None
) -> None:
    shares = Shares()
    shares.learn({"busy": 500, "rested": 100})
    found = next_claim((Claim(*claim) for claim in claims), shares)
    assert (found.number if found else None) == chosen


def test_what_the_ledger_was_told_is_not_counted_twice() -> None:
    shares = Shares()
    shares.add("a", 300)
    assert shares.take_unsent_ms() == {"a": 300}
    shares.add("a", 50)
    shares.learn({"a": 1300})  # other horses read pages of the site too
    assert shares.used_ms("a") == 1350
    shares.add("a", -80)
    assert shares.take_unsent_ms() == {}
    assert shares.used_ms("a") == 1270


@dataclass
class Reading:
    """Notes what is done to it."""

    may_drop: bool = True
    said: list[str] = field(default_factory=list)

    def used_ms(self) -> int:
        return 5

    def pause(self) -> bool:
        self.said.append("pause")
        return True

    def resume(self) -> None:
        self.said.append("resume")

    def drop(self) -> bool:
        self.said.append("drop")
        return self.may_drop


async def test_a_long_page_waits_for_a_site_that_used_less_and_goes_on_after_it() -> None:
    processor = ReadingScheduler(Shares(), slice_ms=1)
    async with processor.claim("slow") as long:
        long.reading = reading = Reading()
        async with processor.claim("good"):
            assert reading.said == ["pause"]
            assert not processor.has(long)
        assert reading.said == ["pause", "resume"]
        assert processor.has(long)


async def test_a_second_long_page_is_read_again_later_for_a_site_that_used_less() -> None:
    processor = ReadingScheduler(Shares(), slice_ms=1)
    order = []

    async def read(site: str) -> None:
        async with processor.claim(site):
            order.append(site)

    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(processor.claim("one"))
        first.reading = Reading()
        second = await stack.enter_async_context(processor.claim("two"))
        second.reading = reading = Reading()
        await read("good")
        assert reading.said == ["drop"]
        assert processor.waiting_slow() == {"two": 1}
    assert order == ["good"]
