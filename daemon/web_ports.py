"""What the gateway is told by other rooms."""

import sys
from collections.abc import Mapping, Sequence
from os import getpid
from typing import Any

from config.load import Loaded
from daemon.asked import Asked
from daemon.commands.feeds_why import explain
from daemon.group_check import judge_groups
from daemon.pulse import metrics_folder
from daemon.server_check import judge_server
from feedmill.groups import GroupState
from web.house import Finding, Ports


def ports_of(asked: Asked, loaded: Loaded) -> Ports:
    """Fill in the ports."""
    return Ports(
        judge=judge,
        explain=explain,
        command=(sys.executable, "-P", "-m", "daemon", "--tied-to", str(getpid()), *asked.arguments()),
        metrics=metrics_folder(asked, loaded),
    )


def judge(info: Mapping[str, Any], groups: Sequence[GroupState]) -> list[Finding]:
    """Judge the server and the groups."""
    found = [*judge_server(dict(info)), *judge_groups(groups)]
    return [Finding(one.what, one.level, one.found, one.wanted, one.remedy) for one in found]
