"""RQ's listener for commands outlives its connection, whoever closes it and when."""

import asyncio
import errno

import pytest
import redis
from support import waiting

from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._signals import StopRequest
from worker.process import interruptible_wait
from worker.process.rq_worker import ForkingWorker

CLOSED = [
    redis.exceptions.ConnectionError("Connection closed by server."),
    ValueError("I/O operation on closed file."),
    OSError(errno.EBADF, "Bad file descriptor"),
    AttributeError("'NoneType' object has no attribute 'read_response'"),
]


def ignore_end(_pid: int, _cause: str) -> None:
    """No horse is forked here."""


def handle_key_error(parent: ForkingWorker) -> None:
    """Let a listener's thread fail by what no closed connection raises."""
    try:
        {}["command"]
    except KeyError as error:
        parent._pubsub_exception_handler(error, None, None)


@pytest.fixture
def parent(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> ForkingWorker:
    """A worker that takes no ticket, and listens again at once."""
    monkeypatch.setattr(interruptible_wait, "_PUBSUB_PAUSE_S", 0.0)
    client = connect_blocking(redis_url)
    return ForkingWorker(client, StopRequest(), name="w", memory=0, on_horse_end=ignore_end)


@pytest.mark.parametrize("raised", CLOSED, ids=lambda raised: type(raised).__name__)
def test_a_closed_connection_ends_no_listener(parent: ForkingWorker, raised: Exception) -> None:
    parent._pubsub_exception_handler(raised, None, None)


def test_any_other_error_ends_it_and_is_logged(parent: ForkingWorker) -> None:
    with pytest.raises(KeyError):
        handle_key_error(parent)


async def test_a_listener_whose_connection_is_closed_by_another_thread_hears_what_follows(
    parent: ForkingWorker, redis_client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()

    def handle_payload(_message: object) -> None:
        loop.call_soon_threadsafe(heard.set)

    monkeypatch.setattr(parent, "handle_payload", handle_payload)
    parent.subscribe()
    try:
        for _ in range(20):
            parent.pubsub.connection.disconnect()
            heard.clear()

            async def is_heard() -> bool:
                await redis_client.publish(parent.pubsub_channel_name, "{}")
                return heard.is_set()

            await waiting.until(is_heard)
        assert parent.pubsub_thread.is_alive()
    finally:
        parent.unsubscribe()
