"""`feedmill up`: server, scheduler and workers in one foreground process tree."""

import asyncio
import contextlib
import contextvars
import os
import signal
import socket
import sys
import threading
import time
from typing import TypeVar
from uuid import uuid4

import structlog

from config.load import Loaded
from daemon.asked import Asked, Server
from daemon.errors import ServerError
from daemon.feed_specs import feed_specs
from daemon.feeds_watch import keep_applied
from daemon.idle import wait_until_idle
from daemon.pulse import Pulse, pulse_of
from daemon.server import EmbeddedServer
from daemon.server_sound import SERVER_AGAIN_S, require_sound
from daemon.stopping import stop_on_signals
from daemon.supervise import Child, supervise
from daemon.up_lock import held_for_up
from feedmill._ledger.answers import Census
from feedmill._ledger.calls import Call
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.errors import LedgerUnavailable
from feedmill._ledger.feed_calls import feed_ids
from feedmill._ledger.feed_list import calls_of
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from scheduler.rules import apply_route_rules, apply_site_rules, site_rules_of
from web.errors import PortTakenError
from web.listening import listen

T = TypeVar("T")

log = structlog.get_logger()

_GRACE = 30.0
"""Seconds that running pages get to finish."""


def run(asked: Asked, loaded: Loaded, *, until_idle: bool) -> Census | None:
    """Run until asked to stop, or until idle; answers the last census when that was the way it ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the loop takes the signals over
    with (
        held_for_up(asked.data_folder()),
        pulse_of(asked, loaded, "up") as pulse,
        asked.server(loaded) as server,
    ):
        stop = asyncio.Event()
        if server.embedded is not None:
            _watch_server(server.embedded, stop)  # from the first moment on: what follows waits for it
        require_sound(server.url, accept_risks=loaded.settings.redis.accept_risks)
        log.info("up", feeds=len(loaded.feeds), workers=loaded.settings.workers.processes)
        _apply(server, loaded)
        return asyncio.run(_run(asked, loaded, server, stop, pulse=pulse, until_idle=until_idle))


def _apply(server: Server, loaded: Loaded) -> None:
    """Make the file's feeds the ledger's list, so that `idle` speaks of them from the first look on.

    A server that has gone since it was looked at is waited for.
    """
    keys = Keys(loaded.settings.redis.prefix)
    with connect_sync(server.url) as client:
        ledger = SyncLedger(client, keys)
        known = _patiently(ledger, feed_ids(keys))
        for call in calls_of(keys, feeds=feed_specs(loaded.feeds), known=known, token=uuid4().hex):
            _patiently(ledger, call)
        for site in _patiently(ledger, apply_site_rules(keys, loaded.settings)):
            log.info("site", site=site, rule=site_rules_of(loaded.settings).get(site, "none any more"))
        for route in _patiently(ledger, apply_route_rules(keys, loaded.settings)):
            log.info("route", stream=route)


def _patiently(ledger: SyncLedger, call: Call[T]) -> T:
    """Run a call, until the server is there to answer it."""
    while True:
        try:
            return ledger.run(call)
        except LedgerUnavailable as error:
            log.warning("redis_away", error=str(error))
            time.sleep(SERVER_AGAIN_S)


async def _run(
    asked: Asked, loaded: Loaded, server: Server, stop: asyncio.Event, *, pulse: Pulse, until_idle: bool
) -> Census | None:
    stop_on_signals(stop)
    looking = asyncio.create_task(wait_until_idle(server.url, loaded, stop)) if until_idle else None
    watching = asyncio.create_task(keep_applied(loaded, server.url, stop), name="feeds.toml")
    async with contextlib.AsyncExitStack() as opened:
        taken = _gateway_port(loaded)
        if taken is not None:
            opened.enter_context(taken)
        await opened.enter_async_context(pulse.beating(stop))
        pulse.ready()
        await supervise(_children(asked, loaded, taken), stop, grace=_GRACE)
    await watching
    log.info("down")
    return await looking if looking is not None else None


def _gateway_port(loaded: Loaded) -> socket.socket | None:
    """Take the gateway's port for as long as this process lives; None: it is off, or somebody else has it."""
    web = loaded.settings.web
    if not web.enabled:
        return None
    try:
        return listen(web.host, web.port)
    except PortTakenError as error:
        log.warning(
            "gateway_off", error=str(error), do="set [web] port, or enabled = false; all else goes on"
        )
        return None


def _children(asked: Asked, loaded: Loaded, taken: socket.socket | None) -> list[Child]:
    # -P keeps the folder that the operator stands in off the module path
    tied = ("--tied-to", str(os.getpid()))
    command = (sys.executable, "-P", "-m", "daemon", *tied, *asked.arguments())
    workers = range(1, loaded.settings.workers.processes + 1)
    return [
        Child("scheduler", (*command, "scheduler", "--follow")),
        *(Child(f"worker {number}", (*command, "worker")) for number in workers),
        *([] if taken is None else [_gateway(command, taken.fileno())]),
        *([Child("webhooks", (*command, "webhooks"))] if _has_webhooks(loaded) else []),
    ]


def _has_webhooks(loaded: Loaded) -> bool:
    return any(hook.enabled for hook in loaded.settings.webhooks)


def _gateway(command: tuple[str, ...], fd: int) -> Child:
    return Child("web", (*command, "web", "--fd", str(fd)), keeps=(fd,))


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
                embedded.ensure()
                log.info("server_back")
            except ServerError as error:
                log.error("server_lost", said=str(error), again_in=SERVER_AGAIN_S)  # noqa: TRY400
                time.sleep(SERVER_AGAIN_S)

    here = contextvars.copy_context()  # what every line of the log says
    threading.Thread(target=here.run, args=(watch,), daemon=True, name="server watch").start()
