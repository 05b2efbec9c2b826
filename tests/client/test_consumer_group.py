"""A consumer of a group: what is acknowledged, given back, claimed and buried, and when."""

import asyncio
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from reading_room import STREAM, Room, article
from support.waiting import block_until

from feedmill import AsyncConsumer, Consumer, ConsumerError, Event, UnreadableError
from feedmill._group.group_keys import GroupKeys
from feedmill.dead_letters import Letters
from feedmill.groups import group_states, remove_group


@pytest.fixture
def room(redis_url: str, redis_client_sync: redis.Redis) -> Room:
    return Room(redis_url, redis_client_sync)


def consume(room: Room, name: str | None = None, **options: Any) -> Consumer:
    """Make a consumer that ends when there is nothing at the moment."""
    return Consumer(room.url, "g", name, **{"wait": False, "claim_after": 0.2, **options})


def titles(consumer: Consumer) -> list[str]:
    with consumer:
        return [event.article.title for event in consumer]


def break_off(consumer: Consumer, error: BaseException) -> None:
    with consumer:
        for _ in consumer:
            raise error


def numbered(*numbers: int) -> list[str]:
    return [f"Title {number}" for number in numbers]


def test_every_article_comes_once_in_order_and_is_acknowledged(room: Room) -> None:
    room.append(*range(40))
    assert titles(consume(room)) == numbered(*range(40))
    assert room.settled()
    assert titles(consume(room)) == []


def test_an_event_says_all_that_its_entry_says(room: Room) -> None:
    entry = room.put(article(7, tags=("a", "b")), diff="x")
    with consume(room) as consumer:
        (event,) = consumer
    assert (event.entry, event.event, event.id, event.rev) == (entry, "created", f"{7:016x}", 1)
    assert (event.source, event.lang, event.tags) == ("A source", "en", ("a", "b"))
    assert event.time == datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert event.article == article(7, tags=("a", "b"))
    assert event.fields["diff"] == "x"
    assert event.attempt == 1


def test_what_the_last_round_of_a_loop_did_is_acknowledged_at_a_break(room: Room) -> None:
    room.append(1, 2, 3)
    with consume(room, "c") as consumer:
        for event in consumer:
            if event.article.title == "Title 2":
                break
    assert room.pending() == 1
    assert room.tries() == {}
    assert titles(consume(room, "other")) == numbered(3), "what was fetched and not begun is free at once"


def test_an_exception_gives_the_event_back_and_keeps_what_was_said(room: Room) -> None:
    room.append(1, 2)
    with pytest.raises(ValueError, match="bad"):
        break_off(consume(room, "c"), ValueError("bad"))
    assert room.pending() == 2
    assert list(room.tries().values()) == [b"1 ValueError: bad"]
    with consume(room, "c") as consumer:
        assert [(event.article.title, event.attempt) for event in consumer] == [
            ("Title 1", 2),
            ("Title 2", 1),
        ]
    assert room.settled()


def test_what_stops_a_program_counts_no_delivery(room: Room) -> None:
    room.append(1)
    with pytest.raises(KeyboardInterrupt):
        break_off(consume(room), KeyboardInterrupt())
    assert room.tries() == {}
    with consume(room) as consumer:
        assert [event.attempt for event in consumer] == [1]


def test_after_so_many_failures_an_entry_is_a_dead_letter_with_its_article_and_error(room: Room) -> None:
    first, _ = room.append(1, 2)
    seen: list[int] = []

    def work(event: Event) -> None:
        if event.article.title == "Title 1":
            seen.append(event.attempt)
            raise ValueError(f"time {event.attempt}")

    for _ in range(3):
        with consume(room, "c", deliveries=3) as consumer:
            consumer.run(work)
    assert seen == [1, 2, 3]
    assert room.settled()
    (letter,) = Letters(room.client, "g").latest()
    assert (letter.entry, letter.error, letter.deliveries) == (first, "ValueError: time 3", 3)
    assert letter.consumer == "c"
    assert letter.fields["id"] == f"{1:016x}"
    assert letter.fields.keys() == {name.decode() for name in room.client.xrange(STREAM)[0][1]}


def test_a_dead_letter_that_is_retried_comes_again_even_when_the_stream_has_dropped_it(room: Room) -> None:
    (entry,) = room.append(1)
    with suppress(ValueError), consume(room, deliveries=1) as consumer:
        for _ in consumer:
            raise ValueError
    room.client.xtrim(STREAM, maxlen=0, approximate=False)
    letters = Letters(room.client, "g")
    (letter,) = letters.latest()
    assert letters.retry([letter.letter, "1-1"]) == 1
    assert letters.latest() == []
    with consume(room) as consumer:
        assert [(event.entry, event.attempt, event.article) for event in consumer] == [(entry, 1, article(1))]
    assert room.client.xlen("feedmill:group:again:g") == 0
    assert room.settled()


def test_a_retried_letter_that_fails_again_is_the_same_letter_again(room: Room) -> None:
    (entry,) = room.append(1)
    letters = Letters(room.client, "g")
    for round_ in range(2):
        with suppress(ValueError), consume(room, deliveries=1) as consumer:
            for _ in consumer:
                raise ValueError(round_)
        (letter,) = letters.latest()
        assert (letter.entry, letter.error) == (entry, f"ValueError: {round_}")
        letters.retry([letter.letter])


def test_an_entry_that_cannot_be_decoded_fails_and_the_others_come(room: Room) -> None:
    room.put(article(1), schema="article/9", article="{}")
    room.append(2)
    assert titles(consume(room, deliveries=1)) == numbered(2)
    (letter,) = room.dead()
    assert b"article/9" in letter[b"error"]
    assert room.settled()


def test_an_unknown_field_of_the_article_is_no_obstacle(room: Room) -> None:
    room.put(article(1), article=b'{"confidence":1,' + room_json(article(1))[1:])
    assert titles(consume(room)) == numbered(1)


def room_json(one: Any) -> bytes:
    from feedmill.article import encode  # noqa: PLC0415

    return encode(one)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (1, 2, 3)),
        ({"sources": ["B"]}, (2,)),
        ({"langs": ["de", "fr"]}, (2, 3)),
        ({"tags": ["sport", "none"]}, (3,)),
        ({"tags": ["news"], "langs": ["de"]}, (2,)),
        ({"events": ["retracted"]}, (4,)),
        ({"events": []}, (1, 2, 3, 4)),
        ({"feeds": ["http://other/"]}, ()),
    ],
)
def test_only_what_is_wanted_comes_and_the_rest_is_acknowledged_undecoded(
    room: Room, options: dict[str, Any], expected: tuple[int, ...]
) -> None:
    room.append(1)
    room.append(2, source="B", lang="de")
    room.append(3, lang="fr", tags=("x", "sport"), event="updated")
    room.append(4, event="retracted")
    room.put(article(5), event="listed" if options != {"events": []} else "created", article="unreadable")
    assert titles(consume(room, deliveries=1, **options)) == numbered(*expected)
    assert room.settled()
    assert len(room.dead()) == (options == {"events": []})


def test_an_event_without_an_article_says_so(room: Room) -> None:
    room.put(article(1), event="retracted", article="")
    with consume(room, events=["retracted"]) as consumer:
        (event,) = consumer
    with pytest.raises(UnreadableError, match="retracted"):
        _ = event.article


DAY = timedelta(days=1)
THEN = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("beginning", (1, 2, 3)),
        ("end", ()),
        (f"{int(THEN.timestamp())}000-0", (2, 3)),
        (THEN, (1, 2, 3)),
        (THEN + DAY, (2, 3)),
        ((THEN + DAY).isoformat(), (2, 3)),
        ((THEN + DAY + timedelta(milliseconds=1)).isoformat(), (3,)),
        ("2026-11-22T00:00:00Z", (3,)),
        ("2026-11-22", (3,)),
    ],
)
def test_a_new_group_starts_where_it_is_told(room: Room, start: Any, expected: tuple[int, ...]) -> None:
    for number in (1, 2, 3):
        room.append(number, at=f"{int((THEN + (number - 1) * DAY).timestamp() * 1000)}-0")
    assert titles(consume(room, start=start)) == numbered(*expected)
    assert titles(consume(room, start="beginning")) == [], "a group that exists goes on where it is"


@pytest.mark.parametrize(
    "wrong",
    [
        {"group": "a b"},
        {"group": ""},
        {"name": "a b"},
        {"start": "yesterday"},
        {"start": "17"},
        {"deliveries": 0},
        {"claim_after": 0},
        {"prefetch": 0},
        {"colour": "red"},
        {"url": "http://127.0.0.1"},
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(wrong: dict[str, Any]) -> None:
    given = {"url": "redis://127.0.0.1:1", "group": "g"} | wrong
    with pytest.raises(ConsumerError) as error:
        Consumer(given.pop("url"), given.pop("group"), **given)
    assert str(error.value)


def test_a_consumer_outside_a_with_block_says_how_it_is_used(room: Room) -> None:
    with pytest.raises(ConsumerError, match="with Consumer"):
        next(iter(consume(room)))


# Batches


def test_batches_are_acknowledged_as_a_whole(room: Room) -> None:
    room.append(*range(10))
    with consume(room) as consumer:
        sizes = [len(batch) for batch in consumer.batches(4, wait=0)]
    assert sizes == [4, 4, 2]
    assert room.settled()


def test_a_batch_waits_for_its_number_for_a_while(room: Room) -> None:
    room.append(1)
    with consume(room, wait=True) as consumer:
        late = threading.Timer(0.2, room.append, [2])
        late.start()
        (batch) = next(iter(consumer.batches(2, wait=20)))
        late.join()
    assert [event.article.title for event in batch] == numbered(1, 2)


def test_a_batch_that_failed_comes_again_one_by_one_so_that_the_good_ones_live(room: Room) -> None:
    room.append(1, 2, 3)
    for _ in range(3):
        with consume(room, "c", deliveries=2) as consumer:
            for batch in consumer.batches(3, wait=0):
                if "Title 2" in [event.article.title for event in batch]:
                    consumer.give_back(batch, "bad")
    assert [letter[b"id"] for letter in room.dead()] == [f"{2:016x}".encode()]
    assert room.settled()


# Those who died


VICTIM = """
import os, signal, sys
from feedmill import Consumer
with Consumer(sys.argv[1], "g", sys.argv[2], claim_after=0.3, prefetch=8) as consumer:
    for event in consumer:
        if event.article.title == sys.argv[3]:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def die(room: Room, name: str, at: str) -> None:
    done = subprocess.run([sys.executable, "-c", VICTIM, room.url, name, at], check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL


def test_others_take_over_what_a_killed_consumer_held_and_only_what_it_had_begun_is_counted(
    room: Room,
) -> None:
    room.append(*range(6))
    die(room, "victim", "Title 2")
    got: list[tuple[str, int]] = []
    with consume(room, "heir", wait=True, claim_after=0.3) as consumer:
        for event in consumer:
            got.append((event.article.title, event.attempt))
            if len(got) == 4:
                break
    assert sorted(got) == [("Title 2", 2), ("Title 3", 1), ("Title 4", 1), ("Title 5", 1)]
    assert room.settled()


def test_an_entry_that_kills_its_consumers_dies_itself_and_its_neighbors_live(room: Room) -> None:
    room.append(*range(4))
    for name in ("a", "b"):
        die(room, name, "Title 1")
        block_until(lambda: room.silent(350))  # as long as it takes until they count as dead
    with consume(room, "c", deliveries=2, claim_after=0.3) as consumer:
        assert sorted(event.article.title for event in consumer) == numbered(2, 3)
    (letter,) = room.dead()
    assert letter[b"id"] == f"{1:016x}".encode()
    assert b"ended while it worked on it" in letter[b"error"]


def test_a_consumer_that_comes_back_under_its_name_takes_up_at_once_what_it_left(room: Room) -> None:
    room.append(*range(3))
    room.client.xgroup_create(STREAM, "g", "0")
    room.client.xreadgroup("g", "me", {STREAM: ">"}, count=2)
    assert titles(consume(room, "me", claim_after=60)) == numbered(0, 1, 2)
    assert room.settled()


def test_two_processes_of_one_name_do_not_take_from_each_other(room: Room) -> None:
    room.append(*range(6))
    with consume(room, "me", prefetch=3, claim_after=30) as one:
        first = iter(one)
        assert next(first).article.title == "Title 0"
        assert titles(consume(room, "me", prefetch=3, claim_after=30)) == numbered(3, 4, 5)
        assert [event.article.title for event in first] == numbered(1, 2)
    assert room.settled()


def test_work_that_takes_longer_than_the_dead_are_waited_for_is_not_taken_away(room: Room) -> None:
    room.append(1, 2)
    with consume(room, "slow", claim_after=2.0) as slow:
        for event in slow:
            if event.article.title == "Title 1":
                taken: list[Event] = []
                ends = room.now_ms() + 4_000
                with consume(room, "eager", claim_after=2.0) as eager:
                    while room.now_ms() < ends:
                        taken += eager
                assert not taken
    assert room.settled()


def test_a_consumer_that_was_frozen_does_not_begin_what_others_have_done_meanwhile(room: Room) -> None:
    room.append(1, 2, 3)
    with consume(room, "frozen", claim_after=60) as frozen:
        events = iter(frozen)
        assert next(events).article.title == "Title 1"
        for _, fields in room.client.xclaim(STREAM, "g", "other", 0, pending_ids(room)[1:]):
            assert fields
        assert list(events) == []
    assert room.pending() == 2


def pending_ids(room: Room) -> list[bytes]:
    return [row["message_id"] for row in room.client.xpending_range(STREAM, "g", "-", "+", 10)]


def test_entries_that_were_trimmed_while_pending_are_let_go(room: Room) -> None:
    room.append(*range(4))
    room.client.xgroup_create(STREAM, "g", "0")
    room.client.xreadgroup("g", "gone", {STREAM: ">"}, count=2)
    room.client.xreadgroup("g", "me", {STREAM: ">"}, count=1)
    room.client.xtrim(STREAM, maxlen=1, approximate=False)
    block_until(lambda: room.silent(250))
    assert titles(consume(room, "me", claim_after=0.2)) == numbered(3)
    assert room.settled()


def test_a_name_that_was_made_up_leaves_no_consumer_behind_but_what_is_pending_stays(room: Room) -> None:
    room.append(1, 2)
    with suppress(ValueError), consume(room) as consumer:
        for _ in consumer:
            raise ValueError
    assert len(room.client.xinfo_consumers(STREAM, "g")) == 1
    block_until(lambda: room.silent(250))
    titles(consume(room))
    assert [row["pending"] for row in room.client.xinfo_consumers(STREAM, "g")] == [0]
    assert room.settled()


# Stopping


def test_stop_ends_the_loop_from_another_thread_while_it_waits(room: Room) -> None:
    with consume(room, wait=True) as consumer:
        timer = threading.Timer(0.2, consumer.stop)
        timer.start()
        assert list(consumer) == []
        timer.join()


def test_a_stopped_consumer_finishes_the_event_in_hand_and_frees_the_others(room: Room) -> None:
    room.append(1, 2, 3)
    with consume(room, "c", wait=True) as consumer:
        for _ in consumer:
            consumer.stop()
    assert room.pending() == 2
    assert titles(consume(room, "d")) == numbered(2, 3)


# With asyncio


async def test_the_async_consumer_does_the_same(room: Room) -> None:
    room.append(*range(5))
    tried: list[tuple[str, int]] = []

    async def work(event: Event) -> None:
        tried.append((event.article.title, event.attempt))
        await asyncio.sleep(0)
        if event.article.title == "Title 3" and event.attempt == 1:
            raise ValueError("once")
        if len(tried) == 6:
            consumer.stop()

    async with AsyncConsumer(room.url, "g", "a", claim_after=0.2) as consumer:
        await consumer.run(work)
    assert tried[-1] == ("Title 3", 2)
    assert room.settled()


async def test_an_async_consumer_gives_batches(room: Room) -> None:
    room.append(*range(5))
    async with AsyncConsumer(room.url, "g", wait=False) as consumer:
        assert [len(batch) async for batch in consumer.batches(3, wait=0)] == [3, 2]
    assert room.settled()


async def test_a_cancelled_async_consumer_frees_what_it_held(room: Room) -> None:
    room.append(1, 2)
    begun = asyncio.Event()

    async def consume_for_ever() -> None:
        async with AsyncConsumer(room.url, "g") as consumer:
            async for _ in consumer:
                begun.set()
                await asyncio.Event().wait()

    task = asyncio.create_task(consume_for_ever())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert room.tries() == {}
    async with AsyncConsumer(room.url, "g", wait=False) as consumer:
        assert [(event.article.title, event.attempt) async for event in consumer] == [
            ("Title 1", 1),
            ("Title 2", 1),
        ]


# Looking at groups


def test_groups_say_how_far_they_are(room: Room) -> None:
    assert group_states(room.client) == []
    first, second, _ = room.append(1, 2, 3)
    with consume(room, "c", prefetch=2) as consumer:
        next(iter(consumer))
        (state,) = group_states(room.client)
        assert (state.group, state.lag, state.pending, state.oldest) == ("g", 1, 2, first)
        assert (state.dead, state.again, state.protected) == (0, 0, True)
        ((name, pending, alive),) = [(one.name, one.pending, one.alive) for one in state.consumers]
        assert (name, pending, alive) == ("c", 2, True)
    (state,) = group_states(room.client)
    assert (state.oldest, state.consumers[0].alive) == (second, False)
    assert state.oldest_age is not None


@pytest.mark.parametrize(("meanwhile", "left"), [("acknowledged", ["g"]), ("removed", [])])
def test_groups_are_looked_at_while_others_work(
    room: Room, monkeypatch: pytest.MonkeyPatch, meanwhile: str, left: list[str]
) -> None:
    entry, _ = room.append(1, 2)
    client, look = room.client, room.client.xinfo_groups
    client.xgroup_create(STREAM, "g", "0")
    client.xreadgroup("g", "c", {STREAM: ">"}, count=1)

    def slow(name: str) -> Any:
        rows = look(name)
        client.xack(STREAM, "g", entry) if left else client.xgroup_destroy(STREAM, "g")
        return rows

    monkeypatch.setattr(client, "xinfo_groups", slow)
    assert [state.group for state in group_states(client)] == left, meanwhile


def test_a_receiver_has_a_next_try_while_something_waits_for_it(room: Room) -> None:
    (entry,) = room.append(1)
    room.client.xgroup_create(STREAM, "hook-h", entry)
    room.client.hset(
        GroupKeys("feedmill", "hook-h").hook(), mapping={"failures": 1, "failing_since": 1, "next_at": 2}
    )
    for tries, waiting in ((None, ()), (0, (2,))):
        room.append(*waiting)
        (state,) = group_states(room.client)
        assert state.hook is not None
        assert (state.hook.failures, state.hook.next_in) == (1, tries)


def test_a_removed_group_leaves_nothing(room: Room) -> None:
    room.append(1)
    with suppress(ValueError), consume(room, deliveries=1) as consumer:
        for _ in consumer:
            raise ValueError
    assert remove_group(room.client, "g")
    assert not remove_group(room.client, "g")
    assert [key for key in room.client.keys("feedmill:*") if key != STREAM.encode()] == []
