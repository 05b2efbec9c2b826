"""Judges the groups of the stream: who holds it back, and whose articles died. Pure."""

from collections.abc import Sequence

from daemon.output import ago
from daemon.server_check import Finding
from feedmill._ledger.route_calls import RouteState
from feedmill.groups import HOOK_DOWN_AFTER, HOOK_PREFIX, LONG_UNSEEN_MS, GroupState


def judge_groups(groups: Sequence[GroupState]) -> list[Finding]:
    """Find groups that are protected and not seen for long, receivers that are down, and dead letters."""
    findings = [
        Finding(
            f"group {_named(state)}",
            "warn",
            f"not seen for {ago(state.seen)}, the stream keeps what it has not read",
            "a protected group is read",
            f"start its consumers, or `feedmill groups --remove {state.group}{_option(state)}`",
        )
        for state in groups
        if state.protected and state.seen is not None and state.seen > LONG_UNSEEN_MS
    ]
    findings += [
        Finding(
            f"webhook {state.group.removeprefix(HOOK_PREFIX)}",
            "wrong",
            f"failing since {ago(state.hook.failing or 0)}, {state.hook.failures} times: {state.hook.said}",
            "its receiver takes what it is sent",
            "mend the receiver; what waits is sent when it is back",
        )
        for state in groups
        if state.hook is not None and state.hook.failures >= HOOK_DOWN_AFTER
    ]
    return findings + [
        Finding(
            f"group {_named(state)}",
            "warn",
            f"{state.dead} dead letters",
            "none",
            f"see `feedmill dead list --group {state.group}{_option(state)}`",
        )
        for state in groups
        if state.dead
    ]


def _named(state: GroupState) -> str:
    return f"{state.stream}: {state.group}" if state.stream else state.group


def _option(state: GroupState) -> str:
    return f" --stream {state.stream}" if state.stream else ""


def judge_routes(routes: Sequence[RouteState]) -> list[Finding]:
    """Find routes whose streams cannot be written."""
    return [
        Finding(
            f"route {route.name}",
            "wrong",
            f"{route.unrouted} entries could not be appended to its stream",
            "the key of its stream holds a stream",
            "look at that key, remove what it holds, and `feedmill replay` what is missing",
        )
        for route in routes
        if route.unrouted
    ]
