"""`feedmill config`: what is in force, where it comes from, and whether it is right."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.terminal.command_help import CommandApp

if TYPE_CHECKING:
    from daemon.command_context import CommandContext

group = CommandApp(help="Show or check the configuration.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(group, name="config", epilog="Example: feedmill config show")


@group.command(epilog="Example: feedmill config show --json")
def show(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show every setting in force, secrets masked, and where each comes from."""
    from config.effective_settings import (
        describe_site_access,
        list_effective_settings,
        list_feed_filters,
        list_page_overrides,
        list_site_access,
    )
    from daemon.terminal.output import format_count, make_text_printable, print_json, print_table

    options: CommandContext = context.obj
    loaded = options.load_config()
    rows, filters = list_effective_settings(loaded), list_feed_filters(loaded)
    overrides, access = list_page_overrides(loaded), list_site_access(loaded)
    if as_json:
        print_json(
            {
                "folder": str(loaded.folder),
                "data_dir": str(options.find_data_folder().path),
                "feeds": len(loaded.feeds),
                "filters": filters,
                "overrides": overrides,
                "access": access,
                "settings": {row.name: {"value": row.value, "origin": row.origin} for row in rows},
            }
        )
        return
    typer.echo(f"config folder: {loaded.folder} ({format_count(len(loaded.feeds), 'feed')})")
    typer.echo(f"data folder:   {options.find_data_folder().path}")
    print_table(("setting", "value", "from"), [(row.name, row.written, row.origin) for row in rows])
    for url, lists in filters.items():
        typer.echo(make_text_printable(f"{url}: {'; '.join(lists)}"))
    for site, keys in overrides.items():
        said = "; ".join(f"{key} = {', '.join(selectors)}" for key, selectors in keys.items())
        typer.echo(make_text_printable(f"{site}: {said}"))
    for site, given in access.items():
        typer.echo(make_text_printable(f"{site}: {describe_site_access(given)}"))


@group.command(epilog="Example: feedmill --config ./config config check")
def check(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check feeds.toml, feedmill.toml and the environment; exit 2 with all mistakes."""
    from config.errors import ConfigError
    from daemon.terminal.output import format_count, print_json

    options: CommandContext = context.obj
    try:
        loaded = options.load_config_with_feeds()
    except ConfigError as error:
        if not as_json:
            raise
        print_json({"ok": False, "mistakes": error.problems})
        raise typer.Exit(2) from error
    if as_json:
        print_json({"ok": True, "mistakes": []})
    else:
        typer.echo(f"{loaded.folder}: {format_count(len(loaded.feeds), 'feed')}, no mistakes")
