"""Writes what the operator reads when a command ends with an error: one line, no traceback."""

import errno
import sys
import traceback
from typing import Any

import typer

from config.errors import ConfigError
from daemon.errors import DaemonError
from daemon.terminal.request_refusals import describe_outcome
from daemon.terminal.server_errors import describe_server_error, is_server_error
from daemon.terminal.usage_errors import describe_usage_error, is_usage_error
from feedmill._net.errors import NetError
from feedmill._text_safety import printable
from feedmill.errors import ConsumerError, FeedmillError

_HELP = "Usage:"
"""How the help of a command begins, which the library raises where a group is named without a command."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def print_error(error: Exception) -> int:
    """Print on standard error what went wrong; returns the exit code."""
    if isinstance(error, typer.Abort):
        sys.stderr.write("\nfeedmill: broken off\n")
        return 1
    message = getattr(error, "message", "")
    if is_usage_error(error) and message.startswith(_HELP):
        sys.stderr.write(f"{message}\n")  # a group of commands by itself: its help
        return 2
    words, code = _describe_error(error)
    shown = "\n".join(printable(line) for line in words.split("\n"))  # a stranger's address may stand in it
    sys.stderr.write(f"feedmill: {shown}\n")
    return code


def _describe_error(error: Any) -> tuple[str, int]:
    while isinstance(error, ExceptionGroup):  # what ended several tasks at once is told by the first of them
        error = error.exceptions[0]
    if is_usage_error(error):
        return describe_usage_error(error.format_message(), getattr(error, "ctx", None)), 2
    if is_server_error(error):
        return describe_server_error(error), 1
    if isinstance(error, FeedmillError):
        return _describe_own_error(error)
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _FULL):
        return f"{error.filename or 'nothing more can be written'}: {error.strerror}", 1
    frame = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{frame.filename}:{frame.lineno}"
    return f"a fault of feedmill itself: {type(error).__name__}: {error} ({where}); please report it", 1


def _describe_own_error(error: FeedmillError) -> tuple[str, int]:
    if isinstance(error, NetError):
        return f"{error.url}: {describe_outcome(error.outcome, error.detail, error.url)}", 1
    if isinstance(error, DaemonError):
        return str(error), error.exit_code
    words = str(error) or type(error).__name__
    if remedy := getattr(error, "remedy", ""):
        words = f"{words}; {remedy}"
    asked_wrongly = isinstance(error, ConfigError) or type(error) is ConsumerError
    return words, 2 if asked_wrongly else 1
