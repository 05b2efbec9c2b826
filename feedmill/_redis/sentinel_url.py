"""Parses URLs of a primary that Sentinels watch. Pure.

    redis+sentinel://user:password@host:26379,other:26379/service/0?sentinel_password=…

lists Sentinels, the name under which they watch the primary, and the database. `rediss+sentinel://` speaks
TLS to both.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SCHEMES = ("redis+sentinel", "rediss+sentinel")
_DEFAULT_PORT = 26379
"""Port of a Sentinel whose URL names none."""
_OF_SENTINEL = "sentinel_"
_KNOWN = frozenset(
    {
        "sentinel_username",
        "sentinel_password",
        "ssl_ca_certs",
        "ssl_certfile",
        "ssl_keyfile",
        "ssl_check_hostname",
    }
)
_PARTS = re.compile(r"([^:/?#]+)://([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
"""Scheme, authority, path and query (RFC 3986, appendix B): `urlsplit` takes several hosts, one of them in
brackets, for a mistake from Python 3.11.10, 3.12.4 and 3.13 on."""


@dataclass(frozen=True, slots=True)
class SentinelUrl:
    """A primary that Sentinels watch."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    options: dict[str, Any] = field(default_factory=dict)
    """For connections to the primary."""
    asking: dict[str, Any] = field(default_factory=dict)
    """For connections to the Sentinels."""


def is_sentinel_url(url: str) -> bool:
    """Return whether a URL has one of SCHEMES."""
    return url.partition("://")[0].lower() in SCHEMES


def split_url(url: str) -> tuple[str, str, str, str]:
    """Return scheme, authority, path and query of a URL that may list several hosts; raises ValueError."""
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise ValueError(url)
    scheme, authority, path, query = parts.groups(default="")
    return scheme, authority, path, query


def parse_sentinel_url(url: str) -> SentinelUrl:
    """Read a URL of one of SCHEMES; raises ValueError."""
    scheme, authority, path, query = split_url(url)
    if not is_sentinel_url(url):
        raise ValueError(url)
    who, _, hosts = authority.rpartition("@")
    names = tuple(_parse_host(host) for host in hosts.split(","))
    service, _, database = path.strip("/").partition("/")
    given = dict(parse_qsl(query, keep_blank_values=True))
    if not service or "/" in database or not set(given) <= _KNOWN:
        raise ValueError(url)
    tls: dict[str, Any] = {name: value for name, value in given.items() if name.startswith("ssl_")}
    if scheme.lower() == "rediss+sentinel":
        tls["ssl"] = True
    if "ssl_check_hostname" in tls:
        tls["ssl_check_hostname"] = tls["ssl_check_hostname"].lower() not in {"0", "false", "no"}
    user, _, password = who.partition(":")
    options = {"db": int(database or 0), **tls}
    if password:
        options["password"] = unquote(password)
        if user:
            options["username"] = unquote(user)
    asking = {name.removeprefix(_OF_SENTINEL): given[name] for name in given if name.startswith(_OF_SENTINEL)}
    return SentinelUrl(names, unquote(service), options, {**asking, **tls})


def _parse_host(written: str) -> tuple[str, int]:
    parts = urlsplit(f"//{written}")
    if not parts.hostname or parts.path:
        raise ValueError(written)
    return parts.hostname, parts.port or _DEFAULT_PORT
