"""Maps the errors of the Redis client to the ledger's (for whatever runs operations)."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import redis
import redis.asyncio

from feedmill._ledger.errors import (
    LedgerError,
    LedgerFull,
    LedgerLoading,
    LedgerRefused,
    LedgerUnavailable,
)

_RESPONSES: dict[type[Exception], type[LedgerError]] = {
    redis.exceptions.OutOfMemoryError: LedgerFull,
    redis.exceptions.ReadOnlyError: LedgerUnavailable,  # a fail-over is under way
}
_CODES: dict[str, type[LedgerError]] = {
    "OOM": LedgerFull,
    "MISCONF": LedgerFull,  # the server cannot write to its disk
    "READONLY": LedgerUnavailable,
    "MASTERDOWN": LedgerUnavailable,
    "NOREPLICAS": LedgerUnavailable,
    "BUSY": LedgerUnavailable,
    "LOADING": LedgerLoading,
}


@contextmanager
def translate_errors(operation: str) -> Iterator[None]:
    """Raise the client's errors as the ledger's."""
    try:
        yield
    except (redis.exceptions.RedisError, OSError) as error:
        raise _map_client_error(error)(operation, str(error)) from error


def _map_client_error(error: Exception) -> type[LedgerError]:
    if isinstance(error, redis.exceptions.ResponseError):
        return _CODES.get(str(error).partition(" ")[0], _RESPONSES.get(type(error), LedgerRefused))
    if isinstance(error, redis.exceptions.BusyLoadingError):
        return LedgerLoading
    if isinstance(error, redis.exceptions.AuthenticationError) or _distrusts(error):
        return LedgerRefused
    if isinstance(error, (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError)):
        return LedgerUnavailable
    return LedgerRefused


def _distrusts(error: BaseException | None) -> bool:
    """Return whether the server's certificate is not to be trusted: no waiting can cure that."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
