"""Undoes content codings with a bound: one layer of gzip or deflate, all gzip members.

RFC 9110 section 8.4. A body that decodes to more than allowed is refused before it is held in memory.
"""

import codecs
import re
import zlib

from feedmill._net.errors import BadEncodingError, BombError, TooLargeError

ACCEPTED = "gzip, deflate"
"""What goes into Accept-Encoding."""

GZIP_MAGIC = b"\x1f\x8b"
NO_CODINGS = frozenset({"", "identity", "none", "no", "null", "plain", "text", "binary", "7bit", "8bit"})
"""What servers write where a body has no coding; some write a character set."""
SNIFFED_BYTES = 64
"""Bytes that are awaited before a coding is decided: enough for how a document begins."""
_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,40}(?:<\?xml[\s>]|<!doctype[\s>]|<html[\s>]|<rss[\s>]|<feed[\s>]|"
    rb"<rdf:rdf[\s>]|\{\s{0,20}\"\w)",
    re.IGNORECASE,
)
"""How a document begins that is not coded: no compressed data begins like this but by one chance in 2^32."""
MAX_MEMBERS = 1000
"""Members of one gzip body: each costs a new decoder, however few bytes it has."""
FREE_BYTES = 1 << 20
"""Decoded bytes that may come of however few: short texts that repeat themselves are common."""


def _name_coding(coding: str | None) -> str:
    """Return the name of a coding; what names none, or a character set, names the identity.

    One that is named twice may have been applied once: both a program and its server write it.
    """
    names = [part.strip().lower() for part in (coding or "").split(",")]
    real = [name for name in names if name not in NO_CODINGS and not _is_charset(name)]
    if not real:
        return "identity"
    name = real[0] if len(set(real)) == 1 else ", ".join(real)
    return name.removeprefix("x-") if name == "x-gzip" else name


def _is_charset(name: str) -> bool:
    try:
        "".encode(codecs.lookup(name).name)  # what turns bytes into bytes is no character set
    except (LookupError, ValueError, AssertionError):
        return False
    return True


def _is_zlib(data: bytes) -> bool:
    """Return whether data begins with a header of zlib's format (RFC 1950 section 2.2)."""
    return len(data) > 1 and data[0] & 0x8F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # noqa: PLR2004


class ContentDecoder:
    """Undoes the content coding of one body, piece by piece; holds the decoded bytes.

    Raises TooLargeError when more than `max_sent` bytes are sent or the decoded body passes `limit`,
    BombError when it is more than `ratio` times what was sent, BadEncodingError when the coding is unknown
    or nested, or the data breaks off or is not what the header says.
    """

    def __init__(
        self, url: str, coding: str | None, *, limit: int, ratio: int = 200, max_sent: int | None = None
    ) -> None:
        self._url = url
        self._limit = limit
        self._ratio = ratio
        self._max_sent = max_sent
        self.sent = 0
        """Bytes as sent, so far."""
        self._out = bytearray()
        self._head = b""
        self._members = 0
        self._inflate: zlib._Decompress | None = None
        self._finished = False
        self._name = _name_coding(coding)
        self._is_doubled = "," in (coding or "")
        self._pending = b""
        self._is_known = self._name == "identity"

    @property
    def decoded_bytes(self) -> int:
        """Bytes decoded so far."""
        return len(self._out)

    def feed_bytes(self, piece: bytes) -> None:
        """Decode one more piece of the body."""
        self.sent += len(piece)
        if self._max_sent is not None and self.sent > self._max_sent:
            raise TooLargeError(self._url, f"more than {self._max_sent} bytes sent")
        if not self._is_known:
            self._pending += piece
            if len(self._pending) < SNIFFED_BYTES:
                return
            piece = self._decide()
        self._decode(piece)

    def cut(self) -> bytes:
        """Return what is decoded so far of a body that is not read on."""
        return bytes(self._out)

    def finish(self) -> bytes:
        """Return the whole decoded body."""
        if not self._is_known and self._pending:
            self._decode(self._decide())
        begun = bool(self._head) or self._inflate is not None
        if begun and not self._finished:
            raise BadEncodingError(self._url, f"{self._name} data breaks off")
        if self._is_doubled and self._out.startswith(GZIP_MAGIC):
            raise BadEncodingError(self._url, "packed twice")
        return bytes(self._out)

    def _decode(self, piece: bytes) -> None:
        if self._name == "identity":
            self._keep(piece)
        else:
            self._add_coded(piece)

    def _decide(self) -> bytes:
        """Take a body that begins as a document does for one, whatever its coding is said to be."""
        begun, self._pending, self._is_known = self._pending, b"", True
        if _DOCUMENT.match(begun):
            self._name = "identity"
        elif begun.startswith(GZIP_MAGIC):
            self._name = "gzip"
        elif self._name == "gzip" and _is_zlib(begun):
            self._name = "deflate"
        if self._name not in {"identity", "gzip", "deflate"}:
            raise BadEncodingError(self._url, f"content coding {self._name!r} was not asked for")
        return begun

    def _keep(self, piece: bytes) -> None:
        if len(self._out) + len(piece) > self._limit:
            self._out += piece[: self._limit - len(self._out)]
            raise TooLargeError(self._url, f"more than {self._limit} bytes decoded")
        self._out += piece

    def _add_coded(self, piece: bytes) -> None:
        data = self._head + piece
        self._head = b""
        while data:
            if self._inflate is None or self._finished:
                if len(data) < len(GZIP_MAGIC):
                    self._head = data
                    return
                if self._finished and not (self._name == "gzip" and data.startswith(GZIP_MAGIC)):
                    return  # padding after the last member says nothing
                self._open(data)
            data = self._inflate_some(data)

    def _open(self, data: bytes) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise BadEncodingError(self._url, f"more than {MAX_MEMBERS} gzip members")
        if self._name == "gzip":
            window = 16 + zlib.MAX_WBITS
        else:
            # Some servers send the bare deflate format (RFC 1951) where RFC 9110 asks for zlib's (RFC 1950).
            window = zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS
        self._inflate = zlib.decompressobj(wbits=window)
        self._finished = False

    def _inflate_some(self, data: bytes) -> bytes:
        assert self._inflate is not None
        try:
            while data and not self._inflate.eof:
                allowed = min(self._limit, max(FREE_BYTES, self.sent * self._ratio))
                more = self._inflate.decompress(data, max(allowed - len(self._out), 0) + 1)
                if allowed < self._limit and len(self._out) + len(more) > allowed:
                    raise BombError(self._url, f"{self.sent} bytes sent make more than {allowed}")
                self._keep(more)
                data = self._inflate.unconsumed_tail
        except zlib.error as error:
            raise BadEncodingError(self._url, f"not {self._name} data: {error}") from error
        self._finished = self._inflate.eof
        return self._inflate.unused_data if self._finished else b""
