"""Watches feedmill.toml: applies sites and routes, and names in the log what needs a restart."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import structlog

from config.errors import ConfigError
from config.file_change_detection import EditWatch
from config.load import SETTINGS_FILE, LoadedConfig, load_config
from config.sections.site_tables import ListedSite
from config.settings import Settings, list_setting_descriptions
from scheduler.retrying_ledger import wait_any

CHECK_EVERY_S = 1.0
"""As feeds.toml: one stat a second, so that no edit needs a signal."""
RESTARTED = ("webhooks",)
"""Lists that processes read from the file when they start."""


@dataclass(frozen=True, slots=True)
class SettingsDiff:
    """What an edit of feedmill.toml changes: names of lists and settings (`workers.processes`)."""

    applied: tuple[str, ...]
    needs_restart: tuple[str, ...]


NOTHING = SettingsDiff((), ())


def diff_settings(in_force: Settings, started: Settings, new: Settings) -> SettingsDiff:
    """Compare an edit with what is in force, and with what the processes were started with."""
    sites, access = "sites", "sites: credentials, proxy"
    keys = (
        (one.name, one.table, one.key)
        for one in list_setting_descriptions()
        if getattr(getattr(started, one.table), one.key) != getattr(getattr(new, one.table), one.key)
    )
    lists = (name for name in RESTARTED if getattr(started, name) != getattr(new, name))
    return SettingsDiff(
        applied=(
            *((sites,) if in_force.sites != keep_access(new.sites, in_force.sites) else ()),
            *(("routes",) if in_force.routes != new.routes else ()),
        ),
        needs_restart=(
            *(name for name, _, _ in keys),
            *lists,
            *((access,) if _list_access(started.sites) != _list_access(new.sites) else ()),
        ),
    )


def keep_access(sites: Sequence[ListedSite], in_force: Sequence[ListedSite]) -> tuple[ListedSite, ...]:
    """Give sites the credentials and proxies in force: running processes hold those of their start."""
    known = {one.site: one for one in in_force}
    kept = ((one, known.get(one.site)) for one in sites)
    return tuple(
        replace(one, credentials=old.credentials if old else None, proxy=old.proxy if old else None)
        for one, old in kept
    )


def _list_access(sites: Sequence[ListedSite]) -> dict[str, tuple[object, object]]:
    return {one.site: (one.credentials, one.proxy) for one in sites if one.credentials or one.proxy}


class SettingsWatcher:
    """Watches feedmill.toml: `check_once` reads it once, `run` until it is stopped."""

    def __init__(self, loaded: LoadedConfig, environ: Mapping[str, str]) -> None:
        self.in_force = loaded.settings
        """The settings that processes were started with, and the newest sites and routes."""
        self._started = loaded.settings
        self._folder = loaded.folder
        self._environ = environ
        self._edits = EditWatch(loaded.folder, SETTINGS_FILE)

    def check_once(self) -> Settings | None:
        """Return settings with new sites or routes, or None. Logs what an edit changes, and mistakes once."""
        if not self._edits.is_edited(or_gone=True):
            return None
        log = structlog.get_logger()
        try:
            new = load_config(self._folder, self._environ).settings
        except ConfigError as error:
            mistakes = [str(mistake) for mistake in error.problems]
            log.error("settings_refused", mistakes=mistakes)  # noqa: TRY400  (an operator's mistakes, no trace)
            return None
        changes = diff_settings(self.in_force, self._started, new)
        if changes == NOTHING:
            return None
        log.info("settings_changed", applied=list(changes.applied), needs_restart=list(changes.needs_restart))
        if not changes.applied:
            return None
        sites = keep_access(new.sites, self.in_force.sites)
        self.in_force = replace(self.in_force, sites=sites, routes=new.routes)
        return self.in_force

    async def run(self, apply: Callable[[Settings], Awaitable[None]], stop: asyncio.Event) -> None:
        """Check until `stop` is set, and apply what can be applied."""
        while not stop.is_set():
            found = self.check_once()
            if found is not None:
                await apply(found)
            await wait_any(CHECK_EVERY_S, stop)
