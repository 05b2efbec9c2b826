"""Requests feeds and pages: the one HTTP client, with a bound on everything.

What it never does: keep cookies beyond a chain of redirects, send credentials but to their own origins, read
proxies or passwords from the environment, leave https for http unasked, go to an address or a port that is
refused, or hold more of a body than allowed.
"""

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType, TracebackType
from typing import Self

import httpx

from feedmill._net.access import url_and_redirects
from feedmill._net.access.addresses import find_address_refusal, parse_literal, parse_networks
from feedmill._net.client.body_reader import MAX_LARGE_BODIES, read_body
from feedmill._net.client.chain_cookies import ChainCookies
from feedmill._net.client.content_decoding import ACCEPTED
from feedmill._net.client.error_mapping import LIBRARY_ERRORS, map_library_error
from feedmill._net.client.exchange_record import OTHER_PURPOSE, Exchange, ExchangeListener, RequestPurpose
from feedmill._net.client.header_encoding import decode_fields, encode_field
from feedmill._net.client.jump_pages import JumpFinder, find_target
from feedmill._net.client.response import HttpResponse, PartialResponse, Redirect
from feedmill._net.client.transports import Transports, build_tls
from feedmill._net.client_settings import HttpClientSettings
from feedmill._net.errors import (
    BadRedirectError,
    DeadlineError,
    ForbiddenAddressError,
    NetError,
    RedirectLoopError,
)
from feedmill._site_credentials.credentials import CredentialChain

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
BODILESS_STATUSES = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class _Way:
    """What goes with every request of a chain."""

    headers: Mapping[str, str]
    on_redirect: Callable[[str], Awaitable[None]] | None
    purpose: RequestPurpose
    find_jump: JumpFinder | None
    keeps_cut: bool
    credentials: CredentialChain | None


class HttpClient:
    """An open door; use it as an async context manager, in the process and loop that fetches.

    `tls` stands in for the context of `build_tls`. `witness` is called for every request.
    """

    def __init__(
        self,
        settings: HttpClientSettings,
        *,
        tls: ssl.SSLContext | None = None,
        listener: ExchangeListener | None = None,
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._tls = tls
        self._transports: Transports | None = None
        self._places = asyncio.Semaphore(MAX_LARGE_BODIES)
        self._allowed = parse_networks(settings.allow_private)
        self._ports = frozenset(settings.allow_ports)

    async def __aenter__(self) -> Self:
        """Open the connection pools."""
        self._transports = Transports(self._settings, self._tls or build_tls())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        if self._transports is not None:
            await self._transports.aclose()
            self._transports = None

    async def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        deadline_s: float,
        on_redirect: Callable[[str], Awaitable[None]] | None = None,
        purpose: RequestPurpose = OTHER_PURPOSE,
        find_jump: JumpFinder | None = None,
        keeps_cut: bool = False,
        credentials: CredentialChain | None = None,
    ) -> HttpResponse:
        """Request `url` with GET and follow its redirects, all within `deadline_s` seconds.

        `find_jump` is shown what a 200 answer is, and says where it leads if it is a redirect all the same.
        `keeps_cut` gives the begin of a body that is too large (`HttpResponse.is_cut`).

        `headers` go with every hop, those meant for one origin not to another one. `on_redirect` is awaited
        with each new address before it is requested, within the deadline; what it raises passes through.
        `purpose` says what it is for. `credentials` go to their own origins. Raises NetError.
        """
        way = _Way(headers, on_redirect, purpose, find_jump, keeps_cut, credentials)
        try:
            async with asyncio.timeout(deadline_s) as clock:
                return await self._follow_redirects(url, way)
        except NetError as error:
            if credentials is not None:
                error.detail = credentials.clean_text(error.detail)
            raise
        except TimeoutError as error:
            if clock.expired():
                raise DeadlineError(url, f"more than {deadline_s:g} s") from error
            raise

    async def post(
        self, url: str, body: bytes, *, headers: Mapping[str, str] = NO_HEADERS, deadline_s: float
    ) -> HttpResponse:
        """Send `body` to `url` with POST, all within `deadline_s` seconds; no redirect is followed.

        The answer's body is empty where it cannot be read within the door's bounds. Raises NetError.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(deadline_s) as clock:
                at = self._check_address(url_and_redirects.check_url(url, ports=self._ports))
                request = self._request("POST", at, headers, body)
                partial = PartialResponse()
                try:
                    await self._exchange(at, request, partial)
                except NetError:
                    if not partial.status:
                        raise
        except TimeoutError as error:
            if clock.expired():
                raise DeadlineError(url, f"more than {deadline_s:g} s") from error
            raise
        return partial.to_response(at, (), started)

    async def _follow_redirects(self, url: str, way: "_Way") -> HttpResponse:
        headers = way.headers
        started = time.monotonic()
        at = self._check_address(url_and_redirects.check_url(url, ports=self._ports))
        cookies = ChainCookies()
        been: dict[str, list[str]] = {}
        redirects: list[Redirect] = []
        while True:
            cookies.enter(at)
            shown = cookies.write_header(at)
            before = been.setdefault(at, [])
            if shown in before or len(before) > 1:  # asked the same, it would answer the same
                raise RedirectLoopError(url, f"leads back to {at}")
            before.append(shown)
            sent = {**headers, "Cookie": shown} if shown else headers
            partial = await self._do_reported(at, sent, way, len(redirects))
            cookies.store(at, partial.cookies)
            location, status = find_target(at, partial, way.find_jump)
            if status is None:
                partial.with_credentials = way.credentials is not None and way.credentials.was_sent
                return partial.to_response(at, tuple(redirects), started)
            target = self._follow(at, location, way.credentials)
            headers = url_and_redirects.select_headers_for_redirect(headers, at, target)
            at = target
            redirects.append(Redirect(status, at))
            if len(redirects) > self._settings.redirects:
                raise RedirectLoopError(url, f"more than {self._settings.redirects} redirects")
            if way.on_redirect is not None:
                await way.on_redirect(at)

    def _follow(self, url: str, location: str | None, credentials: CredentialChain | None) -> str:
        if location and credentials is not None and credentials.is_shown_in(location):
            raise BadRedirectError(url, "leads to an address that has a credential in it")
        downgrade = self._settings.allow_downgrade
        return self._check_address(
            url_and_redirects.resolve_redirect(url, location, ports=self._ports, downgrade=downgrade)
        )

    def _check_address(self, url: str) -> str:
        """Refuse a forbidden address that is written in the URL itself: a proxy would go there for us."""
        assert self._transports is not None, "the door is not open"
        has_proxy = self._transports.find_proxy(url) is not None
        address = parse_literal(url_and_redirects.parse_url(url).host) if has_proxy else None
        if address is not None and (why := find_address_refusal(address, self._allowed)):
            raise ForbiddenAddressError(url, why)
        return url

    async def _do_reported(
        self, url: str, headers: Mapping[str, str], way: "_Way", hop: int
    ) -> PartialResponse:
        """Do one request and report it to the witness, however it ends."""
        chain = way.credentials
        sent, shown = (headers, headers) if chain is None else chain.merge_headers(url, headers)
        request = self._request("GET", url, sent)
        told = request if chain is None else self._request("GET", url, shown)
        partial = PartialResponse()
        began = time.monotonic()
        try:
            await self._exchange(url, request, partial, keeps_cut=way.keeps_cut)
            if chain is not None:
                partial.body, partial.headers = chain.clean_answer(partial.body, partial.headers)
            return partial
        finally:
            if self._listener is not None:
                ended = time.monotonic()
                self._listener(
                    Exchange(
                        purpose=way.purpose,
                        hop=hop,
                        url=url,
                        sent=decode_fields(told.headers.raw),
                        began=began,
                        answered=partial.at or ended,
                        ended=ended,
                        status=partial.status,
                        headers=partial.headers,
                        body=partial.body,
                    )
                )

    def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Request:
        sent = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED, **headers}
        return httpx.Request(
            method,
            url_and_redirects.parse_url(url),
            headers=[(name.encode(), encode_field(value)) for name, value in sent.items()],  # byte for byte
            content=body,
            extensions={"timeout": {"connect": self._settings.connect_s}},
        )

    async def _exchange(
        self, url: str, request: httpx.Request, partial: PartialResponse, *, keeps_cut: bool = False
    ) -> None:
        """Do one request; a redirect's body is not read."""
        assert self._transports is not None, "the door is not open"
        try:
            response = await self._transports.get(url).handle_async_request(request)
            try:
                answered = decode_fields(response.headers.raw)
                status = response.status_code
                partial.at, partial.status, partial.headers = time.monotonic(), status, answered
                partial.cookies = response.headers.get_list("set-cookie")
                if status not in url_and_redirects.FOLLOWED_STATUSES and status not in BODILESS_STATUSES:
                    partial.body, partial.body_slot, partial.is_cut = await read_body(
                        url, response, self._settings, self._places, keeps_cut=keeps_cut
                    )
            finally:
                await response.aclose()
        except LIBRARY_ERRORS as error:
            raise map_library_error(url, error) from error
