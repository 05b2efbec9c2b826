"""Decides which addresses a request may go to: public ones, and what the operator allows beside them.

Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates). The standard
library's `is_global` is not used: it is wrong in several supported Python versions (CVE-2024-4032).
"""

import re
import socket
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
        ("192.31.196.0/24", "AS112"),
        ("192.52.193.0/24", "AMT"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private use"),
        ("192.175.48.0/24", "AS112"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0:0/96", "translated"),
        ("64:ff9b:1::/48", "local-use translation"),
        ("100::/64", "discard only"),
        ("100:0:0:1::/64", "dummy prefix"),
        ("2001::/23", "protocol assignments"),
        ("2001:db8::/32", "documentation"),
        ("2620:4f:8000::/48", "AS112"),
        ("3fff::/20", "documentation"),
        ("5f00::/16", "segment routing"),
        ("fc00::/7", "unique local"),
        ("fe80::/10", "link local"),
        ("fec0::/10", "site local"),
        ("ff00::/8", "multicast"),
    )
)

METADATA = frozenset(
    ip_address(address)
    for address in (
        "169.254.169.254",
        "169.254.169.253",
        "169.254.169.123",
        "169.254.170.2",
        "169.254.170.23",
        "169.254.42.42",
        "169.254.0.23",
        "168.63.129.16",
        "100.96.0.96",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd00:ec2::123",
        "fd00:ec2::253",
        "fd20:ce::254",
        "fd00:42::42",
        "fd00:c1::a9fe:a9fe",
        "fe80::a9fe:a9fe",
    )
)
"""Where clouds hand out credentials and names to their machines; one of them is a public address.

A block that the operator allows does not open these: only the address itself does, written as a /32 or /128.
"""

GLOBAL_UNICAST = IPv6Network("2000::/3")
COMPATIBLE = IPv6Network("::/96")
NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x5EFE
"""Interface id of addresses that carry an IPv4 address at their end (RFC 5214 section 6.1)."""
_OWN_NAMES = frozenset({"localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback"})
_NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)


def unwrap_address(address: Address) -> tuple[Address, ...]:
    """Return all addresses that an address stands for: the IPv4 ones within an IPv6 one, else itself.

    Mapped and compatible (RFC 4291 section 2.5.5), 6to4 (RFC 3056), Teredo's server and client (RFC 4380),
    NAT64's well-known prefix (RFC 6052), and ISATAP's interfaces (RFC 5214), whose prefix is their own.
    """
    if isinstance(address, IPv4Address):
        return (address,)
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    mapped = address.ipv4_mapped or address.sixtofour
    if mapped is not None:
        return (mapped,)
    if address.teredo is not None:
        return address.teredo
    if address in NAT64 or (address in COMPATIBLE and int(address) > 1):
        return (low,)
    if int(address) >> 32 & 0xFCFFFFFF == _ISATAP:
        return (address, low)
    return (address,)


def parse_networks(blocks: Iterable[str]) -> tuple[Network, ...]:
    """Read address blocks such as "127.0.0.0/8"; raises ValueError for what is none."""
    return tuple(ip_network(block, strict=False) for block in blocks)


@lru_cache(maxsize=4096)
def find_address_refusal(host: str, allowed: tuple[Network, ...] = ()) -> str | None:
    """Return why a request may not go to an address, or None when it may.

    `host` is a resolved address in text form, with or without an IPv6 scope. Where it stands for several,
    each of them must pass: a block that holds one of them opens that one alone.
    """
    address = ip_address(host.partition("%")[0])
    inner = unwrap_address(address)
    if METADATA.intersection((address, *inner)):
        exact = any(block.num_addresses == 1 and _is_allowed(block, address, *inner) for block in allowed)
        return None if exact else f"{address} is a cloud's metadata service"
    closed = (one for one in inner if not any(_is_allowed(block, one) for block in allowed))
    return next((why for one in closed if (why := _find_special(address, one))), None)


def parse_literal(host: str) -> str | None:
    """Return the address that a host is in itself, in any form that a system's resolver takes; else None.

    Dotted quads, short and hexadecimal and octal forms (inet_aton(3)), IPv6 in brackets and with a zone, a
    trailing dot, and the names that mean this machine (RFC 6761 section 6.3, and a usual hosts file's).
    """
    name = host.strip("[]").rstrip(".").lower()
    if name in _OWN_NAMES or name.endswith((".localhost", ".localdomain")):
        return "127.0.0.1"
    try:
        return str(ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(name)) if _NUMERIC.fullmatch(name) else None
    except OSError:
        return None


def _is_allowed(block: Network, *addresses: Address) -> bool:
    return any(address in block for address in addresses)


def _find_special(address: Address, inner: Address) -> str | None:
    for block, name in SPECIAL:
        if inner in block:
            return f"{address} is {name} ({block})"
    if isinstance(inner, IPv6Address) and inner not in GLOBAL_UNICAST:
        return f"{address} is not global unicast"
    return None
