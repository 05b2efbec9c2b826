"""A spy on this process's sockets: every address that anything tries to connect or send to."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

_watching: list[list[tuple[str, int]]] = []
_installed = False


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if _watching and event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        where = args[1]
        if isinstance(where, tuple):
            for seen in _watching:
                seen.append((str(where[0]), int(where[1])))


@contextmanager
def watched() -> Iterator[list[tuple[str, int]]]:
    """Give the list that addresses are added to. An audit hook stays for good, so there is one of it."""
    global _installed  # noqa: PLW0603
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    seen: list[tuple[str, int]] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


def forbidden(seen: list[tuple[str, int]], allowed: str = "127.0.0.1") -> list[tuple[str, int]]:
    """Pick the addresses that are not the allowed one."""
    return [where for where in seen if str(ip_address(where[0].partition("%")[0])) != allowed]
