"""`feedmill parse`: the entries of one feed document."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.command_context import CommandContext
    from daemon.terminal.input_source import InputSource
    from scheduler.parsing.document_models import ParseResult


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill parse https://news.example/feed.xml")(parse)


def parse(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A feed document.")],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Where a file came from: relative links need it."),
    ] = None,
) -> None:
    """Print the normalized entries of a feed as JSON lines; exit 1 when it is no feed."""
    import asyncio

    from daemon.terminal.input_source import name_input, read_input
    from daemon.terminal.output import print_json
    from feedmill._text_safety import make_line_printable
    from scheduler.parsing.document_models import ParsedFeed

    options: CommandContext = context.obj
    settings = options.load_config().settings

    async def read() -> "ParseResult":
        return await parse_material(await read_input(source, settings), url)

    parsed = asyncio.run(read())
    if isinstance(parsed, ParsedFeed):
        for entry in parsed.entries:
            print_json(entry, lines=True)
    if parsed.outcome != "ok":
        detail = getattr(parsed, "detail", "")
        said = f"{name_input(source)}: {parsed.outcome}" + (f": {detail}" if detail else "")
        typer.echo(f"feedmill: {make_line_printable(said)}", err=True)
        raise typer.Exit(1)


async def parse_material(material: "InputSource", url: str | None = None) -> "ParseResult":
    """Parse a document in a child that may hang or crash without harm."""
    from scheduler.parsing.document_models import FeedDocument
    from scheduler.sandbox.parser_pool import ParserPool

    async with ParserPool() as parser_pool:
        document = FeedDocument(material.body, material.content_type, url or material.url)
        return await parser_pool.parse(document)
