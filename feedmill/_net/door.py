"""The door: one HTTP client for feeds and pages, with a bound on everything.

What it never does: keep cookies, send credentials, read proxies or passwords from the environment, leave
https for http unasked, go to an address or a port that is refused, or hold more of a body than allowed.
"""

import asyncio
import functools
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from feedmill._net import hops, wire
from feedmill._net.addresses import literal, networks, refusal
from feedmill._net.body import PLACES, read_body
from feedmill._net.coding import ACCEPTED
from feedmill._net.errors import DeadlineError, ForbiddenAddressError, NetError, RedirectLoopError
from feedmill._net.exchange import OTHER, Errand, Exchange, Witness
from feedmill._net.fetched import Fetched, Heard, Redirect
from feedmill._net.fields import as_bytes, as_text, fields_of
from feedmill._net.foreign import FOREIGN, named
from feedmill._net.guard import Guard, ProxyOnly, PublicOnly, Resolver, socket_factory
from feedmill._net.proxy import proxy_of
from feedmill._net.settings import DoorSettings
from feedmill._net.tls import build_tls

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
BODILESS = frozenset({204, 304})


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
        self._places = asyncio.Semaphore(PLACES)
        self._allowed = networks(settings.allow_private)
        self._ports = frozenset(settings.allow_ports)
        self._proxy = None if settings.proxy is None else proxy_of(settings.proxy)

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        tls = self._tls or build_tls()
        session = aiohttp.ClientSession(
            connector=self._connector(tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_headers=wire.MAX_HEADERS,
            max_field_size=wire.MAX_FIELD,
        )
        self._transport = AiohttpTransport(client=session, verify=tls, trust_env=False, proxy=self._proxy)
        return self

    def _connector(self, tls: ssl.SSLContext) -> aiohttp.TCPConnector:
        guard = self._guard()
        connector = aiohttp.TCPConnector(
            ssl=tls,
            limit=self._settings.connections,
            resolver=Resolver(guard),
            socket_factory=socket_factory(guard),
        )
        # The only place where bytes are met before they are parsed.
        connector._factory = functools.partial(  # type: ignore[assignment]  # noqa: SLF001
            wire.Metered, asyncio.get_running_loop(), self._settings.max_wire
        )
        return connector

    def _guard(self) -> Guard:
        if self._proxy is None:
            return PublicOnly(self._allowed, self._ports)
        return ProxyOnly(self._proxy.url.host.rstrip(".").lower(), self._proxy.url.port or 80)

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

        `headers` go with every hop, those meant for one origin not to another one. `on_redirect` is awaited
        with each new address before it is requested, within the deadline; what it raises passes through.
        `errand` says what it is for. Raises NetError.
        """
        try:
            async with asyncio.timeout(deadline_s) as clock:
                return await self._travel(url, headers, on_redirect, errand)
        except TimeoutError as error:
            if clock.expired():
                raise DeadlineError(url, f"more than {deadline_s:g} s") from error
            raise

    async def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] = NO_HEADERS, deadline_s: float
    ) -> Fetched:
        """Send `body` to `url` with POST, all within `deadline_s` seconds; no redirect is followed.

        The answer's body is empty where it cannot be read within the door's bounds. Raises NetError.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(deadline_s) as clock:
                at = self._checked(hops.check(url, ports=self._ports))
                request = self._request("POST", at, headers, body)
                heard = Heard()
                try:
                    await self._exchange(at, request, heard)
                except NetError:
                    if not heard.status:
                        raise
        except TimeoutError as error:
            if clock.expired():
                raise DeadlineError(url, f"more than {deadline_s:g} s") from error
            raise
        return heard.fetched(at, (), started)

    async def _travel(
        self,
        url: str,
        headers: Mapping[str, str],
        on_redirect: Callable[[str], Awaitable[None]] | None,
        errand: Errand,
    ) -> Fetched:
        started = time.monotonic()
        at = self._checked(hops.check(url, ports=self._ports))
        been = {at}
        redirects: list[Redirect] = []
        while True:
            heard = await self._witnessed(at, headers, errand, len(redirects))
            if heard.status not in hops.FOLLOWED:
                return heard.fetched(at, tuple(redirects), started)
            target = self._follow(at, as_text(heard.headers.get("location")))
            headers = hops.carried(headers, at, target)
            at = target
            redirects.append(Redirect(heard.status, at))
            if at in been:  # without cookies it would answer the same again
                raise RedirectLoopError(url, f"leads back to {at}")
            been.add(at)
            if len(redirects) > self._settings.redirects:
                raise RedirectLoopError(url, f"more than {self._settings.redirects} redirects")
            if on_redirect is not None:
                await on_redirect(at)

    def _follow(self, url: str, location: str | None) -> str:
        downgrade = self._settings.allow_downgrade
        return self._checked(hops.follow(url, location, ports=self._ports, downgrade=downgrade))

    def _checked(self, url: str) -> str:
        """Refuse a forbidden address that is written in the URL itself: a proxy would go there for us."""
        address = literal(httpx.URL(url).host) if self._proxy is not None else None
        if address is not None and (why := refusal(address, self._allowed)):
            raise ForbiddenAddressError(url, why)
        return url

    async def _witnessed(self, url: str, headers: Mapping[str, str], errand: Errand, hop: int) -> Heard:
        """Do one request and tell the witness of it, however it ends."""
        request = self._request("GET", url, headers)
        heard = Heard()
        began = time.monotonic()
        try:
            await self._exchange(url, request, heard)
            return heard
        finally:
            if self._witness is not None:
                ended = time.monotonic()
                self._witness(
                    Exchange(
                        errand=errand,
                        hop=hop,
                        url=url,
                        sent=fields_of(request.headers.raw),
                        began=began,
                        answered=heard.at or ended,
                        ended=ended,
                        status=heard.status,
                        headers=heard.headers,
                        body=heard.body,
                    )
                )

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Request:
        sent = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED, **headers}
        return httpx.Request(
            method,
            url,
            headers=[(name.encode(), as_bytes(value)) for name, value in sent.items()],  # byte for byte
            content=body,
            extensions={"timeout": {"connect": self._settings.connect_s}},
        )

    async def _exchange(self, url: str, request: httpx.Request, heard: Heard) -> None:
        """Do one request; a redirect's body is not read."""
        assert self._transport is not None, "the door is not open"
        try:
            response = await self._transport.handle_async_request(request)
            try:
                answered = fields_of(response.headers.raw)
                status = response.status_code
                heard.at, heard.status, heard.headers = time.monotonic(), status, answered
                if status not in hops.FOLLOWED and status not in BODILESS:
                    heard.body, heard.place = await read_body(url, response, self._settings, self._places)
            finally:
                await response.aclose()
        except FOREIGN as error:
            raise named(url, error) from error
