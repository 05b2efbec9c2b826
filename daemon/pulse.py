"""What a running process shows of itself: to systemd, and in its slot of the folder of metrics."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from config.folder import take_notify, tell_library
from config.load import Loaded
from daemon.asked import Asked
from feedmill._metrics import slots
from feedmill._metrics.meters import Meters, kept_in

BEAT_S = 5.0
log = structlog.get_logger()


@dataclass(slots=True)
class Pulse:
    """The signs of life of this process, and its counters."""

    meters: Meters = field(default_factory=Meters)
    slot: slots.Slot | None = None
    notify: str = ""
    """systemd's socket; empty where systemd does not want to be told."""

    def ready(self) -> None:
        """Say that it works now."""
        self.beat()
        self._tell("READY=1")

    def beat(self) -> None:
        """Say that it lives."""
        if self.slot is not None:
            self.slot.beat()
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that it was asked to end, and does."""
        self._tell("STOPPING=1")

    def to_horse(self) -> None:
        """Go on in a horse."""
        if self.slot is not None:
            self.slot.to_horse()

    def _tell(self, said: str) -> None:
        """Send one state to systemd (sd_notify(3)); a name that begins with @ is of the abstract kind."""
        if not self.notify:
            return
        address = "\0" + self.notify[1:] if self.notify.startswith("@") else self.notify
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(said.encode(), address)

    @asynccontextmanager
    async def beating(self, stop: asyncio.Event) -> AsyncIterator[None]:
        """Beat from the event loop for as long as it turns; says when the stop has come."""

        async def beat() -> None:
            told = False
            while True:
                self.beat()
                if stop.is_set() and not told:
                    told = True
                    self.stopping()
                with contextlib.suppress(TimeoutError):
                    if told:
                        await asyncio.sleep(BEAT_S)
                    else:
                        await asyncio.wait_for(stop.wait(), BEAT_S)

        beating = asyncio.create_task(beat(), name="pulse")
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)


def metrics_folder(asked: Asked, loaded: Loaded) -> Path:
    """Give the folder in which the processes of this machine count."""
    named = loaded.settings.metrics.folder
    return Path(named).expanduser().absolute() if named else asked.data_folder().path / "metrics"


@contextmanager
def pulse_of(asked: Asked, loaded: Loaded, role: str) -> Iterator[Pulse]:
    """Take a slot in the folder of metrics for this process; without one it works all the same."""
    notify = take_notify()
    folder = metrics_folder(asked, loaded)
    try:
        slot = slots.take(folder, role)
    except OSError as error:
        log.warning("metrics_off", folder=str(folder), error=error.strerror or str(error))
        yield Pulse(notify=notify)
        return
    tell_library(folder)
    yield Pulse(kept_in(slot), slot, notify)
