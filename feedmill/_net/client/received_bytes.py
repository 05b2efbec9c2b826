"""Counts what a server sends before it is parsed, headers and framing included.

A body's own bytes are counted where it is read. This counts what never becomes a body: interim responses
without end, chunks that are nothing but extensions, trailers.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpResponseParser

from feedmill._net.client.response_parser import LenientResponseParser

FRAMING = 512 << 10
"""Bytes that headers and framing may take besides twice the body's bound."""
MAX_INTERIM = 16
"""Most 1xx responses before the final one (RFC 9110 section 15.2)."""
MAX_HEADERS = 128
"""Most header fields of a response; more are an attack on the parser rather than a site."""
MAX_FIELD = 32 << 10
"""Most bytes of a header field; some sites' policies take 10 KB."""
_FIRST_FINAL_STATUS = 200
"""First status that ends an exchange; lower ones are interim responses."""


class ResponseTooLargeError(aiohttp.ClientPayloadError):
    """A response is larger on the wire than its body may ever be."""


class TooManyInterimError(aiohttp.ClientPayloadError):
    """More interim responses came than any server has a reason to send."""


class ByteCountingProtocol(ResponseHandler):
    """A connection whose every response has a bound of bytes as sent, twice a body's and the framing's.

    `lenient` reads odd heads a second time; through a proxy, which may read them otherwise, nothing is.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, max_wire: int, *, lenient: bool = True) -> None:
        super().__init__(loop)
        self._lenient = lenient
        self._limit = max_wire * 2 + FRAMING
        self._taken = 0
        self._interim = 0
        self._full = False

    def set_response_params(self, **given: Any) -> None:
        """Begin a response."""
        self._taken = self._interim = 0
        super().set_response_params(**given)
        if self._lenient:
            self._parser = LenientResponseParser(  # type: ignore[assignment]
                lambda: self._make_parser(given), self.force_close, max_field_bytes=MAX_FIELD
            )

    def _make_parser(self, given: Mapping[str, Any]) -> HttpResponseParser:
        """Make a parser as the base class does."""
        return HttpResponseParser(
            self,
            self._loop,
            given["read_bufsize"],
            timer=given["timer"],
            payload_exception=aiohttp.ClientPayloadError,
            response_with_body=not given["skip_payload"],
            read_until_eof=given["read_until_eof"],
            auto_decompress=given["auto_decompress"],
            max_line_size=given["max_line_size"],
            max_field_size=given["max_field_size"],
            max_headers=given["max_headers"],
        )

    def data_received(self, data: bytes) -> None:
        """Count what came before it is parsed; past the bound it is dropped and the exchange ends."""
        if self._full:
            return
        self._taken += len(data)
        if self._taken > self._limit:
            self._end(ResponseTooLargeError(f"more than {self._limit} bytes sent, framing included"))
        else:
            super().data_received(data)

    def feed_data(self, data: Any, size: int = 0) -> None:
        """Pass a response's head on."""
        self._interim += data[0].code < _FIRST_FINAL_STATUS
        if self._interim <= MAX_INTERIM:
            super().feed_data(data, size)
        elif not self._full:
            self._end(TooManyInterimError(f"more than {MAX_INTERIM} interim responses"))

    def _end(self, error: aiohttp.ClientPayloadError) -> None:
        self._full = True
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()
        self.set_exception(error)
        if self._payload is not None:
            self._payload.set_exception(error)
