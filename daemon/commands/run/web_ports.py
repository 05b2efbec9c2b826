"""What the gateway is told by other rooms."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from os import getpid
from typing import Any

from config.feed_list_diff import read_list_mark
from config.load import LoadedConfig
from daemon.commands.feeds.why_next_poll import explain
from daemon.global_options import GlobalOptions
from daemon.health.group_checks import check_groups
from daemon.health.heartbeat import find_metrics_folder
from daemon.health.server_checks import check_server
from feedmill.groups import GroupState
from web.app_context import FindingShape, GatewayDependencies


def make_gateway_dependencies(asked: GlobalOptions, loaded: LoadedConfig) -> GatewayDependencies:
    """Fill in the ports."""
    return GatewayDependencies(
        check_server=check_server_and_groups,
        explain_next_poll=explain,
        command=(sys.executable, "-P", "-m", "daemon", "--tied-to", str(getpid()), *asked.child_arguments()),
        read_list_mark=partial(read_list_mark, loaded.folder),
        metrics=find_metrics_folder(asked, loaded),
    )


def check_server_and_groups(info: Mapping[str, Any], groups: Sequence[GroupState]) -> list[FindingShape]:
    """Judge the server and the groups."""
    found = [*check_server(dict(info)), *check_groups(groups)]
    return [FindingShape(one.what, one.level, one.found, one.wanted, one.remedy) for one in found]
