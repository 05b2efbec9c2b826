"""Resolves an xml:base that is relative to a relative one, or broken; feedparser does not. Pure, and linear.

RFC 3986 section 5.1 and XML Base section 4: each base stands against the one around it, the outermost against
the address of the document. An address that names no host (a template that was not filled, a file of the
author's disk) is no base: the one around it counts. All others, and the guids that feedparser resolves by
them, are read as they always were.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

_BASE = re.compile(rb"(\sxml:base\s*=\s*)(?:\"([^\"<>]{0,2048})\"|'([^'<>]{0,2048})')")
_TAG = re.compile(rb"<(?:(!--|!\[CDATA\[)|(/?)([A-Za-z_][\w:.-]{0,60})((?:\s[^<>]{0,8000}?)?)(/?)>)")
_LEADS_NOWHERE = re.compile(
    rb"\s*(?:file:|https?:[/\\]*+(?:[^@/?#\\]{0,200}@)?+"
    rb"(?!(?!https?:/)(?:[^\s\x00-,/:-@\[-^`{-\x7f]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{0,5})?(?:[/?#\\]|\s*\Z)))",
    re.IGNORECASE,
)
"""A base that has no host, or something else in its place."""
_MAX_DEPTH = 200
"""Open elements that are followed; what nests deeper is left as it is, to bound the work."""


def resolve_nested_bases(body: bytes, url: str) -> bytes:
    """Write whole addresses for the relative bases within relative ones; `url` is the document's."""
    given = [found[2] or found[3] or b"" for found in _BASE.finditer(body)]
    broken = any(map(_LEADS_NOWHERE.match, given))
    if not broken and (len(given) < 2 or all(map(_is_absolute, given))):  # noqa: PLR2004  one alone stands in none
        return body
    kept: list[bytes] = []
    opened: list[tuple[bytes, bytes]] = []
    at = 0
    for tag in _list_tags(body):
        if tag[2]:
            _close(opened, tag[3])
            continue
        outer = opened[-1][1] if opened else b""
        own = _BASE.search(tag[4])
        base = _resolve(own, outer, url) if own else outer
        if own is not None and _is_read_otherwise(own, outer, base):
            kept += [body[at : tag.start(4) + own.start()], own[1], b'"' + base + b'"']
            at = tag.start(4) + own.end()
        if not tag[5]:
            opened.append((tag[3], base))
        if len(opened) > _MAX_DEPTH:
            return body
    return b"".join((*kept, body[at:]))


def _is_read_otherwise(own: re.Match[bytes], outer: bytes, base: bytes) -> bool:
    """Return whether feedparser would not come to that base."""
    given = (own[2] or own[3] or b"").strip()
    if given == base:
        return False
    return _LEADS_NOWHERE.match(given) is not None or (bool(outer) and not _is_absolute(outer))


def _list_tags(body: bytes) -> Iterator[re.Match[bytes]]:
    """Return the tags of a document, past its comments and CDATA sections, up to one that never ends."""
    read = 0
    while tag := _TAG.search(body, read):
        read = tag.end()
        if tag[1]:
            read = body.find(b"-->" if tag[1] == b"!--" else b"]]>", read)
            if read < 0:
                return
        else:
            yield tag


def _resolve(own: re.Match[bytes], outer: bytes, url: str) -> bytes:
    """Return a base against the one around it, whole where that is known or relative."""
    base = (own[2] or own[3] or b"").strip()
    if _LEADS_NOWHERE.match(base):
        return outer or url.encode("utf-8", "surrogateescape")
    if not outer or _is_absolute(base):
        return base
    return _join(url if not _is_absolute(outer) else "", outer, base)


def _close(opened: list[tuple[bytes, bytes]], name: bytes) -> None:
    """Close the innermost open element of that name, and those within it; of none: pass it over."""
    for place in range(len(opened) - 1, -1, -1):
        if opened[place][0] == name:
            del opened[place:]
            return


def _join(url: str, outer: bytes, base: bytes) -> bytes:
    names = (outer.decode("utf-8", "surrogateescape"), base.decode("utf-8", "surrogateescape"))
    try:
        joined = urljoin(urljoin(url, names[0]), names[1])
    except ValueError:
        return outer
    return joined.replace('"', "%22").encode("utf-8", "surrogateescape")


def _is_absolute(base: bytes) -> bool:
    return base.strip()[:8].lower().startswith((b"http://", b"https://"))
