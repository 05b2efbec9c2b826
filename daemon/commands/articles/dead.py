"""`feedmill dead …`: dead letters, of pages that feedmill gave up and of groups that gave up an article."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_group
from daemon.commands.shared_options import Json, Stream
from daemon.terminal.command_help import CommandApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from daemon.articles.dead_letter_actions import DeadLetterStore
    from daemon.command_context import CommandContext

Group = Annotated[
    str | None,
    typer.Option(
        "--group",
        metavar="G",
        help="Those of this group, not feedmill's own pages.",
        autocompletion=complete_group,
    ),
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="As `feedmill dead list` shows them.")]
Every = Annotated[bool, typer.Option("--all", help="All of them.")]

dead = CommandApp(
    help="List, retry or drop dead letters.",
    epilog="Example: feedmill dead list --group archive",
    no_args_is_help=True,
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    dead.command("list", epilog="Example: feedmill dead list --json")(show_list)
    dead.command("show", epilog="Example: feedmill dead show 1795465348709-0 --group archive")(show)
    dead.command("retry", epilog="Example: feedmill dead retry --all --group archive")(retry)
    dead.command("drop", epilog="Example: feedmill dead drop 00c0ffee00c0ffee")(drop)
    app.add_typer(dead, name="dead")


def show_list(
    context: typer.Context,
    group: Group = None,
    stream: Stream = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="At most so many.")] = 100,
    as_json: Json = False,
) -> None:
    """List dead letters, the latest first."""
    from daemon.terminal.output import print_json_with_moments, print_table
    from web.rendering.durations import format_span

    with _open_store(context, group, stream) as store:
        found = store.latest(limit)
        now = store.now_ms()
    if as_json:
        print_json_with_moments({"dead": found})
    elif found:
        rows = [
            (one.id, f"{format_span(now - one.died_at)} ago", one.source, one.reason, one.url)
            for one in found
        ]
        print_table(("id", "died", "source", "reason", "url"), rows)
    else:
        typer.echo("no dead letters")


def show(
    context: typer.Context,
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `feedmill dead list` shows it.")],
    group: Group = None,
    stream: Stream = "",
) -> None:
    """Print all that is known of one dead letter, as JSON."""
    from daemon.errors import InvalidRequestError
    from daemon.terminal.output import print_json_with_moments

    with _open_store(context, group, stream) as store:
        found = store.one(letter)
    if found is None:
        raise InvalidRequestError(f"{letter}: not among the dead letters; `feedmill dead list` shows them")
    print_json_with_moments(found)


def retry(
    context: typer.Context,
    letters: Ids = None,
    every: Every = False,
    group: Group = None,
    stream: Stream = "",
) -> None:
    """Try dead letters again: pages are fetched anew, a group's articles go to its consumers again."""
    _act_on_each(
        context, letters, every, (group, stream), "to be tried again", lambda store, one: store.retry(one)
    )


def drop(
    context: typer.Context,
    letters: Ids = None,
    every: Every = False,
    group: Group = None,
    stream: Stream = "",
) -> None:
    """Forget dead letters."""
    _act_on_each(context, letters, every, (group, stream), "dropped", lambda store, one: store.drop(one))


def _act_on_each(
    context: typer.Context,
    letters: list[str] | None,
    every: bool,  # noqa: FBT001  (a flag)
    of: "tuple[str | None, str]",
    done: str,
    act: "Callable[[DeadLetterStore, str], bool]",
) -> None:
    from daemon.errors import InvalidRequestError
    from daemon.terminal.output import format_count
    from daemon.terminal.progress import ProgressLine

    if bool(letters) == every:
        raise InvalidRequestError("name dead letters, or say --all")
    with _open_store(context, *of) as store:
        chosen = letters or [one.id for one in store.latest(store.MOST)]
        missed = []
        with ProgressLine("dead", "letters", len(chosen)) as progress:
            for one in chosen:
                if not act(store, one):
                    missed.append(one)
                progress.advance()
    if chosen != missed or not missed:
        typer.echo(f"{format_count(len(chosen) - len(missed), 'dead letter')} {done}")
    if missed:
        raise InvalidRequestError(f"not among the dead letters: {', '.join(missed)}")


def _open_store(context: typer.Context, group: str | None, stream: str) -> "DeadLetterStore":
    from daemon.articles.dead_letter_actions import DeadLetterStore

    options: CommandContext = context.obj
    return DeadLetterStore(options, group, stream)
