"""`feedmill dead …`: dead letters, of pages that feedmill gave up and of groups that gave up an article."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.choosing import Json, Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from daemon.asked import Asked
    from daemon.burials import Burials

Group = Annotated[
    str | None, typer.Option("--group", metavar="G", help="Those of this group, not feedmill's own pages.")
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="As `feedmill dead list` shows them.")]
Every = Annotated[bool, typer.Option("--all", help="All of them.")]

dead = typer.Typer(
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
    from daemon.output import ago, print_json, print_table

    with _burials(context, group, stream) as burials:
        found = burials.latest(limit)
        now = burials.now_ms()
    if as_json:
        print_json({"dead": found})
    elif found:
        rows = [(one.id, f"{ago(now - one.died_at)} ago", one.source, one.reason, one.url) for one in found]
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
    from daemon.errors import AskedWronglyError
    from daemon.output import print_json

    with _burials(context, group, stream) as burials:
        found = burials.one(letter)
    if found is None:
        raise AskedWronglyError(f"{letter}: not among the dead letters; `feedmill dead list` shows them")
    print_json(found)


def retry(
    context: typer.Context,
    letters: Ids = None,
    every: Every = False,
    group: Group = None,
    stream: Stream = "",
) -> None:
    """Try dead letters again: pages are fetched anew, a group's articles go to its consumers again."""
    _each(
        context, letters, every, (group, stream), "to be tried again", lambda burials, one: burials.retry(one)
    )


def drop(
    context: typer.Context,
    letters: Ids = None,
    every: Every = False,
    group: Group = None,
    stream: Stream = "",
) -> None:
    """Forget dead letters."""
    _each(context, letters, every, (group, stream), "dropped", lambda burials, one: burials.drop(one))


def _each(
    context: typer.Context,
    letters: list[str] | None,
    every: bool,  # noqa: FBT001  (a flag)
    of: "tuple[str | None, str]",
    done: str,
    act: "Callable[[Burials, str], bool]",
) -> None:
    from daemon.errors import AskedWronglyError
    from daemon.output import counted

    if bool(letters) == every:
        raise AskedWronglyError("name dead letters, or say --all")
    with _burials(context, *of) as burials:
        chosen = letters or [one.id for one in burials.latest(burials.MOST)]
        missed = [one for one in chosen if not act(burials, one)]
    typer.echo(f"{counted(len(chosen) - len(missed), 'dead letter')} {done}")
    if missed:
        raise AskedWronglyError(f"not among the dead letters: {', '.join(missed)}")


def _burials(context: typer.Context, group: str | None, stream: str) -> "Burials":
    from daemon.burials import Burials

    asked: Asked = context.obj
    return Burials(asked, group, stream)
