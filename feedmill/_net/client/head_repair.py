"""Reads the heads of responses that browsers and curl read, and a strict parser refuses. Pure.

What has no name, or one that is no token (RFC 9110 section 5.1), is left out, folded lines are joined (RFC
9112 section 5.2), lines past the bound are left out, a length that stands twice counts once (RFC 9112 section
6.3). Whatever could move the end of the body makes a head unreadable: two different lengths, a length beside
a transfer coding, an odd line that names one of them, control characters.
"""

import re

MAX_HEAD_BYTES = 256 << 10
"""Bytes of a head that is repaired: a larger one is no accident."""
MAX_FIELDS = 120
"""Header fields that a repaired head keeps: fewer than the strict parser allows."""
_STATUS = re.compile(rb"HTTP/1\.[01] [2-5]\d\d(?: [^\x00-\x08\x0a-\x1f]{0,500})?")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_FRAMING = (b"content-length", b"transfer-encoding")
_END = re.compile(rb"\r?\n\r?\n")


def find_head_end(received: bytes) -> int:
    """Return where a head ends, its empty line included; -1 where it does not yet."""
    end = _END.search(received)
    return end.end() if end else -1


def may_be_head(received: bytes) -> bool:
    """Return whether bytes begin as the head of a final response does."""
    begin = received[:10]
    return b"HTTP/1.1 2".startswith(begin[:10]) or re.match(rb"HTTP/1\.[01] [2-5]", begin) is not None


def repair_head(head: bytes, *, max_field_bytes: int) -> bytes | None:
    """Return a head without what the strict parser refuses; None where nothing is or may be repaired."""
    status, *lines = re.split(rb"\r?\n", head.rstrip(b"\r\n"))
    if _STATUS.fullmatch(status) is None:
        return None
    fields = _read_fields(lines)
    if fields is None:
        return None
    framing = [(name, value) for name, value in fields if name.lower() in _FRAMING]
    given = b",".join(value for name, value in framing if name.lower() == _FRAMING[0])
    lengths = {part.strip() for part in given.split(b",")} if given else set()
    if not given and any(name.lower() == _FRAMING[0] for name, _ in framing):
        return None
    codings = [value for name, value in framing if name.lower() == _FRAMING[1]]
    if len(codings) == 1 and codings[0].strip().lower() == b"identity":  # names none (RFC 2616 section 3.6)
        codings = []
    if len(lengths) > 1 or (lengths and codings) or len(codings) > 1 or not all(map(bytes.isdigit, lengths)):
        return None
    rest = [field for field in fields if field[0].lower() not in _FRAMING]
    short = [(name, value) for name, value in rest if len(name) + len(value) < max_field_bytes]
    kept = [(_FRAMING[0], length) for length in lengths] + [(_FRAMING[1], value) for value in codings]
    kept += short[: MAX_FIELDS - len(kept)]
    repaired = b"".join((status, b"\r\n", *(name + b": " + value + b"\r\n" for name, value in kept), b"\r\n"))
    is_same = len(kept) == len(lines) and len(framing) == len(kept) - len(short) and b"," not in given
    return None if is_same else repaired


def _read_fields(lines: list[bytes]) -> list[tuple[bytes, bytes]] | None:
    """Read the fields of a head, without odd lines; None where an odd one may be about the body's end."""
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        if _CONTROL.search(line):
            return None
        if line[:1] in {b" ", b"\t"}:
            if not fields or fields[-1][0].lower() in _FRAMING or _speaks_of_framing(line):
                return None
            fields[-1] = (fields[-1][0], fields[-1][1] + b" " + line.strip())
            continue
        name, colon, value = line.partition(b":")
        if colon and _TOKEN.fullmatch(name):
            fields.append((name, value.strip()))
        elif _speaks_of_framing(line):
            return None
    return fields


def _speaks_of_framing(line: bytes) -> bool:
    return any(word in line.lower() for word in (b"length", b"transfer", b"chunked"))
