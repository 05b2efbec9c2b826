"""The server goes and comes back, answers are lost: nothing is missed, nothing done more than it must be."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from outages import LossyLine, OwnServer
from reading_room import STREAM, Room

from feedmill import AccessError, Consumer, ServerLostError, replay
from feedmill._group import session


@pytest.fixture
def server() -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    own = OwnServer(folder)
    own.start()
    yield own
    own.kill()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_restart_of_the_server_is_waited_for_and_no_article_is_missed(server: OwnServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        room = Room(server.url, client)
        room.append(*range(6))
        seen: Counter[str] = Counter()
        with Consumer(server.url, "g", "c", prefetch=2, claim_after=30) as consumer:
            for event in consumer:
                seen[event.article.title] += 1
                if len(seen) == 2:
                    server.kill()
                    threading.Timer(0.3, server.start).start()
                if len(seen) == 6:
                    break
        assert seen == {f"Title {number}": 1 for number in range(6)}
        assert room.settled()


def test_a_server_that_lost_its_groups_gets_them_again_where_the_consumer_was(server: OwnServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        room = Room(server.url, client)
        room.append(1, 2)
        got = []
        with Consumer(server.url, "g", "c", claim_after=30) as consumer:
            for event in consumer:
                got.append(event.article.title)
                if len(got) == 2:
                    client.xgroup_destroy(STREAM, "g")
                    room.append(3)
                if len(got) == 3:
                    break
    assert got == ["Title 1", "Title 2", "Title 3"]


def test_no_server_at_the_start_is_said_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MAX_OUTAGE_S", 0.2)
    with pytest.raises(ServerLostError):
        Consumer(f"unix://{tmp_path}/none", "g").__enter__()
    with pytest.raises(ServerLostError):
        next(replay(f"unix://{tmp_path}/none"))


def test_a_wrong_password_is_no_server_that_is_away(server: OwnServer) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.config_set("requirepass", "word")
    with pytest.raises(AccessError):
        Consumer(server.url, "g").__enter__()


def test_answers_that_are_lost_lose_no_article_and_count_no_delivery_twice(
    valkey_socket: Path, redis_url: str, redis_client_sync: redis.Redis
) -> None:
    room = Room(redis_url, redis_client_sync)
    room.append(*range(30))
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    line = LossyLine(folder / "l", str(valkey_socket))
    database = redis_url.partition("?")[2]
    seen: Counter[str] = Counter()
    try:
        with Consumer(f"{line.url}?{database}", "g", "c", prefetch=4, claim_after=60) as consumer:
            for event in consumer:
                seen[event.article.title] += 1
                assert event.attempt == 1
                if len(seen) == 30:
                    break
    finally:
        line.close()
        shutil.rmtree(folder)
    assert line.lost > 5
    assert seen == {f"Title {number}": 1 for number in range(30)}
    assert room.settled()
