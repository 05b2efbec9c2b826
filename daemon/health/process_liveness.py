"""Shows that a process runs: to systemd, and in its slot of the folder of metrics."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from config.environment import export_metrics_folder, pop_notify_socket
from config.load import LoadedConfig
from daemon.command_context import CommandContext
from feedmill._metrics import process_files
from feedmill._metrics.counters import ProcessCounters, open_counters

BEAT_EVERY_S = 5.0
"""Seconds between two beats: a process without one for longer is taken for one that hangs."""
log = structlog.get_logger()


@dataclass(slots=True)
class Heartbeat:
    """The signs of life of this process, and its counters."""

    meters: ProcessCounters = field(default_factory=ProcessCounters)
    slot: process_files.MetricsSlot | None = None
    notify: str = ""
    """systemd's socket; empty where systemd does not ask for notices."""

    def ready(self) -> None:
        """Record that it works now."""
        self.beat()
        self._notify("READY=1")

    def beat(self) -> None:
        """Record that it is alive."""
        if self.slot is not None:
            self.slot.beat()
        self._notify("WATCHDOG=1")

    def stopping(self) -> None:
        """Record that it was asked to end, and does."""
        self._notify("STOPPING=1")

    def after_fork(self) -> None:
        """Go on in a horse."""
        if self.slot is not None:
            self.slot.after_fork()

    def _notify(self, said: str) -> None:
        """Send one state to systemd (sd_notify(3)); a name that begins with @ is of the abstract kind."""
        if not self.notify:
            return
        address = "\0" + self.notify[1:] if self.notify.startswith("@") else self.notify
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(said.encode(), address)

    @asynccontextmanager
    async def run_beats(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Beat from the event loop for as long as it turns, and note when the stop has come."""

        async def beat() -> None:
            told = False
            while True:
                self.beat()
                if stop.is_set() and not told:
                    told = True
                    self.stopping()
                with contextlib.suppress(TimeoutError):
                    if told:
                        await asyncio.sleep(BEAT_EVERY_S)
                    else:
                        await asyncio.wait_for(stop.wait(), BEAT_EVERY_S)

        beating = asyncio.create_task(beat(), name="pulse")
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)


def find_metrics_folder(options: CommandContext, loaded: LoadedConfig) -> Path:
    """Return the folder in which the processes of this machine count."""
    named = loaded.settings.metrics.folder
    return Path(named).expanduser().absolute() if named else options.find_data_folder().path / "metrics"


@contextmanager
def make_heartbeat(options: CommandContext, loaded: LoadedConfig, role: str) -> Iterator[Heartbeat]:
    """Take a slot in the folder of metrics for this process; without one it works all the same."""
    notify = pop_notify_socket()
    folder = find_metrics_folder(options, loaded)
    try:
        slot = process_files.take_slot(folder, role)
    except OSError as error:
        log.warning("metrics_off", folder=str(folder), error=error.strerror or str(error))
        yield Heartbeat(notify=notify)
        return
    export_metrics_folder(folder)
    yield Heartbeat(open_counters(slot), slot, notify)
