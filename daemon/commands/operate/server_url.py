"""`feedmill url`: how other programs reach the server."""

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.terminal.output import print_json

if TYPE_CHECKING:
    from daemon.command_context import CommandContext


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog='Example: redis-cli -u "$(feedmill url)" XLEN feedmill:articles')(url)


def url(
    context: typer.Context,
    unix: Annotated[bool, typer.Option("--unix", help="The Unix socket's URL.")] = False,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="HOST:PORT", help="Put this in the URL's place of host and port."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the URL of the Redis server, password included."""
    from daemon.errors import InvalidRequestError

    options: CommandContext = context.obj
    with options.open_server(options.load_config()) as server:
        if unix and server.embedded is None and not server.url.startswith("unix:"):
            raise InvalidRequestError(
                "--unix is for the embedded server; this one is named in the configuration"
            )
        shown = replace_host(server.shown_url, host) if host else server.shown_url
        if as_json:
            print_json({"url": shown, "unix": server.url if "unix:" in server.url else None})
        else:
            typer.echo(server.url if unix else shown)


def replace_host(url: str, host: str) -> str:
    """Put another host and port into a URL of a server; raises InvalidRequestError where that cannot be."""
    from urllib.parse import urlsplit, urlunsplit

    from daemon.errors import InvalidRequestError

    parts, given = urlsplit(url), urlsplit(f"redis://{host}")
    if parts.scheme not in {"redis", "rediss"}:
        raise InvalidRequestError(
            f"--host is for a server on a network; this one is reached by {parts.scheme}://"
        )
    try:
        wrong = given.hostname is None or given.port is None or given.username is not None or given.path
    except ValueError:
        wrong = True
    if wrong:
        raise InvalidRequestError(f"--host {host}: HOST:PORT, such as 127.0.0.1:6379")
    user, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}"))
