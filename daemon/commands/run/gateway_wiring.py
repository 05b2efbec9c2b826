"""Builds what the gateway takes from other rooms: checks, search folder, feed list and templates."""

import sys
from collections.abc import Sequence
from functools import partial
from os import getpid
from pathlib import Path

import redis

from config.file_change_detection import read_list_mark
from config.load import LoadedConfig
from daemon.command_context import CommandContext
from daemon.commands.feeds.why_next_poll import explain
from daemon.embedded_server.private_folder import make_private_folder
from daemon.errors import DaemonError
from daemon.health.ledger_snapshot import complete_snapshot
from daemon.health.process_liveness import find_metrics_folder
from daemon.health.snapshot_checks import check_snapshot
from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._metrics.gauges import GaugeReadings
from web.app_context import FindingShape, GatewayDependencies, TemplateShape


def make_gateway_dependencies(asked: CommandContext, loaded: LoadedConfig) -> GatewayDependencies:
    """Fill in what the gateway calls of other rooms."""
    return GatewayDependencies(
        find_problems=partial(
            find_problems,
            prefix=loaded.settings.redis.prefix,
            keep_ms=loaded.settings.stream.keep * 1000,
        ),
        explain_next_poll=explain,
        command=(sys.executable, "-P", "-m", "daemon", "--tied-to", str(getpid()), *asked.child_arguments()),
        read_list_mark=partial(read_list_mark, loaded.folder),
        find_listed_url=partial(find_listed_url, loaded.folder),
        describe_templates=partial(describe_templates, prefix=loaded.settings.redis.prefix),
        metrics=find_metrics_folder(asked, loaded),
        search_folder=_find_search_folder(asked) if loaded.settings.web.search else None,
    )


def _find_search_folder(asked: CommandContext) -> Path | None:
    """Return where the search index is kept; None where the data folder cannot be made or written."""
    folder = asked.find_data_folder().path
    try:
        make_private_folder(folder)
    except DaemonError:
        return None
    return folder / "search"


def find_listed_url(folder: Path, feed_id: str) -> str | None:
    """Find a feed's URL in feeds.toml by its id; None where it is not there, or the list cannot be read."""
    from daemon.feeds import feeds_file  # what edits TOML is loaded where it is needed first

    return feeds_file.find_listed_url(folder, feed_id)


def find_problems(
    client: redis.Redis, gauges: GaugeReadings, feeds: Sequence[FeedState], *, prefix: str, keep_ms: float
) -> list[FindingShape]:
    """Find what is not as it must be by the doctor's checks, the worst first; raises LedgerError."""
    snapshot = complete_snapshot(client, prefix, gauges, feeds)
    problems = [one for one in check_snapshot(snapshot, keep_ms) if one.level != "ok"]
    problems.sort(key=lambda one: one.level == "warn")
    return [FindingShape(one.what, one.level, one.found, one.wanted, one.remedy) for one in problems]


def describe_templates(
    client: redis.Redis, source: str, site: str, *, prefix: str
) -> Sequence[TemplateShape]:
    """Describe the templates of a source on a site; raises LedgerError."""
    from daemon.feeds.template_store import TemplateStore  # parses HTML: loaded where it is shown

    store = TemplateStore(client, prefix)
    return store.describe(store.list_names(site, source))
