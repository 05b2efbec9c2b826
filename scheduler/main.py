"""Runs the scheduler process: applies the feed list, then polls and keeps up until the stop.

Any number of these share one ledger; each may be killed at any moment.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from config.settings import Settings
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.lua_script_assembly import preload_ledger_scripts
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.errors import LedgerError
from feedmill._metrics.counters import ProcessCounters
from scheduler.components import SchedulerComponents, open_components
from scheduler.ledger_config_sync import apply_lists
from scheduler.loops.changed_bounds_rescheduling import reschedule_waiting_polls

GRACE_S = 30.0
"""Seconds that polls under way may take after the stop; then they are cancelled, and their leases expire."""


async def run(
    *,
    redis_url: str,
    settings: Settings,
    feeds: Sequence[FeedSpec] | None,
    stop: asyncio.Event,
    once: bool = False,
    meters: ProcessCounters | None = None,
    started: Callable[[], None] | None = None,
) -> None:
    """Apply the feed list, then poll until `stop` is set; polls under way then have 30 s to end.

    `feeds` None follows the list that the ledger has. `once` polls what is due now and returns when these
    polls are recorded. A server that is gone is waited for. `started` is called once the list is applied.
    """
    log = structlog.get_logger()
    meters = meters or ProcessCounters()
    async with open_components(redis_url, settings, stop, meters, follows=feeds is None) as parts:
        owner = parts.polls.bounds.owner
        try:
            if feeds is not None:
                await _apply_feeds(parts, settings, feeds)
            await parts.upkeep.count_and_log()  # for the time: polls decide by the ledger's
            log.info("scheduler_start", owner=owner)
            if started is not None:
                started()
            if once:
                await _run_once(parts)
            else:
                await _run_loops(parts, settings)
        except* LedgerError as lost:
            if not (stop.is_set() and _all_temporary(lost)):
                raise
            log.warning("redis_gone_at_stop", error=str(lost.exceptions[0]))
        finally:
            await parts.polls.finish(GRACE_S)
    log.info("scheduler_stop", owner=owner)


async def _apply_feeds(parts: SchedulerComponents, settings: Settings, feeds: Sequence[FeedSpec]) -> None:
    """Make the operator's lists those of the ledger, and fit the polls that wait to its bounds."""
    applied = await parts.ledger.run_steps(apply_lists(parts.ledger.keys, settings, feeds))
    structlog.get_logger().info(
        "feeds",
        added=len(applied.added),
        changed=len(applied.changed),
        removed=len(applied.removed),
        listed=len(feeds),
    )
    poller = parts.polls.poller
    await reschedule_waiting_polls(parts.ledger, poller.interval_bounds, poller.rng)


async def _run_once(parts: SchedulerComponents) -> None:
    await parts.polls.run_once()
    await parts.upkeep.start_due_revisits()
    await parts.upkeep.enqueue_tickets()


async def _run_loops(parts: SchedulerComponents, settings: Settings) -> None:
    preload_ledger_scripts(Keys(settings.redis.prefix))  # their files may be replaced meanwhile
    async with asyncio.TaskGroup() as group:
        group.create_task(parts.polls.run())
        group.create_task(parts.upkeep.run())
        group.create_task(parts.backfills.run())


def _all_temporary(lost: ExceptionGroup[LedgerError]) -> bool:
    return lost.split(lambda error: isinstance(error, LedgerError) and not error.temporary)[0] is None
