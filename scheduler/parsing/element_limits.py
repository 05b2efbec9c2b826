"""Cuts what an entry has too many of out of a feed document, before feedparser compares each with all others.

feedparser 6.0.14 looks every topic up among those before it, every attribute of an element, and every
element's namespace among all that are declared: that takes the square of their number. Pure, and linear in
the size of the document.
"""

import re
from itertools import islice

MOST_TOPICS = 400
"""Categories of an entry that are read; of these `scheduler.parsing.text_cleaning` keeps far fewer."""
MOST_KEYWORDS_BYTES = 4000
"""Bytes of a list of keywords in one element, of which each becomes a topic."""
MOST_ATTRIBUTES = 100
"""Attributes of an element that are read: each is compared with all before it."""
MOST_NAMESPACES = 200
"""Prefixes that are declared in a document, each compared with every element's; past them a document is read
by the lenient parser, to which a prefix is a part of the name."""
_MIN_COUNTED_BYTES = 600
"""Bytes of a tag from which its attributes are counted: a hundred of the shortest have more."""
_MAX_TOPIC_BYTES = 5000
"""Bytes of a topic's element that is read."""
_PREFIX = rb"(?:[\w.-]{1,40}:)?"
_TOPIC = re.compile(
    rb"(</" + _PREFIX + rb"(?:item|entry)\s*>)|<(" + _PREFIX + rb"(?:category|subject))(?=[\s/>])",
    re.IGNORECASE,
)
_KEYWORDS = re.compile(
    rb"(<"
    + _PREFIX
    + rb"(?:keywords|tags)(?:\s[^<>]{0,500})?>\s{0,20}(?:<!\[CDATA\[)?[^<\]]{%d})[^<\]]+"
    % MOST_KEYWORDS_BYTES,
    re.IGNORECASE,
)
_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{%d,}>" % _MIN_COUNTED_BYTES)
_ATTRIBUTE = re.compile(rb"\s[^\s=<>\"'/]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")

_DECLARED = re.compile(
    rb"\sxmlns:([^\s=<>\"'/]{1,100})\s{0,20}=\s{0,20}(?:\"[^\"<]{0,2000}\"|'[^'<]{0,2000}')"
)


def without_excess(body: bytes) -> bytes:
    """Leave out topics, keywords, attributes and declared prefixes past the most that are read."""
    body = _LONG_TAG.sub(_with_fewer_attributes, body)
    if body.count(b"xmlns:") > MOST_NAMESPACES:
        body = _with_fewer_namespaces(body)
    lowered = body.lower()
    if b"keywords" in lowered or b"tags" in lowered:
        body = _KEYWORDS.sub(rb"\1", body)
    if lowered.count(b"category") + lowered.count(b"subject") > MOST_TOPICS:
        body = _with_fewer_topics(body)
    return body


def _with_fewer_attributes(tag: re.Match[bytes]) -> bytes:
    text = tag[0]
    if text.count(b"=") <= MOST_ATTRIBUTES:
        return text
    last = next(islice(_ATTRIBUTE.finditer(text), MOST_ATTRIBUTES - 1, None), None)
    if last is None:
        return text
    return text[: last.end()] + (b"/>" if text.endswith(b"/>") else b">")


def _with_fewer_namespaces(body: bytes) -> bytes:
    kept: set[bytes] = set()

    def keep_first(declared: re.Match[bytes]) -> bytes:
        if len(kept) < MOST_NAMESPACES:
            kept.add(declared[1])
        return declared[0] if declared[1] in kept else b""

    return _DECLARED.sub(keep_first, body)


def _with_fewer_topics(body: bytes) -> bytes:
    kept: list[bytes] = []
    at = count = 0
    for mark in _TOPIC.finditer(body):
        if mark[1]:
            count = 0
        elif mark.start() >= at:
            count += 1
            end = _element_end(body, mark) if count > MOST_TOPICS else 0
            if end:
                kept.append(body[at : mark.start()])
                at = end
    return b"".join((*kept, body[at:]))


def _element_end(body: bytes, mark: re.Match[bytes]) -> int:
    """Find where an element ends, within so many bytes; 0 where it does not."""
    opened = body.find(b">", mark.end(), mark.end() + _MAX_TOPIC_BYTES)
    if opened < 0 or body[opened - 1 : opened] == b"/":
        return opened + 1
    closing = b"</" + mark[2] + b">"
    closed = body.find(closing, opened, opened + _MAX_TOPIC_BYTES)
    return closed + len(closing) if closed >= 0 else 0
