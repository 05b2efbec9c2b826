"""`feedmill init`: a config folder to begin with."""

import shutil
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.name_completion import complete_pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daemon.command_context import CommandContext

_MAX_LINE_COLUMNS = 100
"""Columns of a line of names: longer ones are hard to read, however wide the terminal is."""


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill init ./config --pack science --contact desk@news.example")(init)


def init(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to; else --config, else the user's folder.")
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Begin with a list without feeds.")] = False,
    packs: Annotated[
        list[str] | None,
        typer.Option(
            "--pack",
            metavar="NAME",
            help="Begin with the feeds of a starter pack; may be repeated. See feedmill feeds packs.",
            autocompletion=complete_pack,
        ),
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="C", help="Where publishers reach you: a URL or e-mail address."),
    ] = None,
) -> None:
    """Write feeds.toml and feedmill.toml to begin with; files that exist are left alone.

    At a terminal it asks for feeds and contact where no option names them.
    """
    from config.load import SETTINGS_FILE
    from config.paths import find_user_config_folder
    from config.sections.feed_tables import FEEDS_FILE
    from daemon.feeds.starter_files import write_starter

    options: CommandContext = context.obj
    target = folder or options.config or find_user_config_folder()
    chosen: Sequence[str] | None = tuple(packs or ()) if packs or empty else None
    if sys.stdin.isatty() and sys.stdout.isatty():
        if chosen is None and not (target / FEEDS_FILE).exists():
            chosen = _ask_feeds()
        if contact is None and not (target / SETTINGS_FILE).exists():
            contact = _ask_contact()
    for path, written in write_starter(target, chosen, contact or ""):
        typer.echo(f"{'wrote' if written else 'left alone'}: {path}")
    is_found = options.config is None and target == options.find_config_folder()
    where = "" if is_found else f" --config {target}"
    typer.echo(f"next: feedmill{where} {'feeds add URL' if chosen == () else 'up'}")


def _ask_feeds() -> "tuple[str, ...] | None":
    """Ask which feeds to begin with; None stands for the list that ships with feedmill."""
    from daemon.feeds.starter_packs import list_starter_packs

    packs = {pack.name: pack for pack in list_starter_packs()}
    typer.echo("Feeds to begin with: empty, all (news and science), or packs by name:")
    names = ", ".join(f"{pack.name}\xa0({len(pack.feeds)})" for pack in packs.values())
    width = min(_MAX_LINE_COLUMNS, shutil.get_terminal_size().columns - 1)
    lines = textwrap.wrap(names, width - 2, break_long_words=False, break_on_hyphens=False)
    typer.echo("\n".join(f"  {line}" for line in lines).replace("\xa0", " "))
    while True:
        answer = typer.prompt("feeds", default="all").replace(",", " ").split()
        if answer == ["all"]:
            return None
        if answer == ["empty"]:
            return ()
        if unknown := [name for name in answer if name not in packs]:
            typer.echo(f"{' '.join(unknown)}: no such pack; empty, all, or names from the line above")
        else:
            return tuple(answer)


def _ask_contact() -> str:
    """Ask for the contact; empty where it is to be set later."""
    from daemon.errors import InvalidRequestError
    from daemon.feeds.starter_files import require_usable_contact

    typer.echo("Publishers see in each request whom they can reach: a URL or e-mail address of yours.")
    while True:
        answer: str = typer.prompt("contact (Enter: later, in feedmill.toml)", default="", show_default=False)
        try:
            if answer := answer.strip():
                require_usable_contact(answer)
        except InvalidRequestError as error:
            typer.echo(str(error))
        else:
            return answer
