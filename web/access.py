"""Who may ask for what. Pure: a request's head goes in, what it may do comes out, or a refusal is raised.

Three dangers are met. A page in the operator's browser must not reach the gateway: its requests carry a
foreign Origin or Sec-Fetch-Site (Fetch standard; W3C Fetch Metadata). A name that is rebound to 127.0.0.1
shows in the Host. And a proxy on this machine makes strangers look local: who comes by another name, or with
a Forwarded header, does not count as local.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from web.errors import BadRequest, Misdirected, NoToken, Refused

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Names:
    """What the gateway may be called."""

    hosts: frozenset[str]

    @classmethod
    def of(cls, host: str, others: tuple[str, ...]) -> "Names":
        """Give the names of a gateway that listens on `host`: what it listens on by itself, and `others`."""
        listened = set() if host in {"0.0.0.0", "::"} else {_bracketed(host)}  # noqa: S104  (not bound here)
        return cls(frozenset(listened | {_bracketed(one) for one in others}) | _LOCAL_NAMES)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a request's head decides; `headers` have names in lower case."""

    method: str
    peer: str
    """Address of the other end; empty when it is not known."""
    headers: Mapping[str, str]
    session: bool = False
    """It carries the cookie of somebody who has shown the token."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a request may do."""

    local: bool
    """It comes from this machine, by one of its own names."""
    token: bool
    """It carries the token."""
    session: bool
    same_origin: bool
    """It comes from one of the gateway's own pages, and the browser says so."""

    @property
    def reads(self) -> bool:
        """Whether it may read."""
        return self.local or self.token or self.session

    @property
    def fills_forms(self) -> bool:
        """Whether a form of ours may be taken from it, if the form's own token is right as well."""
        return self.same_origin and (self.local or self.session)


def judge(asked: Asked, names: Names, is_token: Callable[[str], bool]) -> Access:
    """Say what a request may do; raises BadRequest, Misdirected, Refused or NoToken."""
    host = _host(asked.headers.get("host", ""), names)
    same_origin = _comes_from_here(asked)
    scheme, given = _credentials(asked.headers.get("authorization", ""))
    if scheme and not is_token(given):
        raise NoToken("this is not the token")
    forwarded = any(name in asked.headers for name in _FORWARDED)
    return Access(
        local=host in _LOCAL_NAMES and _is_loopback(asked.peer) and not forwarded,
        token=scheme == "bearer",
        session=asked.session or scheme == "basic",
        same_origin=same_origin,
    )


def _host(header: str, names: Names) -> str:
    """Check the Host against the gateway's names (RFC 9110 section 7.2); the port says nothing."""
    found = _HOST.fullmatch(header)
    if found is None:
        raise BadRequest("the Host header is missing or malformed")
    host = found[1].lower().rstrip(".")
    if host not in names.hosts:
        raise Misdirected(f"the gateway is not called {host}; [web] hosts names what it is called")
    return host


def _comes_from_here(asked: Asked) -> bool:
    """Tell requests of our own pages from those of programs; raises Refused for those of other pages."""
    site = asked.headers.get("sec-fetch-site", "")
    origin = asked.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != asked.headers.get("host"):
        raise Refused("asked for by a page of another origin")
    if site in {"cross-site", "same-site"} and not _follows_a_link(asked):
        raise Refused("asked for by a page of another origin")
    return site == "same-origin" or (not site and origin is not None)


def _follows_a_link(asked: Asked) -> bool:
    """Whether a browser shows the answer by itself, so that the page with the link learns nothing."""
    headers = asked.headers
    return (
        asked.method in READS
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _credentials(authorization: str) -> tuple[str, str]:
    """Give the scheme and the token: of Bearer (RFC 6750) or, as the password, of Basic (RFC 7617).

    Feed readers know Basic only. Browsers send it unasked, so it lets read and no more.
    """
    scheme, _, given = authorization.partition(" ")
    given = given.strip()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except ValueError:
            given = ""
    return scheme.lower(), given


def _is_loopback(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _bracketed(host: str) -> str:
    host = host.lower().rstrip(".").strip("[]")
    return f"[{host}]" if ":" in host else host
