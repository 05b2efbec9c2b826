"""Holds the settings of the HTTP client."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from feedmill._ledger.identity.registrable_domain import find_site_of_host

MIB = 1 << 20
"""Bytes of a MiB."""
NO_PROXIES: Mapping[str, str] = MappingProxyType({})


class NetworkOptions(Protocol):
    """The operator's settings of the table [network], as far as they are the door's."""

    @property
    def user_agent(self) -> str: ...
    @property
    def allow_private(self) -> tuple[str, ...]: ...
    @property
    def allow_ports(self) -> tuple[int, ...]: ...
    @property
    def proxy(self) -> str | None: ...
    @property
    def max_wire(self) -> int: ...
    @property
    def max_decoded(self) -> int: ...
    @property
    def max_ratio(self) -> int: ...
    @property
    def min_rate(self) -> int: ...
    @property
    def redirects(self) -> int: ...
    @property
    def allow_downgrade(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpClientSettings:
    """How the door behaves; sizes in bytes, times in seconds."""

    user_agent: str
    """Names the software and an address to complain to."""
    allow_private: tuple[str, ...] = ()
    """Address blocks that are allowed though they are not public."""
    allow_ports: tuple[int, ...] = ()
    """Ports that are allowed though they are a service's other than the web's."""
    proxy: str | None = None
    """Address of a proxy that is trusted with every request: http:// or socks5h://[user:password@]host:port."""
    max_wire: int = 10 * MIB
    """Most bytes of a body as sent."""
    max_decoded: int = 15 * MIB
    """Most bytes of a body after its content coding is undone."""
    max_ratio: int = 200
    """Most bytes that a byte as sent may decode to, counted once a MiB is decoded."""
    min_rate: int = 512
    """Fewest bytes a second that a body may come with, counted from its eleventh second on; 0: any."""
    rate_grace_s: float = 10.0
    """How long a body may be slower."""
    connect_s: float = 10.0
    redirects: int = 5
    allow_downgrade: bool = False
    """Follow redirects from https to http."""
    site_proxies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Sites with a proxy of their own, and its address."""
    connections: int = 256
    """Most connections at a time."""


def make_client_settings(
    network: NetworkOptions, *, proxies: Mapping[str, str] = NO_PROXIES, connections: int = 256
) -> HttpClientSettings:
    """Apply the operator's settings to the client; `proxies` are those of single hosts."""
    return HttpClientSettings(
        user_agent=network.user_agent,
        allow_private=network.allow_private,
        allow_ports=network.allow_ports,
        proxy=network.proxy,
        max_wire=network.max_wire,
        max_decoded=network.max_decoded,
        max_ratio=network.max_ratio,
        min_rate=network.min_rate,
        redirects=network.redirects,
        allow_downgrade=network.allow_downgrade,
        site_proxies=tuple((find_site_of_host(host), proxy) for host, proxy in proxies.items()),
        connections=connections,
    )
