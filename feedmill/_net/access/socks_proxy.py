"""Makes connections by a SOCKS proxy (RFC 1928, RFC 1929 for passwords), which looks names up itself."""

import asyncio
import errno
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
from aiohttp.abc import ResolveResult

SOCKS_SCHEME = "socks5h"
DEFAULT_PORT = 1080
"""The port of a proxy that names none (the registered one of SOCKS)."""
_VERSION, _PASSWORD_VERSION = b"\x05", b"\x01"
_NO_LOGIN, _PASSWORD = 0, 2
_MAX_PART_BYTES = 255
"""Bytes of a name, user or password: its length is one byte."""
_IPV4, _NAME, _IPV6 = 1, 3, 4
_REPLIES = {
    1: "it failed",
    2: "it allows no such connection",
    3: "the network cannot be reached",
    4: "the host cannot be reached",
    5: "the host refused the connection",
    6: "it took too long",
    7: "it does not know the command",
    8: "it does not know the kind of address",
}
"""The replies of a proxy that made no connection (RFC 1928 section 6)."""


class SocksError(OSError):
    """The proxy made no connection; its text is the reason."""

    def __init__(self, why: str) -> None:
        super().__init__(errno.ECONNREFUSED, f"SOCKS proxy: {why}")


@dataclass(frozen=True, slots=True)
class SocksProxy:
    """The operator's proxy, trusted with every request and with the names in them."""

    host: str
    port: int
    user: bytes = b""
    password: bytes = field(default=b"", repr=False)


def parse_socks_proxy(url: str) -> SocksProxy | None:
    """Read a proxy's address (socks5h://[user:password@]host[:port]); None where it is another proxy's."""
    parsed = httpx.URL(url)
    if parsed.scheme != SOCKS_SCHEME:
        return None
    return SocksProxy(
        parsed.host, parsed.port or DEFAULT_PORT, parsed.username.encode(), parsed.password.encode()
    )


async def open_tunnel(
    loop: asyncio.AbstractEventLoop, sock: socket.socket, proxy: SocksProxy, host: str, port: int
) -> None:
    """Have the proxy at the other end of a socket connect it to a host; raises SocksError and OSError."""
    logins = bytes((_NO_LOGIN, _PASSWORD)) if proxy.user else bytes((_NO_LOGIN,))
    await loop.sock_sendall(sock, _VERSION + bytes((len(logins),)) + logins)
    version, login = await _receive(loop, sock, 2)
    if version != _VERSION[0]:
        raise SocksError("it speaks no SOCKS 5")
    if login == _PASSWORD and proxy.user:
        await loop.sock_sendall(
            sock, _PASSWORD_VERSION + _measure(proxy.user, "user") + _measure(proxy.password, "password")
        )
        if (await _receive(loop, sock, 2))[1]:
            raise SocksError("it refused user and password")
    elif login != _NO_LOGIN:
        raise SocksError("it wants a login")
    await loop.sock_sendall(sock, _VERSION + b"\x01\x00" + _write_address(host) + port.to_bytes(2, "big"))
    version, reply, _, kind = await _receive(loop, sock, 4)
    if version != _VERSION[0] or reply:
        raise SocksError(_REPLIES.get(reply, f"it answered {reply}"))
    await _receive(loop, sock, await _measure_bound_address(loop, sock, kind) + 2)


def _write_address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bytes((_NAME,)) + _measure(host.rstrip(".").encode("ascii"), "name")
    return bytes((_IPV4 if address.version == 4 else _IPV6,)) + address.packed  # noqa: PLR2004


def _measure(part: bytes, what: str) -> bytes:
    """Write a part behind its length."""
    if len(part) > _MAX_PART_BYTES:
        raise SocksError(f"a {what} of more than {_MAX_PART_BYTES} bytes cannot be sent")
    return bytes((len(part),)) + part


async def _measure_bound_address(loop: asyncio.AbstractEventLoop, sock: socket.socket, kind: int) -> int:
    """Return the bytes of the address that the proxy connected from, which is of no use."""
    if kind == _NAME:
        return (await _receive(loop, sock, 1))[0]
    length = {_IPV4: 4, _IPV6: 16}.get(kind)
    if length is None:
        raise SocksError("its answer is broken")
    return length


async def _receive(loop: asyncio.AbstractEventLoop, sock: socket.socket, count: int) -> bytes:
    """Receive exactly so many bytes: what the proxy sends behind them is the host's."""
    came = b""
    while len(came) < count:
        more = await loop.sock_recv(sock, count - len(came))
        if not more:
            raise SocksError("it closed the connection")
        came += more
    return came


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
