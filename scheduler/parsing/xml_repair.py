"""Repairs small flaws of feed documents in their bytes that cost whole entries in an XML parser.

Pure, and linear in the size of the document. What stands in CDATA is not touched.
"""

import re

_REFERENCE = re.compile(
    rb"&#(?:[xX]([0-9A-Fa-f]{1,12})|([0-9]{1,12}));(?:&#(?:[xX]([0-9A-Fa-f]{1,12})|([0-9]{1,12}));)?"
)
_BARE = re.compile(rb"&(?!#[0-9]{1,12};|#[xX][0-9A-Fa-f]{1,12};|[A-Za-z_:][\w.:-]{0,40};)")
_NO_BASE = re.compile(rb"\sxml:base\s*=\s*(?:\"\s*(?:#[^\"<]{0,200})?\"|'\s*(?:#[^'<]{0,200})?')")
_KEPT = re.compile(
    rb"(</?(?:[\w.-]{1,40}:)?)(?=(?:links|authors|contributors|publishers|\w{1,20}_detail)[\s/>])",
    re.IGNORECASE,
)
"""Elements of the names under which feedparser keeps what it has read: a text there is taken for a list."""
_CAPTION = re.compile(rb"<(/?)media:description(?![\w.:-]|[^<>]{0,500}\sxmlns)[^<>]{0,500}?(/?)>")
_LINK_ANCHOR = re.compile(
    rb"(<link>)\s{0,100}<a\s(?:[^<>]{0,500}\s)?href\s*=\s*(?:\"([^\"<>]{1,2048})\"|'([^'<>]{1,2048})'|([^\s<>\"']{1,2048}))"
    rb"[^<>]{0,500}>[^<]{0,500}</a>\s{0,100}(</link>)",
    re.IGNORECASE,
)
"""A link that was written as an element of HTML."""
_FOLLOWS = (
    rb"\s{0,200}<(?:title|link|guid|description|pubdate|author|category|comments|enclosure|source|content:encoded"
    rb"|dc:[a-z]{2,12}|/item|/channel)(?=[\s>/])"
)
_OPEN_LEAF = re.compile(
    rb"(<(title|guid|pubdate|author)(?:\s[^<>]{0,200})?(?<!/)>|<(link)>)([^<]{1,2000}?)(?="
    + _FOLLOWS
    + rb")",
    re.IGNORECASE,
)
"""An element of RSS that holds a text alone, and that the next one begins in."""
_OPEN_TITLE = re.compile(rb"<(title)(?:\s[^<>]{0,200})?>\s{0,200}\Z", re.IGNORECASE)
_NEXT_LEAF = re.compile(_FOLLOWS, re.IGNORECASE)
_HIGH, _LOW, _PAST = 0xD800, 0xDC00, 0xE000
_LAST_CODE_POINT = 0x10FFFF
"""Highest code point of Unicode: a reference beyond it is replaced, as the parser would fail."""


CAPTION = "media_own-description"


def repair_xml(body: bytes) -> bytes:
    """Repair a document in an encoding that is ASCII for ASCII bytes.

    An ampersand that begins no reference is escaped; references to surrogates become the character that a
    pair of them stands for (some writers escape UTF-16 units), those to no character at all U+FFFD; an
    xml:base that says nothing (RFC 3986 section 4.4: a same-document reference) is taken out; elements that
    feedparser trips over get another name; a title, link or date that is left open ends where the next
    element begins. Captions (`media:description`) beside descriptions get another name too, as feedparser
    takes one for the other; what they are called then is CAPTION.
    """
    if b"\x1b" in body:  # ISO-2022: an ampersand's byte can be half a character
        return body
    if b"<media:description" in body and b"<description" in body:
        body = _CAPTION.sub(rb"<\1media:own-description\2>", body)
    first, *others = body.split(b"<![CDATA[")
    parts = [_repair(first)]
    for other in others:
        kept, closed, after = other.partition(b"]]>")
        left_open = _OPEN_TITLE.search(parts[-1][-500:]) if _NEXT_LEAF.match(after) else None
        end = b"</" + left_open[1] + b">" if left_open else b""
        parts.append(kept + closed + end + _repair(after))
    return b"<![CDATA[".join(parts)


def escape_ampersands(text: bytes) -> bytes:
    """Escape each ampersand that begins no reference."""
    return _BARE.sub(b"&amp;", text)


def _repair(text: bytes) -> bytes:
    if b"&" in text:
        text = _REFERENCE.sub(_resolve_reference, escape_ampersands(text))
    text = _OPEN_LEAF.sub(_close_leaf, text)
    text = _LINK_ANCHOR.sub(rb"\1\2\3\4\5", text)
    text = _KEPT.sub(rb"\1own-", text)
    return _NO_BASE.sub(b"", text) if b"xml:base" in text else text


def _close_leaf(found: re.Match[bytes]) -> bytes:
    return found[0] + b"</" + (found[2] or found[3]) + b">"


def _resolve_reference(found: re.Match[bytes]) -> bytes:
    first, second = _number(found[1], found[2]), _number(found[3], found[4])
    if first is not None and second is not None and _HIGH <= first < _LOW <= second < _PAST:
        return b"&#%d;" % (0x10000 + ((first - _HIGH) << 10) + second - _LOW)
    whole = found[0].split(b";")
    return b"".join(
        b"&#65533;" if number > _LAST_CODE_POINT or _HIGH <= number < _PAST else part + b";"
        for number, part in zip((first, second), whole, strict=False)
        if number is not None
    )


def _number(hexadecimal: bytes | None, decimal: bytes | None) -> int | None:
    if hexadecimal:
        return int(hexadecimal, 16)
    return int(decimal) if decimal else None
