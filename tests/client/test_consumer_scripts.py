"""The groups' scripts keep the rules of the house: a contract each, no key spelled, safe to send twice."""

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import redis
from reading_room import STREAM, Room

from feedmill import Consumer
from feedmill._group.consumer_options import ConsumerOptions, make_consumer_config
from feedmill._group.drivers import load_group_script, run_script
from feedmill._group.group_keys import GroupKeys
from feedmill._group.io_requests import ScriptCall
from feedmill.dead_letters import Letters
from feedmill.stream_entry_filter import USUAL_EVENTS

LUA = Path(str(resources.files("feedmill._group"))) / "lua"
OPERATIONS = sorted(path.stem for path in LUA.glob("*.lua") if not path.name.startswith("_"))
KEYS = GroupKeys("feedmill", "g")
TARGET = ("own", "own:written")


@pytest.fixture
def room(redis_url: str, redis_client_sync: redis.Redis) -> Room:
    return Room(redis_url, redis_client_sync)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_begins_with_its_contract(name: str) -> None:
    text = (LUA / f"{name}.lua").read_text()
    header = "\n".join(line for line in text.splitlines() if line.startswith("--"))
    assert text.startswith(f"-- {name}: ")
    assert re.search(r"^-- ARGV     \S", header, re.MULTILINE)
    assert re.search(r"^-- Returns  \S", header, re.MULTILINE)
    assert "feedmill:" not in text


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_script_compiles(redis_client_sync: redis.Redis, name: str) -> None:
    assert redis_client_sync.script_load(load_group_script(name).source) == load_group_script(name).sha


def scene(room: Room) -> dict[str, tuple[Any, ...]]:
    """Set up entries in every state; answers the arguments of every script."""
    room.append(*range(6))
    with Consumer(room.url, "g", wait=False, deliveries=1, prefetch=1) as consumer:
        consumer.give_back([next(iter(consumer))], "bad")
    room.client.xgroup_createconsumer(STREAM, "g", "idle")
    held = [row[0] for row in room.client.xreadgroup("g", "me", {STREAM: ">"}, count=3)[0][1]]
    room.client.xreadgroup("g", "dead", {STREAM: ">"}, count=1)
    room.client.hset(
        KEYS.tries(), mapping={f"1/{held[0].decode()}": "1 bad", f"1/{held[1].decode()}": "4 bad"}
    )
    room.client.set(KEYS.alive("me"), "t")
    (letter,) = Letters(room.client, "g").latest()
    first, second, third = ((1, entry) for entry in held)
    return {
        "again": (letter.letter,),
        "beat": (60_000, 1, *first),
        "claim": (0, 10, 4, "0-0"),
        "enter": ("0-0", 60_000, 1, 10**9),
        "give_back": (60_000, 1000, 4, "why", *first, 2, *second, 4, *third, 0),
        "hook_take": (60_000, "0-0", 9, 1),
        "hook_tell": (*first, "dead", 4, 5, "why", 1, 2, 3),
        "leave": (60_000, 0),
        "mine": (10, 4),
        "remove": (),
        "write_once": ("mark", 100, "title", "Title 1"),
        "turn": (1, *first, *second, 0, *third, 0),
    }


def state(room: Room) -> Any:
    """Give all that counts: what is pending with whom, what is noted, what is dead; but no times."""
    client = room.client
    there = [row["name"] for row in client.xinfo_groups(STREAM)]
    rows = client.xpending_range(STREAM, "g", "-", "+", 99) if b"g" in there else []
    return (
        there,
        [(row["message_id"], row["consumer"]) for row in rows],
        room.tries(),
        room.dead(),
        client.xlen(KEYS.again()),
        client.zrange(KEYS.protected(), 0, -1),
        client.get(KEYS.alive("me")),
        (client.xlen(TARGET[0]), client.zrange(TARGET[1], 0, -1)),
        client.hmget(KEYS.hook(), "failures", "failing_since", "next_at", "said"),
    )


@pytest.mark.parametrize("name", OPERATIONS)
def test_sent_twice_it_does_no_more_than_once(room: Room, name: str) -> None:
    arguments = scene(room)
    keys = TARGET if name == "write_once" else KEYS.table("me")
    run = ScriptCall(name, keys, ("g", "me", "t", *arguments[name]))
    untouched = state(room)
    run_script(run, room.client)
    after = state(room)
    run_script(run, room.client)
    assert state(room) == after
    if name not in ("beat", "enter", "hook_take"):
        assert after != untouched, "the scene must let the operation do something"


def test_every_key_carries_the_prefix_and_the_group() -> None:
    keys = GroupKeys("p", "g")
    assert all(key.startswith("p:") for key in keys.table("me"))
    assert all(":g" in key for key in (keys.again(), keys.dead(), keys.tries(), keys.alive("me")))
    assert len(set(keys.table("me"))) == len(keys.table("me"))


def test_what_a_failure_costs_in_time_doubles_up_to_the_claim(room: Room) -> None:
    made = make_consumer_config("g", None, {"claim_after": 10.0})
    assert [made.choose_back_off_s(deliveries) for deliveries in (1, 2, 3, 4, 5, 99)] == [1, 2, 4, 8, 10, 10]
    assert room.client.exists(KEYS.tries()) == 0


def test_the_docs_have_every_option_with_its_default() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "consuming.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]+) \| [^|]+ \| ([^|]+) \|$", text, re.MULTILINE)
    told = {name: default.strip() for names, default in rows for name in re.findall(r"`(\w+)`", names)}
    assert set(told) == ConsumerOptions.__optional_keys__
    made = make_consumer_config("g", None, {})
    for name in ("deliveries", "claim_after", "prefetch", "protect", "wait", "prefix"):
        default = getattr(made, name)
        assert told[name].strip('`"') == (f"{default:g}" if isinstance(default, float) else str(default)), (
            name
        )
    assert told["events"] == ", ".join(f"`{event}`" for event in USUAL_EVENTS)
