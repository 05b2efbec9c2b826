"""Content codings undone with a bound: one layer of gzip or deflate, all gzip members.

RFC 9110 section 8.4. A body that decodes to more than allowed is refused before it is held in memory.
"""

import zlib

from feedmill._net.errors import BadEncodingError, BombError, TooLargeError

ACCEPTED = "gzip, deflate"
"""What goes into Accept-Encoding."""

GZIP_MAGIC = b"\x1f\x8b"
MAX_MEMBERS = 1000
FREE = 1 << 20
"""So many decoded bytes may come of however few: short texts that repeat themselves are common."""


class Decoding:
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
        name = (coding or "").strip().lower()
        if name not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise BadEncodingError(url, f"content coding {name!r} was not asked for")
        self._name = "gzip" if name == "x-gzip" else name

    @property
    def held(self) -> int:
        """Bytes decoded so far."""
        return len(self._out)

    def add(self, piece: bytes) -> None:
        """Decode one more piece of the body."""
        self.sent += len(piece)
        if self._max_sent is not None and self.sent > self._max_sent:
            raise TooLargeError(self._url, f"more than {self._max_sent} bytes sent")
        if self._name in {"", "identity"}:
            self._keep(piece)
        else:
            self._add_coded(piece)

    def finish(self) -> bytes:
        """Give the whole decoded body."""
        begun = bool(self._head) or self._inflate is not None
        if begun and not self._finished:
            raise BadEncodingError(self._url, f"{self._name} data breaks off")
        return bytes(self._out)

    def _keep(self, piece: bytes) -> None:
        if len(self._out) + len(piece) > self._limit:
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
            wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # noqa: PLR2004
            window = zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
        self._inflate = zlib.decompressobj(wbits=window)
        self._finished = False

    def _inflate_some(self, data: bytes) -> bytes:
        assert self._inflate is not None
        try:
            while data and not self._inflate.eof:
                allowed = min(self._limit, max(FREE, self.sent * self._ratio))
                more = self._inflate.decompress(data, max(allowed - len(self._out), 0) + 1)
                if allowed < self._limit and len(self._out) + len(more) > allowed:
                    raise BombError(self._url, f"{self.sent} bytes sent make more than {allowed}")
                self._keep(more)
                data = self._inflate.unconsumed_tail
        except zlib.error as error:
            raise BadEncodingError(self._url, f"not {self._name} data: {error}") from error
        self._finished = self._inflate.eof
        return self._inflate.unused_data if self._finished else b""
