"""`feedmill groups`: who reads the stream, how far, and what waits."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.choosing import Json, Stream

if TYPE_CHECKING:
    from config.settings import Settings
    from daemon.asked import Asked
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
            "--remove", metavar="G", help="End this group, with its dead letters and its protection."
        ),
    ] = None,
    stream: Stream = "",
) -> None:
    """Show every group of the stream: lag, pending, the oldest entry not acknowledged, and each consumer."""
    from daemon.errors import AskedWronglyError
    from daemon.output import print_json
    from feedmill._ledger.connect import connect_sync
    from feedmill.groups import group_states, remove_group

    asked: Asked = context.obj
    loaded = asked.load()
    prefix = loaded.settings.redis.prefix
    with asked.server(loaded) as server, connect_sync(server.url) as client:
        if remove is not None:
            if not remove_group(client, remove, prefix, stream):
                raise AskedWronglyError(f"{remove}: no such group; `feedmill groups` shows them")
            typer.echo(f"removed {remove}")
            return
        states = [one for one in group_states(client, prefix) if not stream or one.stream == stream]
    if as_json:
        print_json({"groups": states})
    elif states:
        _print(states, _protected(loaded.settings))
    else:
        typer.echo("no group reads the stream yet: docs/consuming.md says how to make one")


def _protected(settings: "Settings") -> "set[tuple[str, str]]":
    """Give the groups that the operator protects, each as stream and name."""
    routed = {(route.stream, group) for route in settings.routes for group in route.protect}
    return routed | {("", group) for group in settings.stream.protect}


def _print(states: "list[GroupState]", protect: "set[tuple[str, str]]") -> None:
    from daemon.output import ago, print_table

    rows = [
        (
            f"{state.stream}: {state.group}" if state.stream else state.group,
            "?" if state.lag is None else state.lag,
            state.pending,
            "" if state.oldest_age is None else f"{ago(state.oldest_age)} ago",
            state.dead or "",
            _kept(state, protect),
            _receiver(state.hook) if state.hook else "\n".join(_consumer(one) for one in state.consumers),
        )
        for state in states
    ]
    print_table(("group", "lag", "pending", "oldest", "dead", "protected", "consumers"), rows)


def _kept(state: "GroupState", protect: "set[tuple[str, str]]") -> str:
    from daemon.output import ago
    from feedmill.groups import LONG_UNSEEN_MS

    if (state.stream, state.group) in protect:
        return "by config"
    if not state.protected or state.seen is None:
        return "no"
    return f"unseen for {ago(state.seen)}!" if state.seen > LONG_UNSEEN_MS else "yes"


def _receiver(hook: "HookState") -> str:
    """Say how the receiver of a webhook does."""
    from daemon.output import ago

    if hook.failing is not None:
        again = "" if hook.next_in is None else f", next try in {ago(hook.next_in)}"
        return f"receiver fails since {ago(hook.failing)} ({hook.failures} times){again}: {hook.said}"
    return (
        "receiver has taken nothing yet" if hook.sent is None else f"receiver took one {ago(hook.sent)} ago"
    )


def _consumer(one: "ConsumerState") -> str:
    from daemon.output import ago

    doing = "alive" if one.alive else f"idle {ago(one.idle)}"
    return f"{one.name} ({doing}{f', {one.pending} pending' if one.pending else ''})"
