"""Reads what the operator names on the command line: a file, a URL, or `-` for standard input."""

import gzip
import mimetypes
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from daemon.errors import DaemonError, InvalidRequestError

_OK_STATUS = 200
"""The one status whose body is what was asked for; any other is an error page."""


@dataclass(frozen=True, slots=True)
class InputSource:
    """Bytes with what is known of them; `url` is empty for a file or standard input."""

    body: bytes
    url: str = ""
    content_type: str | None = None
    status: int | None = None


def is_url(name: str) -> bool:
    """Return whether it is a URL, and no path."""
    return name.lower().startswith(("http://", "https://"))


def name_input(name: str) -> str:
    """Return what a message calls a file, a URL, or standard input."""
    return "standard input" if name == "-" else name


def read_local_input(name: str) -> bytes:
    """Read a file, unpacked when its name ends in .gz, or standard input for `-`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        data = Path(name).read_bytes()
        return gzip.decompress(data) if name.endswith(".gz") else data
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidRequestError(f"{name}: {getattr(error, 'strerror', None) or error}") from error


async def read_input(name: str, settings: Settings) -> InputSource:
    """Read what is named; a URL through the same door as the daemon's own requests. Raises NetError."""
    if not is_url(name):
        kind = mimetypes.guess_type(name.removesuffix(".gz"))[0] if name != "-" else None
        return InputSource(read_local_input(name), content_type=kind)
    from feedmill._net import HttpClient, make_client_settings  # noqa: PLC0415

    async with HttpClient(make_client_settings(settings.network, proxies=settings.proxies)) as opened:
        fetched = await opened.fetch(
            name,
            deadline_s=settings.workers.page_timeout,
            credentials=settings.credentials.open_chain(name),
        )
    if fetched.status != _OK_STATUS:
        raise DaemonError(f"{fetched.url}: answered {fetched.status}")
    return InputSource(fetched.body, fetched.url, fetched.headers.get("content-type"), fetched.status)
