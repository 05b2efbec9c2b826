"""Writes what the operator reads when a command ends with an error: one line, no traceback."""

import errno
import sys
import traceback

from config.errors import ConfigError
from daemon.errors import DaemonError
from feedmill._text_safety import printable
from feedmill.errors import FeedmillError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def print_error(error: Exception) -> int:
    """Print on standard error what went wrong; returns the exit code."""
    words, code = _describe_error(error)
    shown = "\n".join(printable(line) for line in words.split("\n"))  # a stranger's address may stand in it
    sys.stderr.write(f"feedmill: {shown}\n")
    return code


def _describe_error(error: Exception) -> tuple[str, int]:
    while isinstance(error, ExceptionGroup):  # what ended several tasks at once is told by the first of them
        error = error.exceptions[0]
    if isinstance(error, ConfigError):
        return str(error), 2
    if isinstance(error, DaemonError):
        return str(error), error.exit_code
    if isinstance(error, FeedmillError):
        return str(error) or type(error).__name__, 1
    if type(error).__module__.startswith("redis."):
        return f"the Redis server: {error}", 1
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _FULL):
        return f"{error.filename or 'nothing more can be written'}: {error.strerror}", 1
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{frame.filename}:{frame.lineno}"
    return f"a fault of feedmill itself: {type(error).__name__}: {error} ({where}); please report it", 1
