"""Parses responses strictly, and once more leniently from the same bytes where a head is odd.

No request is made again. What was read leniently is the last response of its connection.
"""

from collections.abc import Callable
from typing import Any

from aiohttp.http import HttpResponseParser
from aiohttp.http_exceptions import HttpProcessingError

from feedmill._net.client.head_repair import MAX_HEAD_BYTES, find_head_end, may_be_head, repair_head


class LenientResponseParser:
    """aiohttp's parser of a response's bytes, with a second try at a head that it refuses.

    `make` makes a parser, `on_repair` is called when a head was repaired.
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

    def __getattr__(self, name: str) -> Any:
        return getattr(self._parser, name)

    def feed_data(self, data: bytes) -> tuple[Any, bool, bytes]:
        """Parse one more piece; raises HttpProcessingError for what cannot be read either way."""
        if self._is_past_head:
            return self._parser.feed_data(data)
        self._received += data
        if self._refusal is None:
            try:
                parsed = self._parser.feed_data(data)
            except HttpProcessingError as refusal:
                if not may_be_head(self._received):
                    raise
                self._refusal = refusal
            else:
                if parsed[0] or len(self._received) > MAX_HEAD_BYTES:
                    self._is_past_head, self._received = True, b""
                return parsed
        return self._parse_again(self._refusal)

    def feed_eof(self) -> Any:
        """End the response; raises what the strict parser has said of a head that never ended."""
        if self._refusal is not None and not self._is_past_head:
            raise self._refusal
        return self._parser.feed_eof()

    def _parse_again(self, refusal: HttpProcessingError) -> tuple[Any, bool, bytes]:
        end = find_head_end(self._received)
        if end < 0 and len(self._received) <= MAX_HEAD_BYTES:
            return (), False, b""
        head = None
        if 0 <= end <= MAX_HEAD_BYTES:
            head = repair_head(self._received[:end], max_field_bytes=self._max_field_bytes)
        if head is None:
            raise refusal
        rest, self._received = self._received[end:], b""
        self._parser, self._is_past_head = self._make(), True
        self._on_repair()
        return self._parser.feed_data(head + rest)
