"""`feedmill url`: how other programs reach the server."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.terminal.output import print_json

if TYPE_CHECKING:
    from daemon.global_options import GlobalOptions


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog='Example: redis-cli -u "$(feedmill url)" XLEN feedmill:articles')(url)


def url(
    context: typer.Context,
    unix: Annotated[bool, typer.Option("--unix", help="The Unix socket's URL.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the URL of the Redis server, password included."""
    from daemon.errors import InvalidRequestError

    options: GlobalOptions = context.obj
    with options.open_server(options.load_config()) as server:
        if unix and server.embedded is None and not server.url.startswith("unix:"):
            raise InvalidRequestError(
                "--unix is for the embedded server; this one is named in the configuration"
            )
        if as_json:
            print_json({"url": server.shown_url, "unix": server.url if "unix:" in server.url else None})
        else:
            typer.echo(server.url if unix else server.shown_url)
