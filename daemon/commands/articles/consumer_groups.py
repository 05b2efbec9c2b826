"""`feedmill groups`: readers of the stream, their positions and what waits."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_group
from daemon.commands.shared_options import Json, Stream

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.command_context import CommandContext
    from feedmill.groups import ConsumerState, GroupState, HookState


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill groups --json")(groups)


def groups(
    context: typer.Context,
    as_json: Json = False,
    remove: Annotated[
        str | None,
        typer.Option(
            "--remove",
            metavar="G",
            help="End this group, with its dead letters and its protection.",
            autocompletion=complete_group,
        ),
    ] = None,
    stream: Stream = "",
) -> None:
    """Show every group of the stream: lag, pending, the oldest entry not acknowledged, and each consumer."""
    from daemon.errors import InvalidRequestError
    from daemon.terminal.output import print_json
    from feedmill._ledger.core.ledger_connections import connect_blocking
    from feedmill.groups import group_states, remove_group

    options: CommandContext = context.obj
    loaded = options.load_config()
    prefix = loaded.settings.redis.prefix
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        if remove is not None:
            if not remove_group(client, remove, prefix, stream):
                raise InvalidRequestError(f"{remove}: no such group; `feedmill groups` shows them")
            typer.echo(f"removed {remove}")
            return
        states = [one for one in group_states(client, prefix) if not stream or one.stream == stream]
    if as_json:
        print_json({"groups": states})
    elif states:
        _print(states, _list_protected(loaded.settings))
    else:
        typer.echo("no group reads the stream yet: `feedmill help consuming` says how to make one")


def _list_protected(settings: "Settings") -> "set[tuple[str, str]]":
    """Return the groups that the operator protects, each as stream and name."""
    routed = {(route.stream, group) for route in settings.routes for group in route.protect}
    return routed | {("", group) for group in settings.stream.protect}


def _print(states: "list[GroupState]", protect: "set[tuple[str, str]]") -> None:
    from daemon.terminal.output import print_table
    from web.rendering.durations import format_span

    rows = [
        (
            f"{state.stream}: {state.group}" if state.stream else state.group,
            "?" if state.lag is None else state.lag,
            state.pending,
            "" if state.oldest_age is None else f"{format_span(state.oldest_age)} ago",
            state.dead or "",
            _describe_protection(state, protect),
            _describe_receiver(state.hook)
            if state.hook
            else "\n".join(_describe_consumer(one) for one in state.consumers),
        )
        for state in states
    ]
    print_table(("group", "lag", "pending", "oldest", "dead", "protected", "consumers"), rows)


def _describe_protection(state: "GroupState", protect: "set[tuple[str, str]]") -> str:
    from feedmill.groups import LONG_UNSEEN_MS
    from web.rendering.durations import format_span

    if (state.stream, state.group) in protect:
        return "by config"
    if not state.protected or state.seen is None:
        return "no"
    return f"unseen for {format_span(state.seen)}!" if state.seen > LONG_UNSEEN_MS else "yes"


def _describe_receiver(hook: "HookState") -> str:
    """Describe the state of a webhook's receiver."""
    from web.rendering.durations import format_span

    if hook.failing is not None:
        again = "" if hook.next_in is None else f", next try in {format_span(hook.next_in)}"
        return f"receiver fails since {format_span(hook.failing)} ({hook.failures} times){again}: {hook.said}"
    return (
        "receiver has taken nothing yet"
        if hook.sent is None
        else f"receiver took one {format_span(hook.sent)} ago"
    )


def _describe_consumer(one: "ConsumerState") -> str:
    from web.rendering.durations import format_span

    doing = "alive" if one.alive else f"idle {format_span(one.idle)}"
    return f"{one.name} ({doing}{f', {one.pending} pending' if one.pending else ''})"
