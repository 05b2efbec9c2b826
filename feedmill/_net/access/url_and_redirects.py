"""Decides where a request may go, and where a redirect leads, by addresses of pages. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urljoin

import httpx

from feedmill._net.access.addresses import parse_literal
from feedmill._net.access.ports import find_port_refusal
from feedmill._net.errors import BadRedirectError, BadUrlError, ForbiddenPortError, NetError

FOLLOWED_STATUSES = frozenset({301, 302, 303, 307, 308})
"""Status codes that lead elsewhere (RFC 9110 section 15.4)."""

MAX_URL_CHARS = 2048
"""Characters of an address that is requested; longer ones are errors of templates, or loops."""
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,254}")
_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.IGNORECASE)
NO_PORTS: frozenset[int] = frozenset()
PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Header fields that are meant for one origin (RFC 6454) only."""
_MAX_PARSED_URLS = 256
"""Bounds the addresses kept parsed: an address is checked, and then requested, within one poll or page."""


@lru_cache(maxsize=_MAX_PARSED_URLS)
def parse_url(url: str) -> httpx.URL:
    """Parse an address that is requested. Raises httpx.InvalidURL."""
    return httpx.URL(url)


def check_url(url: str, *, ports: frozenset[int] = NO_PORTS) -> str:
    """Return the address as it is requested, without fragment; `ports` are allowed beside the web's.

    Raises BadUrlError for other schemes than http and https, for a missing host and for credentials in it,
    ForbiddenPortError for another service's port.
    """
    if len(url) > MAX_URL_CHARS:
        raise BadUrlError(url[:200], f"longer than {MAX_URL_CHARS} characters")
    try:
        parsed = parse_url(url.strip())
        host = parsed.host  # decodes punycode, which may be none
    except (httpx.InvalidURL, ValueError) as error:
        raise BadUrlError(url, str(error)) from error
    if parsed.scheme not in {"http", "https"}:
        raise BadUrlError(url, f"scheme {parsed.scheme!r} is not http or https")
    if not host:
        raise BadUrlError(url, "names no host")
    if not _is_host(parsed.raw_host.decode("ascii", "replace")):
        raise BadUrlError(url, "no host has such a name")
    if parsed.userinfo:
        raise BadUrlError(str(parsed.copy_with(username=None, password=None)), "carries credentials")
    why = None if parsed.port is None else find_port_refusal(parsed.port, ports)
    if why:
        raise ForbiddenPortError(url, why)
    return str(parsed.copy_with(fragment=None) if "#" in url else parsed)


def _is_host(host: str) -> bool:
    """Return whether a host is an address or has a name that the DNS may have.

    What ends in a number and is no address is neither (URL Standard, "ends in a number"), and an escaped
    name means what its reader unescapes it to.
    """
    if "%" in host:  # the zone of an address names an interface of one machine (RFC 6874)
        return False
    if ":" in host or parse_literal(host) is not None:
        return True
    return _NAME.fullmatch(host) is not None and not _NUMBER.search(host)


def resolve_redirect(
    url: str, location: str | None, *, ports: frozenset[int] = NO_PORTS, downgrade: bool = False
) -> str:
    """Return the address that a redirect from `url` leads to.

    Raises BadRedirectError when it names none, names one that `check` refuses, or leaves https for http and
    `downgrade` does not allow it; ForbiddenPortError as `check` does.
    """
    if not location:
        raise BadRedirectError(url, "names no target")
    try:
        target = check_url(urljoin(url, location.strip()), ports=ports)
    except ForbiddenPortError:
        raise
    except (NetError, ValueError) as error:
        raise BadRedirectError(
            url, f"leads to {location[:200]!r}: {getattr(error, 'detail', error)}"
        ) from error
    if not downgrade and url.startswith("https:") and target.startswith("http:"):
        raise BadRedirectError(url, f"leaves https for {target}")
    return target


def select_headers_for_redirect(headers: Mapping[str, str], url: str, target: str) -> Mapping[str, str]:
    """Return the header fields that go along with a redirect: to another origin, none meant for one only."""
    if parse_url(url).copy_with(path="/", query=None) == parse_url(target).copy_with(path="/", query=None):
        return headers
    return {name: value for name, value in headers.items() if name.lower() not in PRIVATE_HEADERS}
