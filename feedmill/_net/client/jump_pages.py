"""Finds where a page leads that only redirects: by meta refresh, script or a lone link. Pure, and bounded.

Sources: HTML, section 4.2.5.3 (Refresh); the pages of redirectors, which jump by a script, or show the one
address that they were asked with. A page that has text of its own is no jump but at once and by its own head.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._net.access import url_and_redirects
from feedmill._net.client.header_encoding import decode_address_field
from feedmill._net.client.response import JUMP, HttpResponse, PartialResponse
from feedmill._unicode_normalization import unescape

MOST_READ_BYTES = 64 << 10
"""Bytes of the largest page that is read as a jump; a larger one has content of its own."""
MAX_DELAY_S = 5.0
"""Seconds of the longest delay of a jump; a longer one is for reading: many front pages renew themselves."""
MAX_WORDS_CHARS = 600
"""Visible characters of a page that jumps by a script or its one link; more are an article."""
MAX_OWN_CHARS = 2000
"""Visible characters of a page that jumps by its head; more are an article."""
_BEGIN_BYTES = 2000
"""Bytes in which a page must begin as one: what has markup further down only is no page."""
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,200}(?:<!--.{0,1000}?-->\s{0,200})?<(?:!doctype\s+html|html|head|body|meta|script|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]|&lt;(?:rss|feed|rdf:rdf)\s", re.IGNORECASE)
"""A feed may stand in a page, as previews show it."""
_REFRESH = re.compile(
    r"\s*(\d{0,6}(?:\.\d{0,6})?)\s*[;,]\s*(?:url\s*=\s*)?([\"']?)(.{1,2048}?)\2\s*$",
    re.IGNORECASE | re.DOTALL,
)
_META = re.compile(r"<meta\s([^<>]{1,2400})>", re.IGNORECASE)
_EQUIV = re.compile(r"http-equiv\s*=\s*[\"']?refresh[\"'\s/]?", re.IGNORECASE)
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]{1,2200})\"|'([^']{1,2200})')", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<(noscript)\b[^<>]{0,400}>", re.IGNORECASE)
_COMMENT = re.compile(r"<(!--)")
_SCRIPT = re.compile(r"<(script)\b([^<>]{0,400})>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(script|style|noscript|template|title|head)\b[^<>]{0,400}>", re.IGNORECASE)
_CLOSINGS = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("script", "style", "noscript", "template", "title", "head")
} | {"!--": re.compile("-->")}
_MAX_SCRIPT_CHARS = 8000
"""Characters of a script that is read for a jump: one that only sends on is short."""
_TAG = re.compile(r"<[^<>]{0,4000}>")
_STRING = r"\"(?:[^\"\\\n]|\\.){1,2048}\"|'(?:[^'\\\n]|\\.){1,2048}'"
_LOCATION = re.compile(
    r"(?:(?:window|document|self|top|parent)\.){0,2}location(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\s*\(\s*)"
    rf"(?:({_STRING})|([A-Za-z_$][\w$]{{0,40}})\s*(?:[;)\n}}]|$))"
)
_ONLOAD = re.compile(
    r"<body\s[^<>]{0,500}?onload\s*=\s*(?:\"([^\"<>]{1,2400})\"|'([^'<>]{1,2400})')", re.IGNORECASE
)
_WRAPPER = re.compile(
    r"(?:setTimeout\s*\(|window\.onload\s*=|addEventListener\s*\(\s*[\"']\w{1,20}[\"']\s*,|\()\s*"
    r"(?:function\s*\w{0,20}\s*\(\s*\)|\(\s*\)\s*=>)\s*\{"
)
_DECISION = re.compile(r"\b(?:if|else|function|switch|case|confirm|while)\b|=>|\?|&&|\|\|")
_ANCHOR = re.compile(
    r"<a\s(?:[^<>]{0,1000}\s)?href\s*=\s*(?:\"([^\"<>]{1,2048})\"|'([^'<>]{1,2048})')", re.IGNORECASE
)
_FORM = re.compile(r"<(?:form|input|iframe|frame|article|main)\b", re.IGNORECASE)

JumpFinder = Callable[[str, Mapping[str, str], bytes], str | None]
"""Given an address, the answer's header fields and its body: where that page leads by itself."""


def find_jump(url: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return the address that an answer sends its reader on to, as it is written; None where it is a page."""
    refresh = _read_refresh(headers.get("refresh", ""))
    if refresh is not None and _is_elsewhere(url, refresh):
        return refresh
    if len(body) > MOST_READ_BYTES or b"<" not in body[:200]:
        return None
    text = _cut_elements(body.decode("utf-8", "replace"), _COMMENT)
    shown = " ".join(_TAG.sub(" ", _cut_elements(text, _UNSEEN)).split())
    if len(shown) > MAX_OWN_CHARS:
        return None
    found = _find_meta(_cut_elements(text, _NOSCRIPT))
    if found is None and len(shown) <= MAX_WORDS_CHARS and not _FORM.search(text):
        found = _find_script(text) or _find_named_link(url, text)
    return found if found is not None and _is_elsewhere(url, found) else None


def find_feed_jump(url: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """Return the address that the answer of a feed sends on to; None where it is no such page."""
    is_page = _PAGE.match(body[:_BEGIN_BYTES]) is not None and not _FEED_ROOT.search(body[:MOST_READ_BYTES])
    return find_jump(url, headers, body) if is_page else None


def find_target(
    url: str, partial: PartialResponse, find_jump: JumpFinder | None
) -> tuple[str | None, int | None]:
    """Return where an answer leads and by which status; no status: nowhere."""
    if partial.status in url_and_redirects.FOLLOWED_STATUSES:
        return decode_address_field(partial.headers.get("location")), partial.status
    jump = find_jump(url, partial.headers, partial.body) if find_jump and partial.status == JUMP else None
    return jump, None if jump is None else JUMP


def left_site_by_jump(asked: str, found: HttpResponse) -> bool:
    """Return whether a page's own word, not its server's, has led to another site: that proves no name."""
    at = asked
    for redirect in found.redirects:
        if redirect.status == JUMP and find_site(redirect.url) != find_site(at):
            return True
        at = redirect.url
    return False


def _find_elements(text: str, opening: re.Pattern[str]) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield the opening and the closing of elements that do not overlap; one that is never closed is none.

    A closing is searched for once for all the openings before it: the time grows with the text alone.
    """
    closings: dict[str, re.Match[str] | None] = {}
    at = 0
    while (opened := opening.search(text, at)) is not None:
        name = opened[1].lower()
        closed = closings.get(name)
        if name not in closings or (closed is not None and closed.start() < opened.end()):
            closed = closings[name] = _CLOSINGS[name].search(text, opened.end())
        if closed is not None:
            yield opened, closed
        at = opened.end() if closed is None else closed.end()


def _cut_elements(text: str, opening: re.Pattern[str]) -> str:
    """Put a space in the place of each element of a kind."""
    kept, at = [], 0
    for opened, closed in _find_elements(text, opening):
        kept.append(text[at : opened.start()])
        at = closed.end()
    return " ".join((*kept, text[at:]))


def _read_refresh(written: str) -> str | None:
    found = _REFRESH.match(written[:2400])
    if found is None or float(f"0{found[1]}") > MAX_DELAY_S:
        return None
    return found[3].strip() or None


def _find_meta(text: str) -> str | None:
    for meta in _META.finditer(text):
        content = _CONTENT.search(meta[1]) if _EQUIV.search(meta[1]) else None
        if content is not None:
            return _read_refresh(unescape(content[1] or content[2]))
    return None


def _find_script(text: str) -> str | None:
    """Find the address that a script goes to without a condition, as a literal or by a name."""
    onload = _ONLOAD.search(text)
    scripts = [
        text[opened.end() : closed.start()]
        for opened, closed in _find_elements(text, _SCRIPT)
        if "src" not in opened[2].lower() and closed.start() - opened.end() <= _MAX_SCRIPT_CHARS
    ]
    scripts += [unescape(onload[1] or onload[2])] if onload else []
    for script in scripts:
        found = _LOCATION.search(script)
        if found is None or _DECISION.search(_WRAPPER.sub(" ", script[: found.start()])):
            continue
        literal = found[1] or _find_value(script[: found.start()], found[2])
        if literal:
            return _read_string(literal)
    return None


def _find_value(script: str, name: str) -> str | None:
    """Find the string that a name was given, if it was given one alone."""
    given = re.findall(rf"(?<![\w$.]){re.escape(name)}\s*=\s*({_STRING})\s*[;,\n]", script)
    return given[0] if len(given) == 1 else None


def _read_string(literal: str) -> str | None:
    """Read a string of JavaScript."""
    inner = re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", literal[1:-1]).replace("\\'", "'").replace('\\"', '"')
    try:
        return str(json.loads('"' + inner.replace('"', '\\"') + '"'))
    except ValueError:
        return None


def _find_named_link(url: str, text: str) -> str | None:
    """Find the only link of a page that was asked for with that very address in its query."""
    links = {unescape(one or two) for one, two in _ANCHOR.findall(text)}
    given = {value for _, value in parse_qsl(urlsplit(url).query)}
    found = links.pop() if len(links) == 1 else ""
    return found if found.startswith(("http://", "https://")) and found in given else None


def _is_elsewhere(url: str, target: str) -> bool:
    """Return whether a target is another page: one that renews itself is none."""
    try:
        there, here = urlsplit(urljoin(url, target)), urlsplit(url)
    except ValueError:
        return True  # refused where it is followed
    return (there.netloc, there.path.rstrip("/")) != (here.netloc, here.path.rstrip("/")) or (
        there.query != here.query and "refresh" not in there.query.lower()
    )
