"""Starts a worker process: a warm parent that forks a horse for every ticket."""

import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import uuid4

import structlog
from redis.exceptions import RedisError

from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.lua_script_assembly import preload_ledger_scripts
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.politeness.rate_limiter import make_site_pace
from feedmill._metrics.counters import ProcessCounters
from feedmill._net.client_settings import make_client_settings
from feedmill._redis.outage import Outage
from feedmill._signals import StopRequest
from worker.fetching.revisit_policy import RevisitPolicy
from worker.pipeline.stand_in_policy import StandInPolicy
from worker.pipeline.worker_context import WorkerContext, preload_for_fork
from worker.process import rq_job
from worker.process.dead_horses import DeadHorses
from worker.process.rq_worker import ForkingWorker

MAX_TICKET_S = 180.0
"""Seconds for which a ticket takes new pages: what is slow at its end goes back, so ends should be rare."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessHooks:
    """Callbacks that watch this process: its counters, and its signs of life."""

    meters: ProcessCounters = field(default_factory=ProcessCounters)
    after_fork: Callable[[], None] | None = None
    on_started: Callable[[], None] | None = None
    """Called when the worker has signed on, after an outage again."""
    on_beat: Callable[[], None] | None = None
    """Called by the parent at least every minute while it runs."""


def run(
    *, redis_url: str, settings: Settings, burst: bool = False, watched: ProcessHooks | None = None
) -> None:
    """Work on tickets until SIGTERM or SIGINT; with `burst` until the queue is empty.

    While Redis is away it waits, logs that once, and goes on by itself; with `burst` it raises what Redis
    raised. A second signal ends the process and the page in hand at once.
    """
    watched = watched or ProcessHooks()
    context = make_worker_context(redis_url, settings, watched)
    preload_ledger_scripts(context.keys)  # each horse would assemble them anew
    preload_for_fork()
    silence_rq()
    rq_job.set_worker_context(context)
    dead_horses = DeadHorses(context, SyncLedger(connect_blocking(redis_url), context.keys))
    outage = Outage()
    with StopRequest() as stop:
        while not stop.requested:
            try:
                dead_horses.return_leases()
                parent = _make_rq_worker(context, dead_horses, stop)
                parent.on_sign_on = _combine_callbacks(partial(_log_end, outage), watched.on_started)
                parent.on_beat = _combine_callbacks(watched.on_beat)
                parent.prepare_horse = rq_job.prepare_ticket
                if _run_rq_loop(parent, stop, burst=burst):
                    return
            except (RedisError, LedgerError) as error:
                if burst or not getattr(error, "temporary", True):
                    raise
                if outage.begin(time.monotonic()):
                    log.warning("redis_away", error=str(error))
                _combine_callbacks(watched.on_beat)()
            stop.wait(outage.backoff.take_pause_s())
    log.info("worker", state="stopped")


class OutageFilter(logging.Filter):
    """Drops RQ's lines and traces about a Redis that is away: the work loop's owner logs it once."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep everything else."""
        raised = record.exc_info[1] if record.exc_info else None
        return not isinstance(raised, RedisError)


def silence_rq() -> None:
    """Limit RQ's log to warnings, and no outage of Redis."""
    logger = logging.getLogger("rq.worker")
    logger.setLevel(logging.WARNING)
    logger.addFilter(OutageFilter())


def _log_end(outage: Outage) -> None:
    """Log that Redis is back, once an outage."""
    lasted = outage.end(time.monotonic())
    if lasted is not None:
        log.info("redis_back", after_s=round(lasted, 1))


def make_worker_context(
    redis_url: str, settings: Settings, watched: ProcessHooks | None = None
) -> WorkerContext:
    """Lay out the settings for the horses."""
    watched = watched or ProcessHooks()
    workers = settings.workers
    return WorkerContext(
        name=f"{socket.gethostname()}.{os.getpid()}.{uuid4().hex[:8]}",
        redis_url=redis_url,
        keys=Keys(settings.redis.prefix),
        client=make_client_settings(settings.network, proxies=settings.proxies),
        pace=make_site_pace(settings.politeness),
        lease_ms=round(workers.lease * 1000),
        in_flight=workers.in_flight,
        pages_per_ticket=workers.pages_per_ticket,
        ticket_s=MAX_TICKET_S,
        page_timeout_s=workers.page_timeout,
        page_cpu_s=workers.cpu,
        memory_bytes=workers.memory,
        max_attempts=workers.attempts,
        max_hold_s=workers.hold,
        uses_templates=workers.templates,
        story_window_days=settings.stories.window_days,
        has_story_events=settings.stories.events,
        further_pages=settings.pages.further_pages,
        uses_transcripts=settings.pages.transcripts,
        honour=frozenset(settings.pages.honour),
        marks_reserved=settings.pages.honour_by == "mark",
        reads_tdm_files=settings.pages.tdmrep == "always"
        or (settings.pages.tdmrep == "auto" and bool(settings.pages.honour)),
        skipped_steps=frozenset(workers.without),
        revisits=RevisitPolicy(
            young=settings.pages.revisits,
            first_ms=round(settings.pages.first_revisit * 1000),
            schedule_ms=tuple(round(age * 1000) for age in settings.pages.schedule),
        ),
        stand_in=StandInPolicy(
            stand_in=settings.pages.stand_in, wait_ms=round(settings.pages.feed_words_after * 1000)
        ),
        credentials=settings.credentials,
        meters=watched.meters,
        after_fork=watched.after_fork,
    )


def _combine_callbacks(*calls: Callable[[], None] | None) -> Callable[[], None]:
    """Combine the calls that there are to one."""

    def call() -> None:
        for one in calls:
            if one is not None:
                one()

    return call


def _make_rq_worker(context: WorkerContext, dead_horses: DeadHorses, stop: StopRequest) -> ForkingWorker:
    return ForkingWorker(
        connect_blocking(context.redis_url),
        stop,
        name=f"feedmill.{context.name}.{uuid4().hex[:4]}",  # RQ refuses a name that did not sign off
        memory=context.memory_bytes,
        on_horse_end=dead_horses.add,
    )


def _run_rq_loop(parent: ForkingWorker, stop: StopRequest, *, burst: bool) -> bool:
    """Run RQ's loop; True when a burst has ended as meant. RQ logs what else may have ended it."""
    log.info("worker", state="ready", name=parent.name)
    before = stop.on_signal
    stop.on_signal = parent.note_signal
    try:
        if not stop.requested:  # the signal may have come just before the parent handled signals
            parent.work(burst=burst, logging_level="WARNING")
    except RedisError:
        if not stop.requested:
            raise
    finally:
        stop.on_signal = before
        parent.spare.end()
    return burst and not stop.requested
