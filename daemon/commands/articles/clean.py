"""`feedmill clean`: one page, or many, cleaned on the spot."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.sections.site_tables import ListedSite
    from daemon.command_context import CommandContext
    from worker.metadata.override_reader import OverrideRun
    from worker.page_models import RejectedPage


class Form(StrEnum):
    """How a cleaned page is printed."""

    text = "text"
    json = "json"
    markdown = "markdown"


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill clean page.html --url https://news.example/story --explain")(clean)


def clean(
    context: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE|URL|-", help="A page; with --batch JSON lines, without it those of `-`."
        ),
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Where a file came from.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.text,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="List what was removed with its rule, or what was weighed of a page that is no article.",
        ),
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="STEP", help="Leave a cleaning step out; repeatable."),
    ] = None,
    sites: Annotated[
        Path | None,
        typer.Option(
            "--sites", metavar="FILE", help="Try the selectors of this file's [[sites]], not those in force."
        ),
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help='Read {"id","url","file"} a line, write one result a line.')
    ] = False,
) -> None:
    """Clean a page as the worker does; exit 1 when it is no article."""
    import asyncio

    from daemon.articles.offline_cleaning import (
        clean_batch,
        clean_source,
        explain_removed,
        find_overrides,
        format_cleaned,
        parse_step_names,
    )
    from daemon.terminal.input_source import read_input, read_local_input
    from worker.page_models import RejectedPage

    off = parse_step_names(without or ())
    if batch:
        for line in clean_batch(read_local_input(source or "-"), explain=explain, without=off):
            typer.echo(line)
        return
    if source is None:
        raise typer.BadParameter("name a file, a URL, or - for standard input", param_hint="FILE|URL|-")
    options: CommandContext = context.obj
    loaded = options.load_config()
    listed = _read_site_tables(sites) if sites else loaded.settings.sites
    input_source = asyncio.run(read_input(source, loaded.settings))
    overrides = find_overrides(listed, url or input_source.url)
    result = clean_source(input_source, url, without=off, overrides=overrides)
    _print_overrides(overrides, sites, url or input_source.url)
    if isinstance(result, RejectedPage):
        _print_rejected(source, result, explain=explain)
        raise typer.Exit(1)
    typer.echo(format_cleaned(result, form.value))
    if explain:
        typer.echo(explain_removed(result), err=form is Form.json)


def _read_site_tables(file: Path) -> "tuple[ListedSite, ...]":
    from config.load import read_site_file
    from daemon.errors import InvalidRequestError

    listed = read_site_file(file)
    if not listed:
        raise InvalidRequestError(f"{file}: no [[sites]] table in it")
    return listed


def _print_overrides(overrides: "OverrideRun | None", sites: Path | None, page_url: str) -> None:
    """Print which of the operator's selectors were used, or that the file to try has none for the page."""
    from daemon.articles.offline_cleaning import explain_overrides
    from feedmill._ledger.identity.registrable_domain import find_site

    if sites and not overrides:
        page_site = find_site(page_url)
        what = f"for pages of {page_site}" if page_site else "for a page without an address: give it by --url"
        typer.echo(f"feedmill: {sites} has no selectors {what}", err=True)
    for line in explain_overrides(overrides) if overrides else ():
        typer.echo(f"feedmill: {line}", err=True)


def _print_rejected(source: str, rejected: "RejectedPage", *, explain: bool) -> None:
    from daemon.articles.offline_cleaning import explain_rejected
    from daemon.terminal.input_source import name_input
    from feedmill._text_safety import make_line_printable

    detail = f": {rejected.detail}" if rejected.detail else ""
    typer.echo(
        f"feedmill: {make_line_printable(f'{name_input(source)}: {rejected.outcome}{detail}')}", err=True
    )
    if explain and rejected.evidence:
        typer.echo(explain_rejected(rejected), err=True)
