"""Judges the groups of the stream: who holds it back, and whose articles died. Pure."""

from collections.abc import Sequence

from daemon.output import ago
from daemon.server_check import Finding
from feedmill.groups import LONG_UNSEEN_MS, GroupState


def judge_groups(groups: Sequence[GroupState]) -> list[Finding]:
    """Find groups that are protected and not seen for long, and those with dead letters."""
    findings = [
        Finding(
            f"group {state.group}",
            "warn",
            f"not seen for {ago(state.seen)}, the stream keeps what it has not read",
            "a protected group is read",
            f"start its consumers, or `feedmill groups --remove {state.group}`",
        )
        for state in groups
        if state.protected and state.seen is not None and state.seen > LONG_UNSEEN_MS
    ]
    return findings + [
        Finding(
            f"group {state.group}",
            "warn",
            f"{state.dead} dead letters",
            "none",
            f"see `feedmill dead list --group {state.group}`",
        )
        for state in groups
        if state.dead
    ]
