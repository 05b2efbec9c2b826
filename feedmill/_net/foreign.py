"""Errors of the HTTP libraries, given feedmill's names in one place."""

import ssl

import aiohttp
import httpx
from aiohttp import http_exceptions

from feedmill._net.errors import (
    BadProtocolError,
    BadUrlError,
    DeadlineError,
    ForbiddenAddressError,
    HeadersError,
    NameLookupError,
    NetError,
    ProxyError,
    TlsError,
    TooLargeError,
    UnreachableError,
)
from feedmill._net.guard import refused
from feedmill._net.wire import WireFullError

FOREIGN = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    httpx.CookieConflict,
    aiohttp.ClientError,
    http_exceptions.HttpProcessingError,
    OSError,
    UnicodeError,
)
"""All that an exchange can raise on purpose; TimeoutError and ssl.SSLError are OSErrors."""

NAMES: tuple[tuple[type[BaseException], type[NetError]], ...] = (
    (WireFullError, TooLargeError),
    (aiohttp.ClientHttpProxyError, ProxyError),
    (aiohttp.ClientProxyConnectionError, ProxyError),
    (http_exceptions.LineTooLong, HeadersError),
    (aiohttp.ClientConnectorDNSError, NameLookupError),
    (aiohttp.ClientSSLError, TlsError),
    (aiohttp.ServerFingerprintMismatch, TlsError),
    (ssl.SSLError, TlsError),
    (ssl.CertificateError, TlsError),
    (TimeoutError, DeadlineError),
    (httpx.TimeoutException, DeadlineError),
    (aiohttp.InvalidURL, BadUrlError),
    (httpx.InvalidURL, BadUrlError),
    (httpx.UnsupportedProtocol, BadUrlError),
    (UnicodeError, BadUrlError),
    (aiohttp.ClientConnectorError, UnreachableError),
    (httpx.ConnectError, UnreachableError),
    (aiohttp.ServerDisconnectedError, BadProtocolError),
    (OSError, UnreachableError),
)


def named(url: str, error: BaseException) -> NetError:
    """Give feedmill's name to a foreign error met in an exchange with `url`.

    The transport names some of the connector's errors loosely (a cut connection is a "connect timeout"
    there): the error it was raised from decides.
    """
    cause = error.__cause__
    if isinstance(error, httpx.HTTPError) and isinstance(cause, FOREIGN):
        return named(url, cause)
    if isinstance(error, aiohttp.ClientConnectorError) and (why := refused(error.os_error)):
        return ForbiddenAddressError(url, why)
    if isinstance(error, aiohttp.ClientResponseError | http_exceptions.HttpProcessingError):
        if isinstance(cause, http_exceptions.HttpProcessingError):
            return named(url, cause)
        if "Too many headers" in _words(error):
            return HeadersError(url, _words(error))
    for foreign, name in NAMES:
        if isinstance(error, foreign):
            return name(url, _words(error))
    return BadProtocolError(url, _words(error))


def _words(error: BaseException) -> str:
    try:
        text = str(error)
    except AttributeError:  # an error that was made without its own fields cannot describe itself
        text = ""
    return " ".join(text.split())[:300] or type(error).__name__
