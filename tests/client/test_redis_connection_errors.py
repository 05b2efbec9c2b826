"""An outage of the Redis server is described by its place and the system's reason, in no library's words."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest
import redis
import redis.asyncio

from feedmill import ServerLostError, replay
from feedmill._redis.connection_errors import describe_outage
from feedmill._redis.tls_greeting import is_silent_on_tls


@contextmanager
def listening(*, answers: bytes | None) -> Iterator[int]:
    """Listen on a port: say nothing (None), or send bytes to each and close."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=answer_each, args=(server, answers))
        if answers is not None:
            thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)  # ends the accept
            if answers is not None:
                thread.join()


def answer_each(server: socket.socket, answers: bytes) -> None:
    with suppress(OSError):  # the server has been shut
        while True:
            taken, _ = server.accept()
            with taken, suppress(OSError):
                taken.recv(65_536)
                taken.sendall(answers)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def failure(url: str) -> str:
    """Return the description of what a blocking client meets, which an asyncio client's is equal to."""
    with redis.Redis.from_url(url, socket_timeout=0.2) as client, pytest.raises(redis.RedisError) as blocking:
        client.ping()

    async def ping() -> str:
        async with redis.asyncio.Redis.from_url(url, socket_timeout=0.2) as client:
            with pytest.raises(redis.RedisError) as waiting:
                await client.ping()
        return describe_outage(waiting.value)

    described = asyncio.run(ping())
    assert described.rpartition(": ")[2] == describe_outage(blocking.value).rpartition(": ")[2]
    return described


def test_a_refused_connection_names_the_place_and_the_systems_reason(tmp_path: Path) -> None:
    port = free_port()
    assert failure(f"redis://127.0.0.1:{port}") == f"127.0.0.1:{port}: Connection refused"
    assert failure(f"unix://{tmp_path}/none") == f"{tmp_path}/none: No such file or directory"


def test_a_silent_server_and_one_that_closes_are_told_apart() -> None:
    with listening(answers=None) as port:
        assert failure(f"redis://127.0.0.1:{port}") == f"127.0.0.1:{port}: no answer in time"
    with listening(answers=b"") as port:
        assert failure(f"redis://127.0.0.1:{port}").endswith("it closed the connection")
    with listening(answers=b"-LOADING Redis is loading the dataset in memory\r\n") as port:
        assert "loading the dataset" in failure(f"redis://127.0.0.1:{port}")


def test_a_plain_port_behind_a_tls_address_is_said_as_such() -> None:
    with listening(answers=b"-ERR no TLS\r\n") as port:
        assert failure(f"rediss://127.0.0.1:{port}") == f"127.0.0.1:{port}: it does not speak TLS as asked"


def test_only_a_silent_answer_to_a_tls_greeting_counts_as_none() -> None:
    with listening(answers=None) as port:
        assert is_silent_on_tls(f"rediss://127.0.0.1:{port}", timeout_s=0.2)
        assert not is_silent_on_tls(f"redis://127.0.0.1:{port}", timeout_s=0.2)
    with listening(answers=b"-ERR no TLS\r\n") as port:
        assert not is_silent_on_tls(f"rediss://127.0.0.1:{port}")
    assert not is_silent_on_tls(f"rediss://127.0.0.1:{free_port()}")


def test_an_error_of_the_client_package_carries_no_words_of_the_library() -> None:
    port = free_port()
    with pytest.raises(ServerLostError) as lost:
        list(replay(f"redis://127.0.0.1:{port}"))
    assert str(lost.value) == f"the Redis server does not answer: 127.0.0.1:{port}: Connection refused"
