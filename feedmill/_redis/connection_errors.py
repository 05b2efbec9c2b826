"""Which of the client's errors mean that the server will be back."""

from redis import exceptions

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
