"""Makes connections by a SOCKS proxy: the connector looks up and connects to nothing but the proxy."""

import asyncio
import ssl
from typing import Any

import aiohttp
from aiohttp.abc import ResolveResult

from feedmill._net.access.socks_handshake import SocksProxy, open_tunnel


class SocksConnector(aiohttp.TCPConnector):
    """A connector whose connections all go by one proxy, each to the host of its request."""

    def __init__(self, proxy: SocksProxy, **options: Any) -> None:
        super().__init__(**options)
        self._proxy = proxy

    async def _resolve_host(self, host: str, port: int, traces: Any = None) -> list[ResolveResult]:
        """Look up the proxy in place of the host, whose name is the proxy's to look up."""
        del host, port
        return await super()._resolve_host(self._proxy.host, self._proxy.port, traces=traces)

    async def _wrap_create_connection(
        self,
        *args: Any,
        addr_infos: Any,
        req: Any,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  the connector's own name for its settings
        **kwargs: Any,
    ) -> Any:
        """Connect to the first address of the proxy and have it connect to the host; then TLS begins."""
        kwargs.pop("client_error", None)
        try:
            async with asyncio.timeout(timeout.sock_connect):
                sock = await self._connect(addr_infos[0], req.url.raw_host, req.port)
                return await self._loop.create_connection(*args, **kwargs, sock=sock)
        except ssl.CertificateError as error:
            raise aiohttp.ClientConnectorCertificateError(req.connection_key, error) from error
        except ssl.SSLError as error:
            raise aiohttp.ClientConnectorSSLError(req.connection_key, error) from error
        except TimeoutError:
            raise
        except OSError as error:
            raise aiohttp.ClientProxyConnectionError(req.connection_key, error) from error

    async def _connect(self, address: Any, host: str, port: int) -> Any:
        assert self._socket_factory is not None, "the guard makes the sockets"
        sock = self._socket_factory(address)
        try:
            sock.setblocking(False)  # noqa: FBT003
            await self._loop.sock_connect(sock, address[4])
            await open_tunnel(self._loop, sock, self._proxy, host, port)
        except BaseException:
            sock.close()
            raise
        return sock
