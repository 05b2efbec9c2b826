"""Sorts the Redis client's errors by what helps against them, and describes an outage in plain words."""

import os
import re
import socket
import ssl

from redis import exceptions

_ADDRESS = re.compile(r"(?:connecting to|reading from|writing to) (\S+?)\.?(?: |$)")
"""Where redis-py names the server in its texts: behind these words, before a full stop and the reason."""
_BACK_SOON = ("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS", "BUSY ", "MISCONF", "OOM", "TRYAGAIN")
_REFUSED = (exceptions.AuthenticationError, exceptions.AuthorizationError)


def is_transient(error: Exception) -> bool:
    """Return whether a later try can help: the server is away, loads, fails over or is full for now."""
    if isinstance(error, _REFUSED):
        return False
    if isinstance(error, (exceptions.ConnectionError, exceptions.TimeoutError, OSError)):
        return True
    if isinstance(error, (exceptions.ReadOnlyError, exceptions.OutOfMemoryError)):
        return True
    return isinstance(error, exceptions.ResponseError) and str(error).startswith(_BACK_SOON)


def is_refused(error: Exception) -> bool:
    """Return whether the server refuses this user or password, or the command to it: no waiting helps."""
    return isinstance(error, (*_REFUSED, exceptions.NoPermissionError))


def is_missing_group(error: Exception) -> bool:
    """Return whether the group (or the whole stream) is gone: by a server that lost data, or an operator."""
    return isinstance(error, exceptions.ResponseError) and str(error).startswith("NOGROUP")


def describe_outage(error: BaseException) -> str:
    """Return why the server does not answer, in a line: its place, as far as known, and the system's reason.

    redis-py writes "Error 111 connecting to HOST:PORT. Connect failed ('HOST', PORT)."; the reason is
    then in the error that it was raised from. A reply of the server (LOADING, READONLY) stands as it is.
    """
    found = _ADDRESS.search(str(error))
    address = found[1] if found and found[1] != "socket" else ""
    reason = find_system_reason(error) or _find_client_reason(error)
    return f"{address}: {reason}" if address else reason


def find_system_reason(error: BaseException | None) -> str:
    """Return what the system or TLS said behind an error; empty where it was neither."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {error.verify_message}"
        if isinstance(error, ssl.SSLError):
            return "it does not speak TLS as asked"
        if isinstance(error, socket.gaierror):
            return error.strerror or "its name is not known"
        if isinstance(error, (TimeoutError, exceptions.TimeoutError)):
            return "no answer in time"
        if isinstance(error, OSError) and error.errno:
            return os.strerror(error.errno)
        error = error.__cause__ or error.__context__
    return ""


def _find_client_reason(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    text = " ".join(str(error).split()).removesuffix(".")
    if text.startswith("Connection closed by server"):
        return "it closed the connection"
    return text or type(error).__name__
