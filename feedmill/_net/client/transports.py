"""Opens the client's connection pools: one without a proxy, and one for each proxy, when it is needed."""

import asyncio
import base64
import functools
import ssl
from functools import cache

import aiohttp
import certifi
import httpx
from httpx_aiohttp import AiohttpTransport

from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._net.access.addresses import parse_networks
from feedmill._net.access.socket_guard import (
    GuardedResolver,
    ProxyOnly,
    PublicOnly,
    SocketGuard,
    socket_factory,
)
from feedmill._net.access.socks_proxy import SocksConnector, SocksProxy, parse_socks_proxy
from feedmill._net.client import received_bytes
from feedmill._net.client_settings import HttpClientSettings


class Transports:
    """Open pools; a request goes by its site's proxy, else by the one for all sites, else straight."""

    def __init__(self, settings: HttpClientSettings, tls: ssl.SSLContext) -> None:
        self._settings = settings
        self._tls = tls
        self._sites = dict(settings.site_proxies)
        self._open: dict[str | None, AiohttpTransport] = {}

    def find_proxy(self, url: str) -> str | None:
        """Return the address of the proxy that a request goes by; None for none."""
        return self._sites.get(find_site(url), self._settings.proxy) if self._sites else self._settings.proxy

    def get(self, url: str) -> AiohttpTransport:
        """Return the pool for a request; call it in the loop that makes it."""
        proxy = self.find_proxy(url)
        if proxy not in self._open:
            socks = parse_socks_proxy(proxy) if proxy else None
            self._open[proxy] = self._open_pool(parse_proxy(proxy) if proxy and not socks else None, socks)
        return self._open[proxy]

    async def aclose(self) -> None:
        """Close all connections."""
        while self._open:
            _, transport = self._open.popitem()
            await transport.aclose()

    def _open_pool(self, proxy: httpx.Proxy | None, socks: SocksProxy | None) -> AiohttpTransport:
        session = aiohttp.ClientSession(
            connector=self._connector(proxy, socks),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_headers=received_bytes.MAX_HEADERS,
            max_field_size=received_bytes.MAX_FIELD,
        )
        return AiohttpTransport(client=session, verify=self._tls, trust_env=False, proxy=proxy)

    def _connector(self, proxy: httpx.Proxy | None, socks: SocksProxy | None) -> aiohttp.TCPConnector:
        guard = self._make_guard(proxy, socks)
        make = functools.partial(SocksConnector, socks) if socks else aiohttp.TCPConnector
        connector = make(
            ssl=self._tls,
            limit=self._settings.connections,
            resolver=GuardedResolver(guard),
            socket_factory=socket_factory(guard),
        )
        # The only place where bytes are met before they are parsed.
        connector._factory = functools.partial(  # type: ignore[assignment]  # noqa: SLF001
            received_bytes.ByteCountingProtocol,
            asyncio.get_running_loop(),
            self._settings.max_wire,
            lenient=proxy is None,
        )
        return connector

    def _make_guard(self, proxy: httpx.Proxy | None, socks: SocksProxy | None) -> SocketGuard:
        if socks is not None:
            return ProxyOnly(socks.host.rstrip(".").lower(), socks.port)
        if proxy is None:
            allowed = parse_networks(self._settings.allow_private)
            return PublicOnly(allowed, frozenset(self._settings.allow_ports))
        return ProxyOnly(proxy.url.host.rstrip(".").lower(), proxy.url.port or 80)


@cache
def build_tls() -> ssl.SSLContext:
    """Build the context that verifies servers, by the system's roots and the ones that certifi ships.

    A bare container has no roots of its own and a company's machine has some more, hence both. It is built
    once in a process: reading two sets of roots takes time.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def parse_proxy(url: str) -> httpx.Proxy:
    """Read a proxy's address (http://[user:password@]host:port); its password goes to the proxy alone."""
    parsed = httpx.URL(url)
    if not parsed.userinfo:
        return httpx.Proxy(url)
    secret = base64.b64encode(f"{parsed.username}:{parsed.password}".encode()).decode("ascii")
    bare = parsed.copy_with(username=None, password=None)
    return httpx.Proxy(bare, headers={"Authorization": f"Basic {secret}"})
