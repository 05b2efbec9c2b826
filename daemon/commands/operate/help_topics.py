"""`feedmill help`: the pages of the documentation, at hand where feedmill is installed."""

from typing import Annotated

import typer

from daemon.commands.name_completion import complete_topic


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("help", epilog="Example: feedmill help stream | less")(show_topic)


def show_topic(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]", help="A page; without one their list.", autocompletion=complete_topic
        ),
    ] = None,
) -> None:
    """Print a page of the documentation, or the list of topics; for a command: feedmill COMMAND --help."""
    from daemon.terminal.manual import list_manual_pages, read_manual_page
    from daemon.terminal.output import print_table

    if topic is None:
        print_table(("topic", "page"), [(page.topic, page.title) for page in list_manual_pages()])
    else:
        typer.echo(read_manual_page(topic).text.rstrip("\n"))
