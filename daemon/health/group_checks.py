"""Checks the groups of the stream: which hold it back, and which have dead letters. Pure."""

from collections.abc import Iterator, Sequence

from daemon.health.server_checks import Finding
from feedmill._ledger.operations.rule_operations import RouteState
from feedmill.groups import HOOK_DOWN_AFTER, HOOK_PREFIX, LONG_UNSEEN_MS, GroupState
from web.rendering.durations import format_span


def check_groups(groups: Sequence[GroupState]) -> list[Finding]:
    """Find groups that are protected and not seen for long, receivers that are down, and dead letters."""
    findings = [
        Finding(
            f"group {_name_group(state)}",
            "warn",
            f"not seen for {format_span(state.seen)}, the stream keeps what it has not read",
            "a protected group is read",
            f"start its consumers, or `feedmill groups --remove {state.group}{_group_option(state)}`",
        )
        for state in groups
        if state.protected and state.seen is not None and state.seen > LONG_UNSEEN_MS
    ]
    findings += [
        Finding(
            f"webhook {state.group.removeprefix(HOOK_PREFIX)}",
            "wrong",
            (
                f"failing since {format_span(state.hook.failing or 0)}, {state.hook.failures} times: "
                f"{state.hook.said}"
            ),
            "its receiver takes what it is sent",
            "mend the receiver; what waits is sent when it is back",
        )
        for state in groups
        if state.hook is not None and state.hook.failures >= HOOK_DOWN_AFTER
    ]
    return findings + [
        Finding(
            f"group {_name_group(state)}",
            "warn",
            f"{state.dead} dead letters",
            "none",
            f"see `feedmill dead list --group {state.group}{_group_option(state)}`",
        )
        for state in groups
        if state.dead
    ]


def _name_group(state: GroupState) -> str:
    return f"{state.stream}: {state.group}" if state.stream else state.group


def _group_option(state: GroupState) -> str:
    return f" --stream {state.stream}" if state.stream else ""


def check_routes(routes: Sequence[RouteState]) -> list[Finding]:
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


def check_retention_lag(groups: Sequence[GroupState], keep_ms: float) -> Iterator[Finding]:
    """Find groups that retention will pass over, or nearly."""
    for group in groups:
        if group.oldest_age is not None and group.oldest_age > keep_ms / 2:
            fate = "the stream keeps it" if group.protected else "retention drops it"
            fate += f" at {format_span(round(keep_ms))}"
            yield Finding(
                f"group {group.stream}: {group.group}" if group.stream else f"group {group.group}",
                "warn" if group.protected else "wrong",
                f"its oldest entry is {format_span(group.oldest_age)} old and not acknowledged; {fate}",
                "under half of stream.keep",
                "start its consumers, or more of them; `feedmill groups` shows who reads",
            )
