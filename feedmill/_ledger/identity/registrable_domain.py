"""Finds the site that a link or host belongs to: its registrable domain (for gates and rules). Pure."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import tld

_MAX_HOST_CHARS = 2048
"""Characters of a host that is brought to ASCII: names are shorter (RFC 1035), and the work is quadratic."""


def find_site(url: str) -> str:
    """Return the site that a link belongs to: the registrable domain by the shipped public-suffix list.

    Private suffixes such as blogspot.com are one site; an address or a single-label host is its own site.
    """
    try:
        host = urlsplit("".join(url.split())).hostname or ""
    except ValueError:
        host = ""
    return find_site_of_host(encode_host(host))


@lru_cache(maxsize=8192)
def find_site_of_host(host: str) -> str:
    """Return the site of a host in lower case; under a suffix that is not listed, its last two labels."""
    try:
        return ip_address(host).compressed
    except ValueError:
        pass
    if "." not in host:
        return host
    domain: str | None = tld.get_fld(f"https://{host}", fail_silently=True, search_private=False)
    if domain is None and not tld.is_tld(host.rpartition(".")[2]):
        return ".".join(host.split(".")[-2:])
    return domain or host


def encode_host(host: str) -> str:
    """Return a host in lower case and ASCII (IDNA); one that cannot be written so comes back as it is."""
    host = host.rstrip(".").lower()
    if host.isascii() or len(host) > _MAX_HOST_CHARS:
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
