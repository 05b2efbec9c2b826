"""Consumers are killed all the time, some articles fail and one kills: only the killer is lost."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from reading_room import Room
from support.waiting import block_until

READERS = 3
ARTICLES = 120
KILLS = 8
READER = """
import os, signal, sys
from feedmill import Consumer
url, log = sys.argv[1:]
def work(event):
    number = int(event.id, 16)
    if number == 50:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 7 and event.attempt == 1:
        raise ValueError("first time")
    with open(log, "a") as file:
        file.write(f"{number}\\n")
with Consumer(url, "g", claim_after=0.5, deliveries=5, prefetch=8) as consumer:
    signal.signal(signal.SIGTERM, lambda *_: consumer.stop())
    consumer.run(work)
"""


@pytest.fixture
def room(redis_url: str, redis_client_sync: redis.Redis) -> Room:
    return Room(redis_url, redis_client_sync)


def test_a_group_whose_readers_are_killed_reads_everything(room: Room, tmp_path: Path) -> None:
    chance = random.Random(7)
    log = tmp_path / "log"
    log.touch()
    room.append(*range(ARTICLES))

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-c", READER, room.url, str(log)],
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    readers = [start() for _ in range(READERS)]
    kills = 0

    def settled() -> bool:
        nonlocal kills, readers
        if kills < KILLS and chance.random() < 0.1:
            chance.choice(readers).kill()
            kills += 1
        readers = [reader if reader.poll() is None else start() for reader in readers]
        return room.settled_if_there("g")

    try:
        block_until(settled, step_s=0.05)
        for reader in readers:
            reader.terminate()
        ended = [reader.wait(120) for reader in readers]
    finally:
        for reader in readers:
            reader.kill()
            reader.wait()
    done = [int(line) for line in log.read_text().split()]
    assert set(done) == set(range(ARTICLES)) - {50}
    assert [letter[b"id"] for letter in room.dead()] == [f"{50:016x}".encode()]
    assert room.client.hlen("feedmill:group:tries:g") == 0
    assert all(code in (0, -signal.SIGTERM) for code in ended)
