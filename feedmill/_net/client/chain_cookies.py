"""Keeps cookies within one chain of redirects (RFC 6265): some sites ask for one before they give a feed.

Stricter than the standard: a cookie goes back to the host that set it alone, and all are dropped where the
chain leaves their site. Nothing outlives the chain. Pure but for its own state.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

MAX_COOKIE_BYTES = 4096
"""Bytes of all cookies that are sent back in one request."""
MAX_COOKIES = 20
"""Cookies of one chain of redirects: bounds what a server can have sent back."""
_PAIR = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,200})\s*=\s*([\x21-\x3a\x3c-\x7e]*)\s*$")


@dataclass(frozen=True, slots=True)
class _Cookie:
    value: str
    path: str
    is_secure: bool


@dataclass(slots=True)
class ChainCookies:
    """What the servers of one chain have set so far, by host and name."""

    _host: str = ""
    _jar: dict[tuple[str, str], _Cookie] = field(default_factory=dict)

    def enter(self, url: str) -> None:
        """Go to an address: to another site without what was set before."""
        host = urlsplit(url).hostname or ""
        if self._host and not _is_same_site(host, self._host):
            self._jar.clear()
        self._host = host

    def store(self, url: str, fields: list[str]) -> None:
        """Keep what the fields of an answer set, each the value of one Set-Cookie."""
        host, path = urlsplit(url).hostname or "", urlsplit(url).path
        for text in fields[:MAX_COOKIES]:
            pair, *rest = text.split(";") if len(text) <= MAX_COOKIE_BYTES else [""]
            found = _PAIR.match(pair)
            if found is None:
                continue
            given = {
                name.strip().lower(): value.strip() for name, _, value in (one.partition("=") for one in rest)
            }
            if given.get("domain") and not _covers(given["domain"].lstrip(".").lower(), host):
                continue
            if (
                given.get("max-age", "1").lstrip("-") != given.get("max-age", "1")
                or given.get("max-age") == "0"
            ):
                self._jar.pop((host, found[1]), None)
                continue
            where = given.get("path", "")
            scope = where if where.startswith("/") else path.rpartition("/")[0] or "/"
            if len(self._jar) < MAX_COOKIES or (host, found[1]) in self._jar:
                self._jar[host, found[1]] = _Cookie(found[2], scope, "secure" in given)

    def write_header(self, url: str) -> str:
        """Return the value of Cookie for a request; "" for none."""
        parts = urlsplit(url)
        pairs: list[str] = []
        for (host, name), cookie in self._jar.items():
            fits = host == parts.hostname and _is_within(parts.path or "/", cookie.path)
            if fits and (parts.scheme == "https" or not cookie.is_secure):
                pairs.append(f"{name}={cookie.value}")
        header = "; ".join(pairs)
        return header if len(header) <= MAX_COOKIE_BYTES else ""


def _is_within(path: str, scope: str) -> bool:
    """Return whether a path is within a cookie's (RFC 6265 section 5.1.4)."""
    return path == scope or path.startswith(scope if scope.endswith("/") else f"{scope}/")


def _covers(domain: str, host: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _is_same_site(one: str, two: str) -> bool:
    """Return whether two hosts may be of one site: they end alike. Cookies go to their own host anyway."""
    ends = [host.rsplit(".", 2)[-2:] for host in (one, two)]
    return one == two or (ends[0] == ends[1] and not (one.replace(".", "").isdigit() or ":" in one))
