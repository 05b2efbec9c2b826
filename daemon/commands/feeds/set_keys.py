"""`feedmill feeds set`: changes a feed's table in feeds.toml."""

import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(group: typer.Typer) -> None:
    """Register the command."""
    group.command("set", epilog="Example: feedmill feeds set https://news.example/feed.xml interval=30m")(
        set_keys
    )


def set_keys(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="As it stands in the list.")],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[KEY=VALUE]...", help="Values as in the file, or words; empty takes a key out."
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take out all keys that are not named.")] = False,
    create: Annotated[bool, typer.Option("--create", help="List the feed where it is not yet.")] = False,
    if_file: Annotated[
        str | None, typer.Option("--if-file", metavar="MARK", help="Only if the list is as it was then.")
    ] = None,
) -> None:
    """Change what feeds.toml says of a feed; comments and all else stay as they are."""
    from config.sections.feed_tables import read_single_feed
    from daemon.errors import InvalidRequestError
    from daemon.feeds.feeds_file import edit_feeds_file

    options: CommandContext = context.obj
    given = _read_values(values or ())
    with edit_feeds_file(options.load_config().folder, if_file) as file:
        is_new = url not in file.urls
        if is_new and not create:
            raise InvalidRequestError(f"{url} is not on the list ({file.path})")
        if is_new:
            file.add([read_single_feed({"url": url})])
        read_single_feed(file.set_keys(url, given, replace=replace))
        file.save()
    is_changed = bool(given) or replace
    what = "added to" if is_new else "changed in" if is_changed else "nothing to change (give KEY=VALUE) in"
    typer.echo(f"{what} {file.path}: {url}")


def _read_values(pairs: Sequence[str]) -> dict[str, Any]:
    """Read KEY=VALUE: a TOML value, else words; None where nothing stands behind the sign."""
    from daemon.errors import InvalidRequestError

    given: dict[str, Any] = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign or not key or key == "url":
            raise InvalidRequestError(f"{pair}: give KEY=VALUE, with any key but url")
        try:
            given[key] = tomllib.loads(f"value = {text}")["value"] if text else None
        except (ValueError, RecursionError):  # no TOML, or a number of thousands of digits
            given[key] = text
    return given
