"""`feedmill clean`: one page, or many, cleaned on the spot."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked


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
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A page; with --batch JSON lines.")],
    url: Annotated[str | None, typer.Option("--url", help="Where a file came from.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.text,
    explain: Annotated[
        bool, typer.Option("--explain", help="List every removed block with the rule that removed it.")
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="STEP", help="Leave a cleaning step out; repeatable."),
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help='Read {"id","url","file"} a line, write one result a line.')
    ] = False,
) -> None:
    """Clean a page as the worker does; exit 1 when it is no article."""
    import asyncio

    from daemon.cleaning import clean_batch, clean_one, explanation, printed, steps_named
    from daemon.material import read_local, read_material
    from feedmill._plain import printable
    from worker.page import Rejected

    off = steps_named(without or ())
    if batch:
        for line in clean_batch(read_local(source), explain=explain, without=off):
            typer.echo(line)
        return
    asked: Asked = context.obj
    material = asyncio.run(read_material(source, asked.load().settings))
    result = clean_one(material, url, without=off)
    if isinstance(result, Rejected):
        detail = f": {result.detail}" if result.detail else ""
        typer.echo(f"feedmill: {printable(f'{source}: {result.outcome}{detail}')}", err=True)
        raise typer.Exit(1)
    typer.echo(printed(result, form.value))
    if explain:
        typer.echo(explanation(result), err=form is Form.json)
