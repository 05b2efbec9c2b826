"""`feedmill help`: the pages of the documentation, at hand where feedmill is installed."""

from typing import Annotated

import typer

from daemon.commands.name_completion import complete_topic


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("help", epilog="Example: feedmill help stream | less")(show_topic)


def show_topic(
    context: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]", help="A page; without one their list.", autocompletion=complete_topic
        ),
    ] = None,
) -> None:
    """Print a page of the documentation, the help of a command, or the list of topics."""
    from daemon.terminal.documentation_pages import list_documentation_pages, read_documentation_page
    from daemon.terminal.output import print_table

    if topic is None:
        print_table(("topic", "page"), [(page.topic, page.title) for page in list_documentation_pages()])
        return
    pages = {page.topic for page in list_documentation_pages()}
    command = None if topic in pages else _find_command(context, topic)
    typer.echo(command or read_documentation_page(topic).text.rstrip("\n"))


def _find_command(context: typer.Context, name: str) -> str | None:
    """Return the help of a command of this name; None where there is none."""
    root = context.find_root()
    command = getattr(root.command, "commands", {}).get(name)
    if command is None:
        return None
    own = type(root)(command, info_name=name, parent=root)
    shown: str = command.get_help(own)
    return shown
