"""Finds from its bytes what a document is: a feed, an HTML page, something binary; and whether it is whole.

Pure, and linear in the size of the document.
"""

import codecs
import re
from dataclasses import dataclass

from feedmill._unicode_normalization import unescape
from scheduler.parsing.charsets import convert_wide_to_utf8
from scheduler.parsing.document_models import MalformedDocument

HEAD_BYTES = 65536
"""Bytes in which a document's root, wrapper or NUL is searched for: bounds the cost of large documents."""
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x7fELF",
    b"ID3",
)
_ROOT = re.compile(rb"<((?:[A-Za-z][\w.-]{0,40}:)?(?:rss|feed|RDF|channel))[\s>/]", re.IGNORECASE)
_TAG = re.compile(rb"<!?[A-Za-z][\w:.-]{0,60}")
_SPACE = re.compile(rb"\s*")
_ENTRY_END = re.compile(rb"</(?:[A-Za-z][\w.-]{0,40}:)?(?:item|entry)\s*>")
_BROKEN_DECLARATION = re.compile(rb"<\?xml\s[^<>]{0,200}(?=<)")
_WRAPPED = re.compile(
    rb"<body[^<>]{0,500}>\s{0,100}(?:<pre[^<>]{0,500}>\s{0,100})?"
    rb"(?P<inner>(?:<|(?P<escaped>&lt;))(?:\?xml|rss|feed|rdf:RDF)[\s?])",
    re.IGNORECASE,
)
_HTML_TAGS = frozenset({b"<!doctype", b"<html", b"<head", b"<body"})


@dataclass(frozen=True, slots=True)
class DetectedFeed:
    """A document that has a feed's root."""

    body: bytes
    """From the XML declaration or the root on; ends with the last complete entry when it was cut."""
    transcoded: bool
    """The body was given in UTF-16 or UTF-32 and is UTF-8 here."""
    truncated: bool


def detect_feed(body: bytes) -> DetectedFeed | MalformedDocument:
    """Decide what a document is. A feed that stands alone in an HTML page, as some previews do, is a feed."""
    text, transcoded = convert_to_ascii_superset(body)
    return _detect(text, transcoded=transcoded)


def _detect(text: bytes, *, transcoded: bool, unwrapped: bool = False) -> DetectedFeed | MalformedDocument:
    if not text.strip():
        return MalformedDocument(
            outcome="empty", detail="no bytes" if not text else "nothing but white space"
        )
    if text.startswith(_BINARY) or (b"\0" in text[:HEAD_BYTES] and not text.lstrip().startswith(b"<")):
        return MalformedDocument(outcome="binary", detail=f"begins with {text[:8].hex(' ')}")
    start = _content_start(text)
    if start is None:
        return MalformedDocument(outcome="truncated", detail="breaks off before the root")
    first = _TAG.match(text, start)
    if first and first[0].lower() in _HTML_TAGS and not _is_feed_doctype(text, start):
        wrapped = None if unwrapped else _WRAPPED.search(text[:HEAD_BYTES])
        if wrapped is None:
            return MalformedDocument(outcome="html", detail="an HTML page")
        inner = text[wrapped.start("inner") :]
        if wrapped["escaped"]:
            inner = unescape(inner.decode("utf-8", "replace")).encode("utf-8", "replace")
        return _detect(inner, transcoded=transcoded, unwrapped=True)
    root = _ROOT.search(text, start, start + HEAD_BYTES)
    return _name_non_feed(text) if root is None else _detect_with_root(text, root, transcoded=transcoded)


def convert_to_ascii_superset(body: bytes) -> tuple[bytes, bool]:
    """Return a document so that its ASCII characters are bytes of ASCII; and whether it was transcoded."""
    narrow = convert_wide_to_utf8(body)
    if narrow is not None:
        return narrow, True
    while body.startswith(codecs.BOM_UTF8):
        body = body.removeprefix(codecs.BOM_UTF8)
    return body, False


def _content_start(text: bytes) -> int | None:
    """Find what follows white space, declarations and comments; None when one of them breaks off."""
    at = 0
    while True:
        at = _skip_space(text, at)
        if text.startswith(b"<!--", at):
            end = text.find(b"-->", at)
        elif text.startswith(b"<?", at):
            end = text.find(b"?>", at)
        else:
            return at if at < len(text) else None
        if end < 0:
            broken = _BROKEN_DECLARATION.match(text, at)
            if broken is None:
                return None
            at = broken.end()
            continue
        at = text.index(b">", end) + 1


def _skip_space(text: bytes, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _is_feed_doctype(text: bytes, start: int) -> bool:
    head = text[start : start + 200].lower()
    return head.startswith(b"<!doctype") and not head[9:].lstrip().startswith(b"html")


def _name_non_feed(text: bytes) -> MalformedDocument:
    begun = text.lstrip()[:40].decode("utf-8", "replace").replace("\0", "")
    if re.search(rb"<opml[\s>]", text[:HEAD_BYTES], re.IGNORECASE):
        return MalformedDocument(
            outcome="not_a_feed", detail="a list of feeds (OPML): `feedmill feeds import` reads it"
        )
    if re.search(rb"<(?:html|head|body|div|p|h1)[\s>]", text[:HEAD_BYTES], re.IGNORECASE):
        return MalformedDocument(outcome="html", detail="an HTML page")
    return MalformedDocument(outcome="not_a_feed", detail=f"no feed's root; begins with {begun!r}")


def _detect_with_root(
    text: bytes, root: re.Match[bytes], *, transcoded: bool
) -> DetectedFeed | MalformedDocument:
    begin = _find_declaration(text, root.start())
    if _closes_itself(text, root.start()) or text.rfind(b"</" + root[1]) >= 0:
        return DetectedFeed(text[begin:], transcoded, truncated=False)
    return _cut_at_break(text[begin:], root[1], transcoded=transcoded)


def _find_declaration(text: bytes, root: int) -> int:
    """Find where the document proper begins: its XML declaration, else its root."""
    declared = text.rfind(b"<?xml ", 0, root)
    return declared if declared >= 0 and text.find(b"?>", declared, root) > 0 else root


def _closes_itself(text: bytes, root: int) -> bool:
    end = text.find(b">", root)
    return end > 0 and text[end - 1 : end] == b"/"


def _cut_at_break(text: bytes, root: bytes, *, transcoded: bool) -> DetectedFeed | MalformedDocument:
    """Keep what stands before the break: up to the last entry that ends."""
    cut = 0
    for end in _ENTRY_END.finditer(text):
        cut = end.end()
    if cut == 0:
        return MalformedDocument(
            outcome="truncated", detail=f"breaks off after {len(text)} bytes, before an entry ends"
        )
    closing = b"</channel></" + root + b">" if root.lower().endswith(b"rss") else b"</" + root + b">"
    return DetectedFeed(text[:cut] + closing, transcoded, truncated=True)
