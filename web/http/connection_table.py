"""Decides which connections of a port have a place. Pure: it opens and closes none."""

import errno
import ipaddress
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
HEAD_S = 10.0
"""Seconds from the first byte, or from the opening, until a request's head has come whole."""
RETRY_S = 0.1
"""Seconds until accepting is tried again when it has failed."""
EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""What accept(2) says when the process or the machine has no more to give."""
_SITE_PREFIX = 64
"""What one subscriber has of IPv6 at least (RFC 6177): counted as one address."""


def counted_as(peer: str) -> str:
    """Return what an address is counted as: itself, a mapped one as IPv4, other IPv6 ones by their /64."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _SITE_PREFIX), strict=False))


def is_within(peer: str, networks: Iterable[Network]) -> bool:
    """Return whether an address is in one of the networks; an IPv4-mapped one as IPv4."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in networks)


@dataclass(frozen=True, slots=True)
class Admission(Generic[C]):
    """What becomes of a new connection; `dropped` makes room for it and has lost its place."""

    admitted: bool
    dropped: C | None = None


@dataclass(slots=True)
class ConnectionTable(Generic[C]):
    """The open connections of one port: `most` in all, `share` for each address.

    `idle` holds those whose request has not come whole, the longest idle first: they go when a new one needs
    their place. Those that are being answered keep it.
    """

    most: int
    share: int
    exempt: tuple[Network, ...] = ()
    """Peers without a share of their own: proxies that bring the requests of many."""
    _addresses: dict[C, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _idle: dict[C, None] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the open ones."""
        return len(self._addresses)

    def admit(self, one: C, peer: str) -> Admission[C]:
        """Admit a new connection, if need be that of the oldest idle one; it begins idle."""
        address = counted_as(peer)
        dropped: C | None = None
        if not is_within(peer, self.exempt) and self._counts.get(address, 0) >= self.share:
            dropped = next((idle for idle in self._idle if self._addresses[idle] == address), None)
        elif len(self._addresses) >= self.most:
            dropped = self.oldest_idle()
        else:
            self._enter(one, address)
            return Admission(admitted=True)
        if dropped is None:
            return Admission(admitted=False)
        self.leave(dropped)
        self._enter(one, address)
        return Admission(admitted=True, dropped=dropped)

    def oldest_idle(self) -> C | None:
        """Return the connection that has been idle for longest."""
        return next(iter(self._idle), None)

    def answer(self, one: C) -> None:
        """Note that a request of a connection has come whole and is being answered."""
        self._idle.pop(one, None)

    def rest(self, one: C) -> None:
        """Note that a connection is idle again."""
        if one in self._addresses:
            self._idle.setdefault(one)

    def leave(self, one: C) -> None:
        """Remove a connection; one that is not listed is none."""
        address = self._addresses.pop(one, None)
        self._idle.pop(one, None)
        if address is not None:
            self._counts[address] -= 1
            if not self._counts[address]:
                del self._counts[address]

    def _enter(self, one: C, address: str) -> None:
        self._addresses[one] = address
        self._counts[address] = self._counts.get(address, 0) + 1
        self._idle[one] = None
