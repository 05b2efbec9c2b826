"""Watches the configuration for the process that owns the list: an edit is applied without a restart.

The file is checked once a second, without notifications: that costs nothing for one file, and finds edits
on network and container mounts, through symbolic links and by any editor, which notifications of the kernel
do not. Two checks in a row must find the same file, so that none is read while it is being written.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import redis.asyncio
import structlog

from config.environment import read_environment
from config.errors import ConfigError, ConfigProblem
from config.feed_list_diff import FeedListDiff, diff_feed_lists
from config.file_change_detection import EditWatch
from config.load import LoadedConfig
from config.sections.feed_tables import ListedFeed, read_feed_list
from config.settings import Settings
from daemon.feeds.feed_spec_building import build_feed_specs
from daemon.health.contact_check import find_contact_problem
from daemon.processes.settings_reload import SettingsWatcher
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.redis_error_mapping import translate_errors
from scheduler.ledger_config_sync import apply_feed_list, apply_lists
from scheduler.retrying_ledger import RetryingLedger, wait_any

CHECK_EVERY_S = 1.0
"""Seconds between two checks of the files: bounds how late an edit counts, at the cost of a stat."""
MAX_SHOWN_FEEDS = 50
"""Feeds of each kind of change that the log names; the rest is counted, so that a line stays readable."""

Feeds = tuple[ListedFeed, ...]


class FeedListWatcher:
    """Watches feeds.toml: `check_once` reads it once, `run` until it is stopped."""

    def __init__(
        self, folder: Path, feeds: Feeds, *, check: Callable[[Feeds], ConfigProblem | None] = lambda _: None
    ) -> None:
        self.feeds = feeds
        """The list in force."""
        self._check = check
        self._folder = folder
        self._edits = EditWatch(folder)

    def check_once(self) -> tuple[Feeds, FeedListDiff] | None:
        """Return a new list with what it changes, or None; a bad one is reported once, and not used."""
        if not self._edits.is_edited():
            return None
        log = structlog.get_logger()
        try:
            feeds = read_feed_list(self._folder)
            mistakes = [found] if (found := self._check(feeds)) else []
        except ConfigError as error:
            mistakes = list(error.problems)
        if mistakes:
            log.error("feeds_refused", mistakes=[str(mistake) for mistake in mistakes])
            return None
        changes = diff_feed_lists(self.feeds, feeds)
        if not changes:
            log.info("feeds_same", listed=len(feeds))
            return None
        log.info(
            "feeds_plan",
            added=list(changes.added[:MAX_SHOWN_FEEDS]),
            changed=list(changes.changed[:MAX_SHOWN_FEEDS]),
            removed=list(changes.removed[:MAX_SHOWN_FEEDS]),
            counts=[len(changes.added), len(changes.changed), len(changes.removed)],
        )
        return feeds, changes

    async def run(
        self,
        apply: Callable[[Feeds], Awaitable[None]],
        stop: asyncio.Event,
        *,
        is_lost: Callable[[], Awaitable[bool]] | None = None,
        renew: Callable[[Feeds], Awaitable[None]] | None = None,
    ) -> None:
        """Check until `stop` is set; what the ledger has lost (`is_lost`) is stored in it again (`renew`)."""
        while not stop.is_set():
            found = self.check_once()
            if found is None and is_lost is not None and await is_lost():
                structlog.get_logger().warning("feeds_lost", listed=len(self.feeds))
                await (renew or apply)(self.feeds)
            if found is not None:
                await apply(found[0])
                self.feeds = found[0]
                structlog.get_logger().info("feeds_applied", listed=len(found[0]))
            await wait_any(CHECK_EVERY_S, stop)


async def apply_edits(loaded: LoadedConfig, redis_url: str, stop: asyncio.Event) -> None:
    """Watch feeds.toml and feedmill.toml until `stop` is set, and make good edits the ledger's lists.

    Of feedmill.toml sites and routes are applied; for what else has changed the log names the restart.
    """
    client = connect(redis_url)
    keys = Keys(loaded.settings.redis.prefix)
    ledger = RetryingLedger(Ledger(client, keys), stop)
    settings_watcher = SettingsWatcher(loaded, read_environment())

    async def apply(feeds: Feeds) -> None:
        await ledger.run_steps(apply_feed_list(keys, build_feed_specs(feeds)))

    async def renew(feeds: Feeds) -> None:
        """Store in a ledger that was emptied or set back all of the operator's rules, not the feeds alone."""
        await ledger.run_steps(apply_lists(keys, settings_watcher.in_force, build_feed_specs(feeds)))

    async def apply_settings(settings: Settings) -> None:
        await ledger.run_steps(apply_lists(keys, settings, build_feed_specs(feed_watcher.feeds)))

    def check(feeds: Feeds) -> ConfigProblem | None:
        return find_contact_problem(loaded, [feed.url for feed in feeds if feed.enabled])

    feed_watcher = FeedListWatcher(loaded.folder, loaded.feeds, check=check)
    loss = _LossCheck(client, keys, least=1 if loaded.feeds else 0)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(feed_watcher.run(apply, stop, is_lost=loss.is_lost, renew=renew))
            tasks.create_task(settings_watcher.run(apply_settings, stop))
    except* LedgerError as group:
        if not stop.is_set():
            structlog.get_logger().error("feeds_watch_ended", error=str(group.exceptions[0]))
    finally:
        await client.aclose()


class _LossCheck:
    """Detects that the ledger was emptied or set back: its list's generation never falls otherwise."""

    def __init__(self, client: redis.asyncio.Redis, keys: Keys, *, least: int) -> None:
        self._client, self._keys, self._least = client, keys, least
        self._newest = 0

    async def is_lost(self) -> bool:
        """Return whether the generation is lower than when this was last asked, or than the least."""
        generation = await self._read_generation()
        if generation is None:
            return False
        before, self._newest = self._newest, generation
        return generation < max(before, self._least)

    async def _read_generation(self) -> int | None:
        """Read how often the list has changed: 0 when there is none, None while the server is away."""
        try:
            with translate_errors("generation"):
                return int(await self._client.get(self._keys.generation()) or 0)
        except LedgerError:
            return None
