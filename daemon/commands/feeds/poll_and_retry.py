"""`feedmill feeds poll` and `retry`: poll feeds now, and try the entries again that gave no article."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.shared_options import FeedNames, Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daemon.command_context import CommandContext
    from daemon.feeds.immediate_polls import AwaitedFeed
    from feedmill._ledger.core.feed_operation_results import FeedState

Patience = Annotated[
    float, typer.Option("--wait", min=0, metavar="S", help="Seconds to wait for the polls; 0: do not wait.")
]
_REFUSALS = {
    "unlisted": "not on the list",
    "off": "switched off (`enabled = false`)",
    "gone": "it said that it is gone; `feedmill feeds remove` takes it off the list",
    "paused": "paused; `feedmill resume` goes on",
}


def add_to(group: typer.Typer) -> None:
    """Register the commands."""
    group.command(epilog="Example: feedmill feeds poll all")(poll)
    group.command(epilog="Example: feedmill feeds retry https://news.example/feed.xml")(retry)


def poll(context: typer.Context, feeds: FeedNames, wait: Patience = 60.0, as_json: Json = False) -> None:
    """Poll feeds now, whatever the time of their next poll, and say what came.

    A site's gate is never opened for it: where a site asks for rest, the poll comes after that.
    """
    _ask_and_show(context, feeds, wait, as_json=as_json, retry=False)


def retry(context: typer.Context, feeds: FeedNames, wait: Patience = 60.0, as_json: Json = False) -> None:
    """Poll feeds now, and give the entries that they still list and that gave no article another try."""
    _ask_and_show(context, feeds, wait, as_json=as_json, retry=True)


def _ask_and_show(
    context: typer.Context, words: list[str], wait_s: float, *, as_json: bool, retry: bool
) -> None:
    from daemon.feeds.immediate_polls import FeedPolls
    from daemon.terminal.output import print_json
    from feedmill._ledger.core.ledger_connections import connect_blocking

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server, connect_blocking(server.url) as client:
        polls = FeedPolls(client, loaded.settings.redis.prefix)
        asked = polls.ask(polls.find_feeds(words), retry=retry)
        if not as_json:
            _show_what_waits(asked)
        done = {}
        for feed in polls.await_polls([one for one in asked if not one.asked.gate_ms], patience_s=wait_s):
            done[feed.id] = feed
            if not as_json:
                _show_poll(next(one for one in asked if one.before.id == feed.id), feed)
    late = [one for one in asked if one.is_due and one.before.id not in done]
    if as_json:
        print_json(
            {
                "polls": [
                    {"url": one.before.url, "answer": one.asked.answer, "gate_ms": one.asked.gate_ms,
                     "polled": one.before.id in done,
                     "outcome": done[one.before.id].outcome if one.before.id in done else None}
                    for one in asked
                ]
            }
        )  # fmt: skip
    elif late and wait_s and any(not one.asked.gate_ms for one in late):
        typer.echo(
            f"{sum(not one.asked.gate_ms for one in late)} not polled yet: they are first in turn "
            "(is a scheduler running? `feedmill ready`)"
        )


def _show_what_waits(asked: "Sequence[AwaitedFeed]") -> None:
    from daemon.terminal.output import make_text_printable
    from web.rendering.durations import format_span

    for one in asked:
        if not one.is_due:
            typer.echo(make_text_printable(f"{one.before.url}: not polled: {_REFUSALS[one.asked.answer]}"))
        elif one.asked.gate_ms:
            rest = f"{one.before.site} is to be left alone for {format_span(one.asked.gate_ms)}; polled then"
            typer.echo(make_text_printable(f"{one.before.url}: {rest}"))


def _show_poll(asked: "AwaitedFeed", feed: "FeedState") -> None:
    from daemon.terminal.output import format_count, make_text_printable

    new = format_count(max(0, feed.entries - asked.before.entries), "new entry")
    detail = f" ({feed.detail})" if feed.detail else ""
    typer.echo(make_text_printable(f"{feed.url}: {feed.outcome}{detail}, {feed.listed} listed, {new}"))
