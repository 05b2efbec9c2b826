"""The door: one HTTP client for feeds and pages, with a bound on everything.

What it never does: keep cookies, send credentials, read proxies or passwords from the environment, leave
https for http, go to an address that the guard refuses, or hold more of a body than allowed.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from feedmill._net import hops
from feedmill._net.addresses import networks
from feedmill._net.coding import ACCEPTED, Decoding
from feedmill._net.errors import DeadlineError, RedirectLoopError, TooLargeError
from feedmill._net.exchange import OTHER, Errand, Exchange, Witness
from feedmill._net.foreign import FOREIGN, named
from feedmill._net.guard import socket_factory
from feedmill._net.tls import build_tls

MIB = 1 << 20
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
BODILESS = frozenset({204, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """How the door behaves; sizes in bytes, times in seconds."""

    user_agent: str
    """Names the software and an address to complain to."""
    allow_private: tuple[str, ...] = ()
    """Address blocks that are allowed though they are not public."""
    max_wire: int = 10 * MIB
    """Most bytes of a body as sent."""
    max_decoded: int = 15 * MIB
    """Most bytes of a body after its content coding is undone."""
    connect_s: float = 10.0
    redirects: int = 5
    connections: int = 256
    """Most connections at a time."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect on the way: its status code and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status code."""

    url: str
    """The address that answered, after redirects."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case; values of a repeated name are joined by a comma."""
    body: bytes
    """With its content coding undone."""
    redirects: tuple[Redirect, ...]
    elapsed_s: float


class Door:
    """An open door; use it as an async context manager, in the process and loop that fetches.

    `tls` comes from `build_tls`, where it is built ahead of a fork. `witness` is told of every request.
    """

    def __init__(
        self, settings: DoorSettings, *, tls: ssl.SSLContext | None = None, witness: Witness | None = None
    ) -> None:
        self._settings = settings
        self._witness = witness
        self._tls = tls
        self._transport: AiohttpTransport | None = None

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        tls = self._tls or build_tls()
        connector = aiohttp.TCPConnector(
            ssl=tls,
            limit=self._settings.connections,
            socket_factory=socket_factory(networks(self._settings.allow_private)),
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        self._transport = AiohttpTransport(client=session, verify=tls, trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    async def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        deadline_s: float,
        on_redirect: Callable[[str], Awaitable[None]] | None = None,
        errand: Errand = OTHER,
    ) -> Fetched:
        """Request `url` with GET and follow its redirects, all within `deadline_s` seconds.

        `headers` go with every hop. `on_redirect` is awaited with each new address before it is requested,
        within the deadline; what it raises passes through. `errand` says what it is for. Raises NetError.
        """
        try:
            async with asyncio.timeout(deadline_s) as clock:
                return await self._travel(url, headers, on_redirect, errand)
        except TimeoutError as error:
            if clock.expired():
                raise DeadlineError(url, f"more than {deadline_s:g} s") from error
            raise

    async def _travel(
        self,
        url: str,
        headers: Mapping[str, str],
        on_redirect: Callable[[str], Awaitable[None]] | None,
        errand: Errand,
    ) -> Fetched:
        started = time.monotonic()
        at = hops.check(url)
        redirects: list[Redirect] = []
        while True:
            status, answered, body = await self._witnessed(at, headers, errand, len(redirects))
            if status not in hops.FOLLOWED:
                return Fetched(
                    url=at,
                    status=status,
                    headers=answered,
                    body=body,
                    redirects=tuple(redirects),
                    elapsed_s=time.monotonic() - started,
                )
            at = hops.follow(at, _as_text(answered.get("location")))
            redirects.append(Redirect(status, at))
            if len(redirects) > self._settings.redirects:
                raise RedirectLoopError(url, f"more than {self._settings.redirects} redirects")
            if on_redirect is not None:
                await on_redirect(at)

    async def _witnessed(
        self, url: str, headers: Mapping[str, str], errand: Errand, hop: int
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Do one request and tell the witness of it, however it ends."""
        sent = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED, **headers}
        request = httpx.Request(
            "GET",
            url,
            headers=[(name.encode(), _as_bytes(value)) for name, value in sent.items()],  # byte for byte
            extensions={"timeout": {"connect": self._settings.connect_s}},
        )
        heard = _Heard()
        began = time.monotonic()
        try:
            return await self._exchange(url, request, heard)
        finally:
            if self._witness is not None:
                ended = time.monotonic()
                self._witness(
                    Exchange(
                        errand=errand,
                        hop=hop,
                        url=url,
                        sent=_headers(request.headers.raw),
                        began=began,
                        answered=heard.at or ended,
                        ended=ended,
                        status=heard.status,
                        headers=heard.headers,
                        body=heard.body,
                    )
                )

    async def _exchange(
        self, url: str, request: httpx.Request, heard: "_Heard"
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Do one request; a redirect's body is not read."""
        assert self._transport is not None, "the door is not open"
        try:
            response = await self._transport.handle_async_request(request)
            try:
                answered = _headers(response.headers.raw)
                status = response.status_code
                heard.at, heard.status, heard.headers = time.monotonic(), status, answered
                if status not in hops.FOLLOWED and status not in BODILESS:
                    heard.body = await self._body(url, response)
                return status, answered, heard.body
            finally:
                await response.aclose()
        except FOREIGN as error:
            raise named(url, error) from error

    async def _body(self, url: str, response: httpx.Response) -> bytes:
        decoding = Decoding(url, response.headers.get("content-encoding"), self._settings.max_decoded)
        limit = self._settings.max_wire
        declared = response.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise TooLargeError(url, f"says {declared} bytes, {limit} are allowed")
        taken = 0
        async for piece in response.aiter_raw():
            taken += len(piece)
            if taken > limit:
                raise TooLargeError(url, f"more than {limit} bytes sent")
            decoding.add(piece)
        return decoding.finish()


@dataclass(slots=True)
class _Heard:
    """What has come of an answer so far."""

    at: float = 0.0
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def _headers(raw: list[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Read header fields, a character for each byte (Latin-1): none is lost. Repeated ones are joined."""
    fields: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1").lower(), value_bytes.decode("latin-1")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return MappingProxyType(fields)


def _as_bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _as_text(value: str | None) -> str | None:
    """Read an address in a header: some are sent in UTF-8."""
    try:
        return value and value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value
