"""`feedmill up`: server, scheduler and workers in one foreground process tree."""

import asyncio
import contextlib
import contextvars
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import structlog

from config.load import LoadedConfig
from daemon.command_context import CommandContext, ServerHandle
from daemon.embedded_server import file_locks
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from daemon.errors import DataFolderLockedError, ServerError
from daemon.feeds.feed_spec_building import build_feed_specs
from daemon.health.process_liveness import Heartbeat, make_heartbeat
from daemon.health.server_admission import RECHECK_S, call_until_answered, require_safe_server
from daemon.processes.feeds_file_reload import apply_edits
from daemon.processes.idle_check import wait_until_idle
from daemon.processes.signals import stop_on_signals
from daemon.processes.supervisor import ChildProcess, supervise_children
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.errors import LedgerUnavailable
from feedmill._signals import StopRequest
from scheduler.ledger_config_sync import apply_lists
from web.errors import PortTakenError
from web.http.listening_socket import bind_port

T = TypeVar("T")

log = structlog.get_logger()

_GRACE_S = 30.0
"""Seconds that running pages get to finish at the stop; then they are returned by their leases."""


def run_up(options: CommandContext, loaded: LoadedConfig, *, until_idle: bool) -> Census | None:
    """Run until asked to stop, or until idle; returns the last census when that was the way it ended."""
    with (
        StopRequest() as request,
        hold_up_lock(options.find_data_folder()),
        make_heartbeat(options, loaded, "up") as heartbeat,
        options.open_server(loaded, waits=True) as server,
    ):
        stop = asyncio.Event()
        if server.embedded is not None:
            _watch_server(server.embedded, stop)  # from the first moment on: what follows waits for it
        try:
            accepts = loaded.settings.redis.accept_risks
            require_safe_server(server.url, accept_risks=accepts, request=request)
        except LedgerUnavailable:  # it was asked to end while the server was away
            return None
        log.info("up", feeds=len(loaded.feeds), workers=loaded.settings.workers.processes)
        if not _apply_lists(server, loaded, request):
            return None
        return asyncio.run(
            _run_tree(options, loaded, server, stop, request, heartbeat=heartbeat, until_idle=until_idle)
        )


def _apply_lists(server: ServerHandle, loaded: LoadedConfig, request: StopRequest) -> bool:
    """Make the files' sites, routes and feeds the ledger's, so that `idle` counts them from the start.

    A server that has gone since it was looked at is waited for. False: it was asked to end meanwhile.
    """
    keys = Keys(loaded.settings.redis.prefix)
    with connect_blocking(server.url) as client:
        ledger = SyncLedger(client, keys)
        try:
            answer: Any = None
            steps = apply_lists(keys, loaded.settings, build_feed_specs(loaded.feeds))
            while True:
                answer = call_until_answered(partial(ledger.run, steps.send(answer)), request)
        except LedgerUnavailable:
            return False
        except StopIteration:
            pass
    return not request.requested


async def _run_tree(
    options: CommandContext,
    loaded: LoadedConfig,
    server: ServerHandle,
    stop: asyncio.Event,
    request: StopRequest,
    *,
    heartbeat: Heartbeat,
    until_idle: bool,
) -> Census | None:
    looking = asyncio.create_task(wait_until_idle(server.url, loaded, stop)) if until_idle else None
    watching = asyncio.create_task(apply_edits(loaded, server.url, stop), name="feeds.toml")
    async with contextlib.AsyncExitStack() as opened:
        opened.enter_context(stop_on_signals(stop, request))
        taken = _bind_gateway_port(loaded)
        if taken is not None:
            opened.enter_context(taken)
        await opened.enter_async_context(heartbeat.run_beats(stop))
        heartbeat.ready()
        await supervise_children(_list_children(options, loaded, taken), stop, grace=_GRACE_S)
    await watching
    log.info("down")
    return await looking if looking is not None else None


def _bind_gateway_port(loaded: LoadedConfig) -> socket.socket | None:
    """Take the gateway's port until this process ends; None: it is off, or another process has it."""
    web = loaded.settings.web
    if not web.enabled:
        return None
    try:
        return bind_port(web.host, web.port)
    except PortTakenError as error:
        log.warning(
            "gateway_off", error=str(error), do="set [web] port, or enabled = false; all else goes on"
        )
        return None


def _list_children(
    options: CommandContext, loaded: LoadedConfig, taken: socket.socket | None
) -> list[ChildProcess]:
    # -P keeps the folder that the operator stands in off the module path
    tied = ("--tied-to", str(os.getpid()))
    command = (sys.executable, "-P", "-m", "daemon", *tied, *options.child_arguments())
    workers = range(1, loaded.settings.workers.processes + 1)
    return [
        ChildProcess("scheduler", (*command, "scheduler", "--follow")),
        *(ChildProcess(f"worker {number}", (*command, "worker")) for number in workers),
        *([] if taken is None else [_make_gateway_child(command, taken.fileno())]),
        *([ChildProcess("webhooks", (*command, "webhooks"))] if _has_webhooks(loaded) else []),
    ]


def _has_webhooks(loaded: LoadedConfig) -> bool:
    return any(hook.enabled for hook in loaded.settings.webhooks)


def _make_gateway_child(command: tuple[str, ...], fd: int) -> ChildProcess:
    return ChildProcess("web", (*command, "web", "--fd", str(fd)), kept_descriptors=(fd,))


def _watch_server(embedded: EmbeddedServer, stop: asyncio.Event) -> None:
    """Start the embedded server again whenever it goes, in a thread that sleeps on the server's lock.

    The thread is let go with the process; the children wait for the server by themselves.
    """

    def watch() -> None:
        while not stop.is_set():
            embedded.wait_gone()
            if stop.is_set():
                return
            log.warning("server_gone")
            try:
                embedded.ensure_running()
                log.info("server_back")
            except ServerError as error:
                log.error("server_lost", said=str(error), again_in=RECHECK_S)  # noqa: TRY400
                time.sleep(RECHECK_S)

    here = contextvars.copy_context()  # what every line of the log says
    threading.Thread(target=here.run, args=(watch,), daemon=True, name="server watch").start()


@contextmanager
def hold_up_lock(folder: DataFolder) -> Iterator[None]:
    """Hold the data folder as the one `up` on it; raises DataFolderLockedError that names the other."""
    folder.prepare()
    lock = file_locks.try_take(folder.up_lock)
    if lock is None:
        raise DataFolderLockedError(str(folder.path), _read_holder(folder))
    try:
        started = time.strftime("%Y-%m-%d %H:%M:%S %z")
        os.ftruncate(lock, 0)
        os.write(lock, json.dumps({"pid": os.getpid(), "started": started}).encode())
        yield
    finally:
        os.close(lock)


def _read_holder(folder: DataFolder) -> str:
    try:
        found = json.loads(folder.up_lock.read_bytes())
        return f"process {int(found['pid'])}, since {found['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its process is unknown"
