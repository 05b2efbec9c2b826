"""Finds the end of a body whose framing gives it wrongly or not at all. Pure.

A connection that closes within chunks has ended a body that shows itself to be whole: it is a document whose
root is closed, or a packed one, whose own end is checked when it is unpacked. Fewer bytes than were promised
are no plain document, whatever they look like. What follows a body is its rest where that leaves a document
open, as lengths are counted in letters now and then; another response never is. Lines of chunks may end with
a line feed alone (RFC 9112 section 2.2 lets a recipient read lines so).
"""

import re

TAIL_BYTES = 200
"""Last bytes of a body as sent that are kept to see how it ends."""
_ROOT_CLOSED = rb"</(?:rss|feed|rdf:rdf|urlset|html)\s{0,20}>\s{0,60}"
_CLOSED = re.compile(rb"(?:" + _ROOT_CLOSED + rb"|\}\s{0,60})\Z", re.IGNORECASE)
_CLOSED_IN_CHUNKS = re.compile(
    rb"(?:" + _ROOT_CLOSED + rb"|\}\s{0,60}\r\n0{1,8})(?:\r\n)?(?:0{1,8}(?:\r\n)?)?\Z", re.IGNORECASE
)
_PACKED = re.compile(rb"\A(?:[0-9a-f]{1,8}[^\r\n]{0,80}\r\n)?\x1f\x8b\x08", re.IGNORECASE)
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]{0,8}(\d{1,12})[ \t]{0,8}(?=\r?\n)", re.IGNORECASE)
_OTHER_FRAMING = re.compile(
    rb"\ntransfer-encoding:|\ncontent-encoding:[ \t]{0,8}(?:x-)?(?:gzip|deflate)", re.IGNORECASE
)
_GOOD = re.compile(rb"HTTP/1\.[01] 200(?: |\r?\n)")
_BARE_LINE = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]{0,8}(?:;[^\r\n]{0,200})?\n")
_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")
_MAX_LINE_BYTES = 1024
"""Of a line between chunks; a longer one is passed on as it is, and refused."""
_LAST_CHUNK = b"\r\n0\r\n\r\n"


def is_whole(begin: bytes, tail: bytes, *, in_chunks: bool) -> bool:
    """Return whether a body that broke off is whole; `begin` and `tail` are of its bytes as sent."""
    if _PACKED.match(begin):
        return True
    return in_chunks and _CLOSED_IN_CHUNKS.search(tail) is not None


def read_plain_length(head: bytes) -> int | None:
    """Return the length that a good answer promises of a body that is not coded; None for any other."""
    lengths = _LENGTH.findall(head)
    if len(lengths) != 1 or not _GOOD.match(head) or _OTHER_FRAMING.search(head):
        return None
    return int(lengths[0])


def is_rest_of_body(before: bytes, excess: bytes) -> bool:
    """Return whether bytes past the promised length are the rest of a document that is open before them."""
    return bool(excess.strip()) and not excess.lstrip().startswith(b"HTTP/") and not _CLOSED.search(before)


def find_chunks_end(body: bytes) -> int:
    """Return where the last of a body's chunks ends if bytes follow it; -1 where none do."""
    end = body.find(_LAST_CHUNK) + len(_LAST_CHUNK)
    return end if len(_LAST_CHUNK) <= end < len(body) else -1


def begins_with_bare_line(body: bytes) -> bool:
    """Return whether the first line of a body in chunks ends with a line feed alone."""
    return _BARE_LINE.match(body) is not None


class ChunkLines:
    """Writes the lines between a body's chunks with the ends that they should have."""

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        """Bytes of the present chunk that are still to come."""
        self._is_end = self._is_last = self._is_odd = False

    def repair(self, data: bytes) -> bytes:
        """Return one more piece of the body, its lines ended as RFC 9112 section 7.1 has it."""
        made: list[bytes] = []
        while data and not self._is_odd:
            if self._left:
                made.append(data[: self._left])
                self._left, data = self._left - len(made[-1]), data[self._left :]
                self._is_end = not self._left
                continue
            line, found, data = data.partition(b"\n")
            self._line += line
            if not found and len(self._line) <= _MAX_LINE_BYTES:
                break
            made.append(self._read_line(found))
        return b"".join((*made, data if self._is_odd else b""))

    def _read_line(self, found: bytes) -> bytes:
        """Read a whole line: of a size, of trailers, or the empty one behind a chunk."""
        line, self._line = self._line, b""
        bare = line.removesuffix(b"\r")
        size = _SIZE.match(bare)
        if not found or (self._is_end and bare) or not (self._is_end or self._is_last or size):
            self._is_odd = True
            return line + found
        if not self._is_end and not self._is_last and size:
            self._left = int(size[0], 16)
            self._is_last = not self._left
        self._is_end = False
        return bare + b"\r\n"
