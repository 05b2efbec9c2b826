"""A transformer writes what is made of each event once, whatever dies or is delivered again."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import redis
from reading_room import Room, article
from support.waiting import block_until

from feedmill import AccessError, Consumer, ConsumerError, Event, Transformer
from feedmill.dead_letters import Letters

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "transformer.py"
DYING = """
import os, signal, sys
from feedmill import Transformer
url, deadly = sys.argv[1], int(sys.argv[2])
class Dying(Transformer):
    def write(self, event, fields):
        done = super().write(event, fields)
        if event.id == f"{deadly:016x}":
            os.kill(os.getpid(), signal.SIGKILL)
        return done
with Dying(url, "g", "own", "one", wait=False, claim_after=0.2) as transformer:
    transformer.run(lambda event: {"title": event.article.title})
"""


@pytest.fixture
def room(redis_url: str, redis_client_sync: redis.Redis) -> Room:
    return Room(redis_url, redis_client_sync)


def transform(room: Room, work: Any = None, **options: Any) -> None:
    with Transformer(room.url, "g", "own", "one", wait=False, claim_after=0.2, **options) as transformer:
        transformer.run(work or (lambda event: {"title": event.article.title}))


def written(room: Room) -> list[str]:
    entries: Any = room.client.xrange("own")
    return [fields[b"title"].decode() for _, fields in entries]


def test_what_is_made_of_each_event_is_written_in_order(room: Room) -> None:
    room.append(*range(20))
    transform(room)
    assert written(room) == [f"Title {number}" for number in range(20)]
    assert room.settled()


def test_nothing_is_written_where_nothing_is_made(room: Room) -> None:
    room.append(1, 2, 3)
    transform(room, lambda event: {"title": event.article.title} if event.id.endswith("2") else None)
    assert written(room) == ["Title 2"]
    assert room.settled()


@pytest.mark.parametrize("deadly", [0, 2, 4])
def test_an_event_that_a_dead_process_had_written_is_not_written_again(room: Room, deadly: int) -> None:
    room.append(*range(5))
    died = subprocess.run([sys.executable, "-c", DYING, room.url, str(deadly)], check=False)
    assert died.returncode == -signal.SIGKILL
    assert written(room) == [f"Title {number}" for number in range(deadly + 1)]
    assert room.pending() > 0

    def all_done() -> bool:
        transform(room)
        return room.settled()

    block_until(all_done)  # the dead one's sign of life has to lapse
    assert written(room) == [f"Title {number}" for number in range(5)]


def test_revisions_and_listings_are_events_of_their_own(room: Room) -> None:
    room.put(article(1))
    room.put(article(1), event="updated")
    room.put(article(1), event="listed")
    room.put(article(1), event="listed")
    room.put(article(1), event="listed", feed="http://127.0.0.1/other")
    transform(room, lambda event: {"title": f"{event.event} {event.feed}"}, events=())
    assert written(room) == [
        "created http://127.0.0.1/feed",
        "updated http://127.0.0.1/feed",
        "listed http://127.0.0.1/feed",
        "listed http://127.0.0.1/other",
    ]


def test_what_raises_is_given_back_and_ends_among_the_dead_letters(room: Room) -> None:
    room.append(1)

    def fail(event: Event) -> dict[str, str]:
        raise ValueError(event.article.title)

    transform(room, fail, deliveries=1)
    transform(room, deliveries=1)
    assert written(room) == []
    assert [letter.error for letter in Letters(room.client, "g").latest()] == ["ValueError: Title 1"]


def test_the_target_is_bounded_and_so_are_the_marks(room: Room) -> None:
    room.append(*range(300))
    transform(room, max_entries=100)
    assert 100 <= room.client.xlen("own") <= 200
    assert room.client.zcard("own:written") == 300


@pytest.mark.parametrize(
    ("target", "options", "said"),
    [
        ("", {}, "a key of your own"),
        ("feedmill:articles", {}, "a key of your own, not under 'feedmill'"),
        ("mine:x", {"prefix": "mine"}, "not under 'mine'"),
        ("own", {"max_entries": 0}, "at least 1"),
    ],
)
def test_a_target_that_cannot_be_is_refused(
    room: Room, target: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConsumerError, match=said):
        Transformer(room.url, "g", target, **options)


def test_a_user_that_may_not_is_named_with_the_rules(room: Room) -> None:
    room.client.acl_setuser("weak", enabled=True, passwords=["+pw"], commands=["+@connection"], keys=["*"])
    try:
        url = room.url.replace("unix://", "unix://weak:pw@")
        with (
            pytest.raises(AccessError, match=r"server refuses it: .*docs.security"),
            Consumer(url, "g"),
        ):
            pass
        wrong = room.url.replace("unix://", "unix://weak:no@")
        with pytest.raises(AccessError), Consumer(wrong, "g"):
            pass
    finally:
        room.client.acl_deluser("weak")


def test_the_example_runs(room: Room) -> None:
    room.append(1, 2, 3)
    subprocess.run([sys.executable, EXAMPLE, room.url, "headlines", "3"], check=True, timeout=120)
    entries: Any = room.client.xrange("headlines")
    assert [(fields[b"title"], fields[b"words"]) for _, fields in entries] == [
        (f"Title {number}".encode(), b"2") for number in (1, 2, 3)
    ]
