"""Maps errors of the HTTP libraries to feedmill's own, in one place."""

import os
import ssl
from typing import Any

import aiohttp
import httpx
from aiohttp import http_exceptions

from feedmill._net.access.socket_guard import find_refusal
from feedmill._net.client.received_bytes import ResponseTooLargeError
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

_WITH_WORDS = (aiohttp.ClientSSLError, aiohttp.ClientProxyConnectionError)
"""Errors of the connector whose own words say more than the system's."""
LIBRARY_ERRORS = (
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

ERROR_NAMES: tuple[tuple[type[BaseException], type[NetError]], ...] = (
    (ResponseTooLargeError, TooLargeError),
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


def map_library_error(url: str, error: BaseException) -> NetError:
    """Return feedmill's error for a foreign one met in an exchange with `url`.

    The transport names some of the connector's errors loosely (a cut connection is a "connect timeout"
    there): the error it was raised from decides.
    """
    cause = error.__cause__
    if isinstance(error, httpx.HTTPError) and isinstance(cause, LIBRARY_ERRORS):
        return map_library_error(url, cause)
    if isinstance(error, aiohttp.ClientConnectorError) and (why := find_refusal(error.os_error)):
        return ForbiddenAddressError(url, why)
    if isinstance(error, aiohttp.ClientResponseError | http_exceptions.HttpProcessingError):
        if isinstance(cause, http_exceptions.HttpProcessingError):
            return map_library_error(url, cause)
        if "Too many headers" in _describe_error(error):
            return HeadersError(url, _describe_error(error))
    for foreign, name in ERROR_NAMES:
        if isinstance(error, foreign):
            return name(url, _describe_error(error))
    return BadProtocolError(url, _describe_error(error))


def _describe_error(error: BaseException) -> str:
    try:
        is_connector = isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, _WITH_WORDS)
        text = _describe_connection(error) if is_connector else str(error)
    except AttributeError:  # an error that was made without its own fields cannot describe itself
        text = ""
    return " ".join(text.split())[:300] or type(error).__name__


def _describe_connection(error: Any) -> str:
    """Describe why there was no connection, in the system's words where it has some."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"{error.host}: {error.os_error.strerror or error.os_error}"
    number = error.os_error.errno
    said = os.strerror(number) if number else str(error.os_error)
    return f"{error.host}:{error.port}: {said}"
