"""Decides what a request may do, from its head; raises a refusal. Pure.

Three dangers are met. A page in the operator's browser must not reach the gateway: its requests carry a
foreign Origin or Sec-Fetch-Site (Fetch standard; W3C Fetch Metadata). A name that is rebound to 127.0.0.1
shows in the Host. And a proxy on this machine makes strangers look local: what comes by another name, with a
header that proxies add, as HTTP/1.0 (nginx forwards so by default), from a page of another host
or from an address that is configured as a proxy's does not count as local.

Being local lets read. Whatever changes something needs the token, or a session that was begun with it.
"""

import base64
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from web.errors import BadRequest, Forbidden, MisdirectedRequest, Unauthorized

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PROXY_HEADERS = frozenset(
    {
        "cdn-loop", "client-ip", "fly-client-ip", "max-forwards", "proxy-connection", "true-client-ip", "via",
        "x-client-ip", "x-cluster-client-ip", "x-host", "x-proxyuser-ip", "x-real-ip", "x-remote-addr",
        "x-remote-ip", "x-rewrite-url", "x-varnish",
    }
)  # fmt: skip
"""What proxies add to a request that they forward (RFC 8586, RFC 9110 section 7.6, common practice)."""
_PROXY_PREFIXES = (
    "akamai-", "cf-", "cloudfront-", "fastly-", "forwarded", "x-akamai-", "x-amz-cf-", "x-amzn-",
    "x-appengine-", "x-azure-", "x-cloud-", "x-envoy-", "x-forward", "x-original-",
    "x-proxy-", "x-traefik-", "x-vercel-",
)  # fmt: skip
"""Beginnings of what single proxies and content networks add."""
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class GatewayNames:
    """What the gateway may be called."""

    hosts: frozenset[str]

    @classmethod
    def of(cls, host: str, others: tuple[str, ...]) -> "GatewayNames":
        """Return the names of a gateway that listens on `host`: what it listens on itself, and `others`."""
        listened = set() if host in {"0.0.0.0", "::"} else {_bracket_host(host)}  # noqa: S104  (not bound here)
        return cls(frozenset(listened | {_bracket_host(one) for one in others}) | _LOCAL_NAMES)


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What of a request's head decides; `headers` have names in lower case."""

    method: str
    peer: str
    """Address of the other end; empty when it is not known."""
    headers: Mapping[str, str]
    session: bool = False
    """It carries the cookie of a live session."""
    http_version: str = "1.1"
    proxied: bool = False
    """The peer is one of the configured proxies."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a request may do."""

    local: bool
    """It comes from this machine, by one of its own names."""
    token: bool
    """It carries the token."""
    session: bool
    """It belongs to a session that was begun with the token and is not ended."""
    same_origin: bool
    """It comes from one of the gateway's own pages, and the browser says so."""
    basic: bool = False
    """It carries the token as a password, which browsers send unasked: it lets read only."""

    @property
    def may_read(self) -> bool:
        """Whether it may read."""
        return self.local or self.token or self.session or self.basic

    @property
    def may_submit_forms(self) -> bool:
        """Whether a form of ours may be taken from it, if the form's own token is right as well."""
        return self.same_origin and self.session


def authorize(head: RequestHead, names: GatewayNames, is_token: Callable[[str], bool]) -> Permissions:
    """Decide what a request may do; raises BadRequest, MisdirectedRequest, Forbidden or Unauthorized."""
    host = _check_host(head.headers.get("host", ""), names)
    same_origin = _is_same_origin(head)
    scheme, given = _parse_credentials(head.headers.get("authorization", ""))
    if scheme and not is_token(given):
        raise Unauthorized("this is not the token")
    return Permissions(
        local=host in _LOCAL_NAMES and _is_loopback(head.peer) and not _is_forwarded(head),
        token=scheme == "bearer",
        session=head.session,
        same_origin=same_origin,
        basic=scheme == "basic",
    )


def _is_forwarded(head: RequestHead) -> bool:
    """Return whether a proxy has passed the request on, as far as it shows."""
    return (
        head.proxied
        or head.http_version == "1.0"
        or any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIXES) for name in head.headers)
        or _is_foreign(head.headers.get("referer", ""))
    )


def _is_foreign(referer: str) -> bool:
    """Return whether a page of another host led here, such as one that a proxy shows under its own name."""
    try:
        host = urlsplit(referer).hostname
    except ValueError:
        return True
    return host is not None and _bracket_host(host) not in _LOCAL_NAMES


def _check_host(header: str, names: GatewayNames) -> str:
    """Check the Host against the gateway's names (RFC 9110 section 7.2); the port does not count."""
    found = _HOST.fullmatch(header)
    if found is None:
        raise BadRequest("the Host header is missing or malformed")
    host = found[1].lower().rstrip(".")
    if host not in names.hosts:
        raise MisdirectedRequest(f"the gateway is not called {host}; [web] hosts names what it is called")
    return host


def _is_same_origin(head: RequestHead) -> bool:
    """Return whether a page of ours sent it, and no program; raises Forbidden for requests of other pages."""
    site = head.headers.get("sec-fetch-site", "")
    origin = head.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != head.headers.get("host"):
        raise Forbidden("asked for by a page of another origin")
    if site in {"cross-site", "same-site"} and not _is_link_navigation(head):
        raise Forbidden("asked for by a page of another origin")
    return site == "same-origin" or (not site and origin is not None)


def _is_link_navigation(head: RequestHead) -> bool:
    """Whether a browser shows the answer by itself, so that the page with the link cannot read it."""
    headers = head.headers
    return (
        head.method in READS
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def _parse_credentials(authorization: str) -> tuple[str, str]:
    """Return the scheme and the token: of Bearer (RFC 6750) or, as the password, of Basic (RFC 7617).

    Feed readers support Basic only. Browsers send it unasked, so it lets read and no more.
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


def _bracket_host(host: str) -> str:
    host = host.lower().rstrip(".").strip("[]")
    return f"[{host}]" if ":" in host else host
