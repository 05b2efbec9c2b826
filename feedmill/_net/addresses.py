"""Which addresses a request may go to: public ones, and what the operator allows beside them.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates). The standard
library's `is_global` is not used: it is wrong in several supported Python versions (CVE-2024-4032).
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(block), name)
    for block, name in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private use"),
        ("100.64.0.0/10", "shared address space"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link local"),
        ("172.16.0.0/12", "private use"),
        ("192.0.0.0/24", "protocol assignments"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private use"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("64:ff9b:1::/48", "local-use translation"),
        ("100::/64", "discard only"),
        ("100:0:0:1::/64", "dummy prefix"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link local"),
        ("fec0::/10", "site local"),
        ("ff00::/8", "multicast"),
    )
)

GLOBAL_UNICAST = IPv6Network("2000::/3")
COMPATIBLE = IPv6Network("::/96")
NAT64 = IPv6Network("64:ff9b::/96")


def unwrap(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 address stands for, or the address itself.

    Mapped and compatible (RFC 4291 section 2.5.5), 6to4 (RFC 3056), Teredo's client (RFC 4380), and
    NAT64's well-known prefix (RFC 6052).
    """
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    low = int(address) & 0xFFFFFFFF
    if address in NAT64 or (address in COMPATIBLE and low > 1):
        return IPv4Address(low)
    return address


def networks(blocks: Iterable[str]) -> tuple[Network, ...]:
    """Read address blocks such as "127.0.0.0/8"; raises ValueError for what is none."""
    return tuple(ip_network(block, strict=False) for block in blocks)


@lru_cache(maxsize=4096)
def refusal(host: str, allowed: tuple[Network, ...] = ()) -> str | None:
    """Say why a request may not go to an address, or None when it may.

    `host` is a resolved address in text form, with or without an IPv6 scope.
    """
    address = ip_address(host.partition("%")[0])
    inner = unwrap(address)
    if any(candidate in block for block in allowed for candidate in (address, inner)):
        return None
    for block, name in SPECIAL:
        if inner in block:
            return f"{address} is {name} ({block})"
    if isinstance(inner, IPv6Address) and inner not in GLOBAL_UNICAST:
        return f"{address} is not global unicast"
    return None
