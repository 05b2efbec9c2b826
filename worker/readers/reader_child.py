"""Runs the reader: a forked child that reads one page at a time for its horse.

It has neither the loop nor the connections of its horse: its calls to the ledger go through the horse.
"""

import contextlib
import gc
import os
import resource
import signal
import socket
import time
import traceback
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, NoReturn, TypeVar, cast

from feedmill._ledger.core.operation_call import Call
from feedmill._signals import STOP_SIGNALS, die_with_parent
from worker import process_limits
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_stages import finish_page
from worker.pipeline.stage_values import EndedPage
from worker.pipeline.worker_context import WorkerContext, read_sample_page
from worker.readers import reader_messages
from worker.readers.reader_messages import EndMessage, LedgerCall, PageMessage

GROWN = 256 << 20
"""Bytes of growth from which a reader is replaced: the next one is as small as its horse."""
T = TypeVar("T")


def serve_and_leave(sock: socket.socket, context: WorkerContext, horse: int, *, warm: bool) -> NoReturn:
    """Be the reader of a horse until it closes the socket; for a process that has just been forked."""
    try:
        _settle_in(sock, horse)
        if warm:
            read_sample_page()
        _serve(sock, context)
    except MemoryError:
        process_limits.exit_out_of_memory()
    except ConnectionError:  # the horse is gone: it was killed, and its pages go back without this process
        os._exit(0)
    except BaseException:  # noqa: BLE001  the outermost place of this process: the horse's stack lies below
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _settle_in(sock: socket.socket, horse: int) -> None:
    """End with the horse and by nothing else, and let go of its connections."""
    signal.set_wakeup_fd(-1)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    die_with_parent(horse)
    gc.freeze()  # the horse's objects: none may close a descriptor that is another's here
    kept = {0, 1, 2, sock.fileno()}
    for path in list(Path("/dev/fd").iterdir()):
        if int(path.name) not in kept:
            with contextlib.suppress(OSError):  # the listing's own
                os.close(int(path.name))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})


def _serve(sock: socket.socket, context: WorkerContext) -> None:
    rng = Random()  # noqa: S311  jitter is no secret
    most = process_limits.read_resident_bytes() + GROWN
    while (frame := reader_messages.receive(sock)) is not None:
        handed = reader_messages.decode_page_message(frame)
        del frame
        before = _cpu_s()
        if context.page_cpu_s is not None:
            process_limits.extend_cpu_limit(context.page_cpu_s)
        counted = CountedMeters()
        ended = _read(sock, replace(context, meters=cast("Any", counted)), handed, rng)
        cpu_ms = round((_cpu_s() - before) * 1000)
        message = EndMessage(
            outcome=ended.outcome.word,
            reason=ended.outcome.reason,
            cpu_ms=cpu_ms,
            grown=process_limits.read_resident_bytes() > most,
            meters=counted.calls,
            title=ended.title,
            words=ended.words,
        )
        reader_messages.send(sock, reader_messages.encode(message))


def ask(sock: socket.socket, call: Call[T]) -> T:
    """Send a call to the ledger through the horse."""
    try:
        reader_messages.send(sock, reader_messages.encode(LedgerCall(call.script, list(call.args))))
        reply = reader_messages.receive(sock)
    except ConnectionError:  # not a page's fault: the horse was killed with this question unread
        reply = None
    if reply is None:
        os._exit(0)  # the horse is gone, or takes the page from this reader
    return call.decode(reader_messages.decode_reply(reply))


def _read(sock: socket.socket, context: WorkerContext, handed: PageMessage, rng: Random) -> EndedPage:
    async def run_call(call: Call[Any]) -> Any:
        return ask(sock, call)  # until the lease ends: the horse sees to it

    def clock() -> datetime:
        return datetime.fromtimestamp(handed.ahead_s + time.monotonic(), UTC)

    work = PageContext(
        context=context,
        page=handed.page,
        run_call=run_call,
        clock=clock,
        rng=rng,
        overrides=handed.overrides,
        origin_rights=handed.origin_rights,
        templates=handed.templates,
    )
    fetched = reader_messages.unpack_fetch_result(handed)
    return _finished(finish_page(work, fetched, attempts=handed.attempts))


def _finished(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing but `run`, which blocks."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast("T", end.value)
    raise RuntimeError("a reader can wait for nothing but the ledger")


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class CountedMeters:
    """Meters that only note what is counted: the horse counts it, as two processes cannot share the files."""

    METHODS = frozenset({"count_stage", "count_removed", "count_published", "count_way"})
    """Methods of Meters that a reading calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Any]]] = []

    def count_stage(self, stage: str, seconds: float) -> None:
        """Note how long a stage took."""
        self.calls.append(("count_stage", [stage, seconds]))

    def count_removed(self, counts: Mapping[str, int]) -> None:
        """Note what each cleaning step took away."""
        self.calls.append(("count_removed", [dict(counts)]))

    def count_way(self, way: str, reason: str) -> None:
        """Note the way that a page was read."""
        self.calls.append(("count_way", [way, reason]))

    def count_published(self, delay_s: float) -> None:
        """Note that an article went out."""
        self.calls.append(("count_published", [delay_s]))
