"""The guard in the connector: a socket is made for an allowed address only.

The connector asks for a socket for every address it is about to connect to, after name resolution: literal
addresses, redirects and names that change their answer between two looks all pass here.
"""

import errno
import socket
from collections.abc import Callable
from typing import Any

from feedmill._net.addresses import Network, refusal

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


class RefusedError(OSError):
    """Says why no socket was made; an OSError, so that the connector tries the host's next address."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EACCES, f"{MARK}{why}")


MARK = "feedmill refuses: "


def socket_factory(allowed: tuple[Network, ...]) -> Callable[[AddressInfo], socket.socket]:
    """Make the connector's socket factory; it raises RefusedError for an address that is not allowed."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        why = refusal(str(where[0]), allowed)
        if why is not None:
            raise RefusedError(why)
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def refused(error: OSError) -> str | None:
    """Say why all addresses of a host were refused, or None when that is not what happened.

    The connector joins the errors of several addresses into one: it keeps the errno they share.
    """
    text = str(error)
    if error.errno != errno.EACCES or MARK not in text:
        return None
    return text.partition(MARK)[2].removesuffix("]").rstrip("'")
