"""Guards the connector: a socket is made for an allowed address only.

The connector asks here twice. `GuardedResolver` gets every name it is about to look up, and refuses the name
when one of its addresses is refused. The socket factory gets every address it is about to connect to: literal
ones, redirects, retries and names that change their answer between two looks all pass it.
"""

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from feedmill._net.access.addresses import Network, find_address_refusal, parse_literal
from feedmill._net.access.ports import find_port_refusal

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
REFUSAL_MARK = "feedmill refuses: "


class RefusedError(OSError):
    """No socket was made; its text is the reason."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.EACCES, f"{REFUSAL_MARK}{why}")


class SocketGuard(Protocol):
    """Decides where sockets may go; both methods return why not, or None."""

    def name_refusal(self, host: str, addresses: tuple[str, ...]) -> str | None:
        """Check a name by all addresses that it has."""

    def socket_refusal(self, address: str, port: int) -> str | None:
        """Check the address that a socket is to connect to."""


@dataclass(frozen=True, slots=True)
class PublicOnly:
    """Sockets go to public addresses and to blocks that the operator allows."""

    allowed: tuple[Network, ...]
    ports: frozenset[int] = frozenset()
    """Ports that are allowed beside the web's."""

    def name_refusal(self, host: str, addresses: tuple[str, ...]) -> str | None:
        """Refuse a name when one of its addresses is refused: the connector may try them all."""
        del host
        return next(
            (why for address in addresses if (why := find_address_refusal(address, self.allowed))), None
        )

    def socket_refusal(self, address: str, port: int) -> str | None:
        """Refuse what is not public, and another service's port however it was written."""
        return find_address_refusal(address, self.allowed) or find_port_refusal(port, self.ports)


@dataclass(frozen=True, slots=True)
class ProxyOnly:
    """Sockets go to the operator's proxy, which is trusted, and nowhere else."""

    host: str
    port: int
    _addresses: set[str] = field(default_factory=set)

    def name_refusal(self, host: str, addresses: tuple[str, ...]) -> str | None:
        """Take the addresses of the proxy's name for the proxy's."""
        if host.rstrip(".").lower() != self.host:
            return f"{host} is not the proxy"
        self._addresses.update(addresses)
        return None

    def socket_refusal(self, address: str, port: int) -> str | None:
        """Refuse what is not the proxy."""
        known = address in self._addresses or address == parse_literal(self.host)
        return None if known and port == self.port else f"{address} port {port} is not the proxy"


class GuardedResolver(AbstractResolver):
    """Looks names up in threads, as the system does, and has the guard check the whole answer."""

    def __init__(self, guard: SocketGuard) -> None:
        self._guard = guard
        self._system = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return a name's addresses; raises RefusedError, and OSError when there are none."""
        found = await self._system.resolve(host, port, family)
        why = self._guard.name_refusal(host, tuple(result["host"] for result in found))
        if why is not None:
            raise RefusedError(why)
        return found

    async def close(self) -> None:
        """Nothing is held."""


def socket_factory(guard: SocketGuard) -> Callable[[AddressInfo], socket.socket]:
    """Make the connector's socket factory; it raises RefusedError for an address that is not allowed."""

    def make(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, where = info
        why = guard.socket_refusal(str(where[0]), int(where[1]))
        if why is not None:
            raise RefusedError(why)
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def find_refusal(error: OSError) -> str | None:
    """Return why all addresses of a host were refused, or None when that is not what happened.

    The connector joins the errors of several addresses into one: it keeps the errno they share.
    """
    text = str(error)
    if error.errno != errno.EACCES or REFUSAL_MARK not in text:
        return None
    return text.partition(REFUSAL_MARK)[2].removesuffix("]").rstrip("'")
