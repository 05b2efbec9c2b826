"""Finds the client behind a trusted proxy, and bounds its requests in flight. Pure: it accepts none.

To the gateway a proxy is one peer. Its client stands in X-Forwarded-For, or in Forwarded
(RFC 7239) where the former is absent: each proxy appends the address that it saw, so what is rightmost was
written by the nearest, and what stands left of the first address that is no trusted proxy may be invented.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from web.http.connection_table import Network, counted_as, is_within

_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*"?([^";]*)', re.IGNORECASE)
_PORT = re.compile(r"\[([^\]]*)\](?::\w+)?|([0-9.]+):\w+")
"""An address with a port, or in brackets (RFC 7239 section 6)."""
_MOST_NAME = 64
"""Characters kept of what a proxy names a client by that is no address (RFC 7239 section 6.3)."""


def identify_client(peer: str, headers: Mapping[str, str], proxies: tuple[Network, ...]) -> str:
    """Return what a proxied request's client is counted as; empty when the peer is no trusted proxy.

    `headers` have names in lower case and the lines of one name joined by commas. Empty as well when the
    proxy names no client: then its clients cannot be distinguished.
    """
    if not is_within(peer, proxies):
        return ""
    client = ""
    for named in reversed(_named(headers)):
        client = _address(named)
        if not is_within(client, proxies):
            break
    return counted_as(client)


def _named(headers: Mapping[str, str]) -> list[str]:
    """Return whom the proxies name, the nearest last; a comma never stands in an address, quoted or not."""
    listed = headers.get("x-forwarded-for")
    if listed is not None:
        return listed.split(",")
    elements = headers.get("forwarded", "").split(",")
    found = [_FOR.search(element) for element in elements]
    return [match[1] if match else "" for match in found]


def _address(named: str) -> str:
    named = named.strip()
    found = _PORT.fullmatch(named)
    address = (found[1] or found[2]) if found else named
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return named.lower()[:_MOST_NAME]


@dataclass(slots=True)
class ProxiedClientLimits:
    """The requests in flight of each client behind a trusted proxy: `share` at most."""

    share: int
    proxies: tuple[Network, ...] = ()
    _counts: dict[str, int] = field(default_factory=dict)

    def enter(self, client: str) -> bool:
        """Count a request as begun, unless its client has its share; one without a name has no share."""
        count = self._counts.get(client, 0)
        if client and count >= self.share:
            return False
        self._counts[client] = count + 1
        return True

    def leave(self, client: str) -> None:
        """Count a request as ended that `enter` has admitted."""
        self._counts[client] -= 1
        if not self._counts[client]:
            del self._counts[client]
