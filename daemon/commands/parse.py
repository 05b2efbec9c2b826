"""`feedmill parse`: the entries of one feed document."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from daemon.asked import Asked
    from daemon.material import Material
    from scheduler.documents import Parsed


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill parse https://news.example/feed.xml")(parse)


def parse(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="A feed document.")],
    url: Annotated[
        str | None, typer.Option("--url", help="Where a file came from: relative links need it.")
    ] = None,
) -> None:
    """Print the normalised entries of a feed as JSON lines; exit 1 when it is no feed."""
    import asyncio

    from daemon.material import read_material
    from daemon.output import print_json
    from feedmill._plain import printable
    from scheduler.documents import ParsedFeed

    asked: Asked = context.obj
    settings = asked.load().settings

    async def read() -> "Parsed":
        return await parse_material(await read_material(source, settings), url)

    parsed = asyncio.run(read())
    if isinstance(parsed, ParsedFeed):
        for entry in parsed.entries:
            print_json(entry, lines=True)
    if parsed.outcome != "ok":
        detail = getattr(parsed, "detail", "")
        said = f"{source}: {parsed.outcome}" + (f": {detail}" if detail else "")
        typer.echo(f"feedmill: {printable(said)}", err=True)
        raise typer.Exit(1)


async def parse_material(material: "Material", url: str | None = None) -> "Parsed":
    """Parse a document in a child that may hang or crash without harm."""
    from scheduler.cage import Cage
    from scheduler.documents import Document

    async with Cage() as cage:
        document = Document(material.body, material.content_type, url or material.url)
        return await cage.parse(document)
