"""Parses responses strictly, and once more leniently from the same bytes where a head or a body's end is odd.

No request is made again. What was read leniently is the last response of its connection.
"""

from collections.abc import Callable
from typing import Any

from aiohttp.http import HttpResponseParser
from aiohttp.http_exceptions import HttpProcessingError, PayloadEncodingError

from feedmill._net.client.body_end import (
    TAIL_BYTES,
    ChunkLines,
    begins_with_bare_line,
    find_chunks_end,
    is_rest_of_body,
    is_whole,
    read_plain_length,
)
from feedmill._net.client.head_repair import MAX_HEAD_BYTES, find_head_end, may_be_head, repair_head


class LenientResponseParser:
    """aiohttp's parser of a response's bytes, with a second try at what it refuses.

    `make` makes a parser, `on_repair` is called when a head or the end of a body was read leniently.
    """

    def __init__(
        self, make: Callable[[], HttpResponseParser], on_repair: Callable[[], None], *, max_field_bytes: int
    ) -> None:
        self._make = make
        self._on_repair = on_repair
        self._max_field_bytes = max_field_bytes
        self._parser = make()
        self._received = b""
        self._refusal: HttpProcessingError | None = None
        self._is_past_head = False
        self._message: Any = None
        self._payload: Any = None
        self._left: int | None = None
        """Bytes of the body that are still to come, where its length was promised."""
        self._begin = self._tail = b""
        self._is_open_end = self._is_done = False
        self._chunk_lines: ChunkLines | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse one more piece; raises HttpProcessingError for what cannot be read either way."""
        if self._is_past_head:
            return self._feed_body(data)
        self._received += data
        if self._refusal is None:
            end = find_head_end(self._received)
            self._left = read_plain_length(self._received[:end]) if end >= 0 else None
            excess = len(self._received) - end - (self._left or 0)
            if self._left and excess > 0:
                return self._feed_excess(data[:-excess], data[-excess:])
            in_bare_lines = end >= 0 and excess > 0 and begins_with_bare_line(self._received[end:])
            try:
                if in_bare_lines:
                    return self._feed_head_first(data[:-excess], data[-excess:])
                parsed = self._parser.feed_data(data)
            except HttpProcessingError as refusal:
                if self._is_past_head or not may_be_head(self._received):
                    raise
                self._refusal = refusal
            else:
                if parsed[0] or len(self._received) > MAX_HEAD_BYTES:
                    self._pass_head(parsed, self._received[end:] if end >= 0 else b"")
                return parsed
        return self._parse_again(self._refusal)

    def feed_eof(self) -> Any:
        """End the response; raises what the strict parser has said of a head that never ended."""
        if self._is_done:
            return None
        if self._refusal is not None and not self._is_past_head:
            raise self._refusal
        if self._is_open_end:
            return self._end_body()
        try:
            return self._parser.feed_eof()
        except PayloadEncodingError:
            if self._payload is None or not is_whole(
                self._begin, self._tail, in_chunks=bool(self._message.chunked)
            ):
                raise
            return self._end_body()

    def _pass_head(self, parsed: tuple[Any, bool, bytes], body: bytes) -> None:
        """Note that the head was read, and `body` of what follows it."""
        self._is_past_head, self._received = True, b""
        if parsed[0]:
            self._message, self._payload = parsed[0][-1]
        self._note_body(body)

    def _note_body(self, piece: bytes) -> None:
        if len(self._begin) < TAIL_BYTES:
            self._begin += piece[:TAIL_BYTES]
        self._tail = (self._tail + piece)[-TAIL_BYTES:]
        if self._left is not None:
            self._left -= len(piece)

    def _feed_body(self, data: bytes) -> tuple[Any, bool, bytes]:
        if self._is_done:
            return (), False, b""
        if self._is_open_end:
            self._payload.feed_data(data)
            return (), False, b""
        if self._left and len(data) > self._left and self._payload is not None:
            return self._feed_excess(data[: self._left], data[self._left :])
        if (
            not self._begin
            and self._message is not None
            and self._message.chunked
            and begins_with_bare_line(data)
        ):
            self._on_repair()
            self._chunk_lines = ChunkLines()
        if self._chunk_lines is not None:
            data = self._chunk_lines.repair(data)
        self._note_body(data)
        return self._parser.feed_data(data) if data else ((), False, b"")

    def _feed_excess(self, data: bytes, excess: bytes) -> tuple[Any, bool, bytes]:
        """Parse the last bytes of a body as promised, and what follows them where that is its rest."""
        self._on_repair()
        if not is_rest_of_body((self._received or self._tail) + data, excess) or not data:
            self._is_past_head = self._is_done = True
            return self._parser.feed_data(data)
        parsed = self._parser.feed_data(data[:-1])  # the last byte would end the body
        if not self._is_past_head:
            self._pass_head(parsed, b"")
        self._payload.feed_data(data[-1:] + excess)
        if self._message.should_close:
            self._is_open_end = True
        else:
            self._end_body()
        return parsed

    def _feed_head_first(self, head: bytes, body: bytes) -> tuple[Any, bool, bytes]:
        """Parse the end of a head by itself, then the begin of its body, whose chunks' lines may be bare."""
        parsed = self._parser.feed_data(head)
        self._pass_head(parsed, b"")
        self._feed_body(body)
        return parsed

    def _end_body(self) -> None:
        """End a body that the parser would not end."""
        self._is_done = True
        self._on_repair()
        self._payload.feed_eof()

    def _parse_again(self, refusal: HttpProcessingError) -> tuple[Any, bool, bytes]:
        end = find_head_end(self._received)
        if end < 0 and len(self._received) <= MAX_HEAD_BYTES:
            return (), False, b""
        body_end = find_chunks_end(self._received[end:]) if 0 <= end <= MAX_HEAD_BYTES else -1
        if body_end >= 0 and b"chunked" in self._received[:end].lower():
            self._received = self._received[: end + body_end]
        head = None
        if 0 <= end <= MAX_HEAD_BYTES:
            head = repair_head(self._received[:end], max_field_bytes=self._max_field_bytes)
            if head is None and body_end >= 0:
                head = self._received[:end]
        if head is None:
            raise refusal
        rest = self._received[end:]
        if b"chunked" in head.lower() and begins_with_bare_line(rest):
            self._chunk_lines = ChunkLines()
            rest = self._chunk_lines.repair(rest)
        self._parser = self._make()
        self._on_repair()
        parsed = self._parser.feed_data(head + rest)
        self._pass_head(parsed, rest)
        self._is_done = body_end >= 0
        return parsed
