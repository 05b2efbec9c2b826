"""Reads links as feeds write them, and as browsers read them (URL Standard, sections 4.4 and 4.5). Pure.

What browsers do before they join a link with its base is done here: spaces at the ends and line breaks go,
backslashes are slashes, slashes that are missing or too many after the scheme do not count. The indentation
of a line that was wrapped goes too, and of several links in one place the first counts.
"""

import re
from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

from feedmill._text_safety import plain_text
from feedmill._unicode_normalization import unescape

MAX_URL_CHARS = 2048
"""Characters of a link or guid; a longer link counts as none, as a cut one would lead elsewhere."""

_ENDS = "".join(map(chr, range(0x21)))
_BREAKS = re.compile(r"(?<! ) *[\t\n\r][\t\n\r ]*")
_SECOND = re.compile(r"(?<=\S)\s+https?://", re.IGNORECASE)
"""Begins another link in the same place."""
_SCHEME = re.compile(r"(https?):([/\\]*)", re.IGNORECASE)
_ONE_SLASH = re.compile(r"(https?):[/\\\\]?(?![/\\\\])", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_TAIL = re.compile(r"[?#]")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)
_WWW = re.compile(r"www\.[a-z0-9-]{1,63}\.[a-z]", re.IGNORECASE)
_TWICE = re.compile(r"https?:/{0,3}(?=https?://)", re.IGNORECASE)
_ANCHOR = re.compile(
    r"\s*<a\s(?:[^<>]*\s)?href\s*=\s*(?:\"([^\"<>]{1,2048})\"|'([^'<>]{1,2048})'|([^\s<>\"']{1,2048}))",
    re.IGNORECASE,
)


def join_link(base: str, written: str, hosts: Collection[str] = ()) -> str:
    """Return the address that a link stands for against a base; "" where it can be none.

    `hosts` are the feed's own: a link that begins with one of them has lost its scheme, as have those that
    begin with `www.`; a scheme that stands twice counts once.
    """
    written = _read_anchor(written).strip(_ENDS)
    second = _SECOND.search(written) if written[:4].lower() == "http" else None
    written = _BREAKS.sub("", written[: second.start()] if second else written)
    if "<" in written:
        return ""
    written = _TWICE.sub("", _write_slashes(_restore_scheme(written, base, hosts), base))
    try:
        return urljoin(base, written.replace(" ", "%20"))
    except ValueError:
        return ""


def read_host(url: str) -> str:
    """Return an address's host with its port, in lower case, without `www.`; "" where it has none."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return ""


def _read_anchor(written: str) -> str:
    """Return the address of a link that was written as an element of HTML, else what is written."""
    anchor = _ANCHOR.match(written) if "<" in written else None
    if anchor is None:
        return written
    return unescape(anchor[1] or anchor[2] or anchor[3])


def _restore_scheme(written: str, base: str, hosts: Collection[str]) -> str:
    if _WWW.match(written):
        return f"http://{written}"
    scheme = _ONE_SLASH.match(written)
    rest = written[scheme.end() :] if scheme else written
    host = _HOST.match(rest)
    if host is not None and host[0].lower().removeprefix("www.") in {read_host(base), *hosts}:
        return f"{scheme[1] if scheme else urlsplit(base).scheme or 'http'}://{rest}"
    return written


def _write_slashes(written: str, base: str) -> str:
    """Write backslashes and odd numbers of slashes after a scheme as browsers read them."""
    scheme = _SCHEME.match(written)
    if scheme is None and _ANY_SCHEME.match(written):
        return written
    tail = _TAIL.search(written)
    end = tail.start() if tail else len(written)
    path = written[:end].replace("\\", "/")
    if scheme is None:
        path = re.sub(r"^/{3,}", "//", path)
    elif len(scheme[2]) > 1 or not base.lower().startswith(f"{scheme[1].lower()}:"):
        path = f"{scheme[1]}://{path[scheme.end() :]}"
    return path + written[end:]


def resolve_link(candidate: object, base: str, hosts: Collection[str] = ()) -> str | None:
    """Return the http(s) address that a link stands for, against a base; None when it is none.

    It is read as browsers read links; `hosts` are the feed's own, as of `join_link`.
    """
    if not isinstance(candidate, str) or not candidate.strip():
        return None
    joined = join_link(base, plain_text(candidate), hosts)
    fits = len(joined) <= MAX_URL_CHARS and joined.lower().startswith(("http://", "https://"))
    return joined if fits else None
