"""No error of a library escapes without feedmill's name."""

import inspect
import ssl
from types import ModuleType

import aiohttp
import httpx
import pytest
from aiohttp import client_exceptions, http_exceptions

from feedmill._net import errors
from feedmill._net.client.error_mapping import LIBRARY_ERRORS, map_library_error
from feedmill._net.errors import NetError


def raised_by(module: ModuleType) -> list[type[Exception]]:
    return [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, Exception) and not issubclass(value, (Warning, RuntimeError))
    ]


CLASSES = {*raised_by(httpx), *raised_by(client_exceptions), *raised_by(http_exceptions)} - {
    httpx.HTTPStatusError,  # raised by raise_for_status only
    aiohttp.WSServerHandshakeError,  # web sockets
    client_exceptions.WSMessageTypeError,
}


def made(kind: type[BaseException]) -> BaseException:
    """Make an instance without knowing what the class wants to be told."""
    error = kind.__new__(kind)
    if isinstance(error, aiohttp.ClientConnectorError):
        error._os_error = OSError(111, "refused")
    return error


@pytest.mark.parametrize("kind", sorted(CLASSES, key=lambda kind: f"{kind.__module__}.{kind.__name__}"))
def test_every_library_error_is_caught_and_named(kind: type[Exception]) -> None:
    assert issubclass(kind, LIBRARY_ERRORS)
    assert isinstance(map_library_error("http://site.example/", made(kind)), NetError)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (made(aiohttp.ClientConnectorDNSError), "dns"),
        (made(aiohttp.ClientConnectorCertificateError), "tls"),
        (ssl.SSLError("bad"), "tls"),
        (made(aiohttp.ConnectionTimeoutError), "timeout"),
        (TimeoutError(), "timeout"),
        (ConnectionResetError(), "connect"),
        (made(aiohttp.ClientConnectorError), "connect"),
        (aiohttp.ServerDisconnectedError(), "protocol"),
        (aiohttp.ClientPayloadError("cut"), "protocol"),
        (aiohttp.InvalidURL("http://x"), "bad_url"),
        (httpx.UnsupportedProtocol("ftp"), "bad_url"),
        (UnicodeError("label too long"), "bad_url"),
    ],
)
def test_errors_get_the_name_that_fits(error: Exception, outcome: str) -> None:
    assert map_library_error("http://site.example/", error).outcome == outcome


def test_the_error_behind_the_transports_name_decides() -> None:
    outer = httpx.ConnectTimeout("loosely named")
    outer.__cause__ = aiohttp.ServerDisconnectedError()
    assert map_library_error("http://site.example/", outer).outcome == "protocol"


def test_outcomes_are_unique() -> None:
    kinds = [kind for kind in raised_by(errors) if issubclass(kind, NetError)]
    assert len({kind.outcome for kind in kinds}) == len(kinds) == 17
    assert str(errors.DeadlineError("http://a.example/", "30 s")) == "timeout: http://a.example/: 30 s"
