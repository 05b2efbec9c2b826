"""Waits for tickets and horses (for the parent) so that a request to end is noticed at once."""

import contextlib
import os
import select
import time
from typing import Any

import redis
from redis.exceptions import RedisError

from feedmill._ledger.core.ledger_connections import ANSWER_S
from feedmill._signals import StopRequest

_CHECK_EVERY_S = 0.1
"""Seconds between two checks of a child, where the kernel gives no descriptor of a process."""
_PUBSUB_PAUSE_S = 2.0
"""Seconds between two tries to subscribe again while Redis is away."""
_LISTENER_END_S = 1.0  # for the listening thread to end; after that it ends with the process
_CLOSED_UNDER_A_READ = (ValueError, AttributeError, OSError)
"""What redis-py raises where one thread closes a connection that another one reads from."""


class StoppableClient(redis.Redis):
    """A client whose wait for an element of a list ends, by raising `ended`, when this process is to end."""

    def __init__(self, client: redis.Redis, stop: StopRequest, ended: type[Exception]) -> None:
        super().__init__(connection_pool=client.connection_pool)
        self._stop = stop
        self._ended = ended

    def blmove(
        self,
        first_list: Any,
        second_list: Any,
        timeout: int,
        src: Any = "LEFT",
        dest: Any = "RIGHT",
    ) -> Any:
        """As the library's; raises `ended`, and the library's errors.

        What the server moves as the wait is given up stays in the second list.
        """
        pool = self.connection_pool
        connection: Any = pool.get_connection()

        def ask() -> Any:
            if self._stop.requested:
                raise self._ended
            connection.send_command("BLMOVE", first_list, second_list, src, dest, timeout)
            self._await_answer(connection, timeout + ANSWER_S)
            return connection.read_response()

        try:
            return connection.retry.call_with_retry(ask, lambda _: connection.disconnect())
        except BaseException:
            connection.disconnect()
            raise
        finally:
            pool.release(connection)

    def _await_answer(self, connection: Any, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not connection.can_read(0):
            left = until - time.monotonic()
            if left <= 0:
                raise redis.TimeoutError("no answer to BLMOVE")
            select.select([connection._sock, self._stop], [], [], left)  # noqa: SLF001  (there is no other way)
            if self._stop.requested:
                raise self._ended


class CommandListener:
    """A worker's thread that listens for RQ's commands; for a class beside RQ's worker."""

    pubsub: Any
    pubsub_thread: Any

    def unsubscribe(self) -> None:
        """Stop listening for commands. The listening thread alone closes its connection: two would race."""
        thread, pubsub = self.pubsub_thread, self.pubsub
        if thread is None or pubsub is None:
            return
        thread.stop()
        with contextlib.suppress(RedisError, *_CLOSED_UNDER_A_READ):
            pubsub.unsubscribe()  # what comes of it wakes the thread
        thread.join(timeout=_LISTENER_END_S)

    def _pubsub_exception_handler(self, exc: Exception, pubsub: Any, pubsub_thread: Any) -> None:
        if not isinstance(exc, (RedisError, *_CLOSED_UNDER_A_READ)):
            super()._pubsub_exception_handler(exc, pubsub, pubsub_thread)  # type: ignore[misc]
        time.sleep(_PUBSUB_PAUSE_S)


def has_ended(pid: int, within_s: float) -> bool:
    """Wait until a child has ended, or so long; its status stays to be fetched. A child that is none has."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    except (AttributeError, OSError):  # no such call: another system, or a kernel before 5.3
        return _poll_for_end(pid, within_s)
    try:
        return bool(select.select([watched], [], [], within_s)[0])
    finally:
        os.close(watched)


def _poll_for_end(pid: int, within_s: float) -> bool:
    until = time.monotonic() + within_s
    with contextlib.suppress(ChildProcessError):
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            if time.monotonic() >= until:
                return False
            time.sleep(_CHECK_EVERY_S)
    return True
