"""Entry point of a worker process: a warm parent that forks a horse for every ticket."""

import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import NoReturn
from uuid import uuid4

import structlog
from redis.exceptions import RedisError

from config.settings import Settings
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.gateway import pace_of
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill._metrics.meters import Meters
from feedmill._net.settings import door_settings
from feedmill._net.tls import build_tls
from worker import ticket
from worker.bench import Bench, warm
from worker.endings import Endings
from worker.parent import Parent, quiet_rq
from worker.visits import Revisits

TICKET_S = 180.0
"""How long a ticket takes new pages: what is slow at its end is given back, so ends should be rare."""
_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 2.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What watches this process: counters, and whoever wants to know that it is alive."""

    meters: Meters = field(default_factory=Meters)
    to_horse: Callable[[], None] | None = None
    started: Callable[[], None] | None = None
    """Called when the worker has signed on, after an outage again."""
    beat: Callable[[], None] | None = None
    """Called by the parent at least every minute while it lives."""


def run(*, redis_url: str, settings: Settings, burst: bool = False, watched: Watched | None = None) -> None:
    """Work on tickets until SIGTERM or SIGINT; with `burst` until the queue is empty.

    While Redis is away it waits, says so once, and goes on by itself; with `burst` it raises what Redis
    raised. A second signal ends the process and the page in hand at once.
    """
    watched = watched or Watched()
    bench = bench_of(redis_url, settings, watched)
    warm()
    quiet_rq()
    ticket.equip(bench)
    endings = Endings(bench, SyncLedger(connect_sync(redis_url), bench.keys))
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    outage = Outage()
    while True:
        began = time.monotonic()
        try:
            endings.settle()
            parent = _parent(bench, endings)
            parent.on_sign_on = _all_of(outage.over, watched.started)
            parent.on_beat = _all_of(watched.beat)
            if _work(parent, burst=burst):
                return
        except (RedisError, LedgerError) as error:
            if burst or not getattr(error, "temporary", True):
                raise
            outage.met(error)
            _all_of(watched.beat)()
        time.sleep(outage.pause_s(time.monotonic() - began))


class Outage:
    """Redis being away: said once when it begins and once when it ends."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._pause_s = _FIRST_PAUSE_S

    def met(self, error: Exception) -> None:
        """Redis did not answer."""
        if self._since is None:
            self._since = time.monotonic()
            log.warning("redis_away", error=str(error))

    def over(self) -> None:
        """Redis answered."""
        if self._since is not None:
            log.info("redis_back", after_s=round(time.monotonic() - self._since, 1))
            self._since = None

    def pause_s(self, lasted_s: float) -> float:
        """Give the wait before the next try, after one that lasted so long: longer each time."""
        pause = _FIRST_PAUSE_S if lasted_s > _LONGEST_PAUSE_S else self._pause_s
        self._pause_s = min(pause * 2, _LONGEST_PAUSE_S)
        return pause


def bench_of(redis_url: str, settings: Settings, watched: Watched | None = None) -> Bench:
    """Lay out the settings for the horses."""
    watched = watched or Watched()
    workers = settings.workers
    return Bench(
        name=f"{socket.gethostname()}.{os.getpid()}.{uuid4().hex[:8]}",
        redis_url=redis_url,
        keys=Keys(settings.redis.prefix),
        door=door_settings(settings.network),
        tls=build_tls(),
        pace=pace_of(settings.politeness),
        lease_ms=round(workers.lease * 1000),
        in_flight=workers.in_flight,
        pages=workers.pages_per_ticket,
        seconds=TICKET_S,
        page_timeout=workers.page_timeout,
        cpu=workers.cpu,
        memory=workers.memory,
        attempts=workers.attempts,
        hold=workers.hold,
        without=frozenset(workers.without),
        revisits=Revisits(
            young=settings.pages.revisits,
            first_ms=round(settings.pages.first_revisit * 1000),
            schedule_ms=tuple(round(age * 1000) for age in settings.pages.schedule),
        ),
        meters=watched.meters,
        to_horse=watched.to_horse,
    )


def _all_of(*calls: Callable[[], None] | None) -> Callable[[], None]:
    """Make one call of those that there are."""

    def call() -> None:
        for one in calls:
            if one is not None:
                one()

    return call


def _parent(bench: Bench, endings: Endings) -> Parent:
    return Parent(
        connect_sync(bench.redis_url),
        name=f"feedmill.{bench.name}.{uuid4().hex[:4]}",  # RQ refuses a name that did not sign off
        memory=bench.memory,
        on_horse_end=endings.note,
    )


def _work(parent: Parent, *, burst: bool) -> bool:
    """Run RQ's loop; True when it ended because it was meant to. RQ logs what else may have ended it."""
    log.info("worker", state="ready", name=parent.name)
    try:
        parent.work(burst=burst, logging_level="WARNING")
    except RedisError:
        if not parent.stopping:
            raise
    finally:
        signal.signal(signal.SIGTERM, _leave)
        signal.signal(signal.SIGINT, _leave)
    if parent.stopping:
        log.info("worker", state="stopped")
    return parent.stopping or burst


def _leave(signum: int, frame: FrameType | None) -> NoReturn:
    """Nothing is under way: leave."""
    del signum, frame
    raise SystemExit(0)
