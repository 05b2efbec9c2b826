"""Writes what the operator reads when a command ends with an error: one line, no traceback."""

import errno
import re
import sys
import traceback
from typing import Any

import typer

from config.errors import ConfigError
from daemon.errors import DaemonError
from daemon.terminal.request_remedies import describe_outcome
from daemon.terminal.server_errors import describe_server_error, is_server_error
from feedmill._net.errors import NetError
from feedmill._text_safety import make_line_printable
from feedmill.errors import ConsumerError, FeedmillError

_HELP = "Usage:"
"""How the help of a command begins, which the library raises where a group is named without a command."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REPLACEMENTS = (
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"allowed: \1 or more"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"allowed: \1 or less"),
    (re.compile(r"Input should be a valid integer.*"), "allowed: a whole number"),
    (re.compile(r"Input should be a valid number.*"), "allowed: a number"),
    (re.compile(r"Value error, .* does not match the formats .*"), "allowed: a day such as 2026-11-23"),
    (re.compile(r"^Invalid value for '?(.*?)'?: "), r"\1: "),
    (re.compile(r"^Missing argument '?(.*?)'?\."), r"\1 is missing"),
    (re.compile(r"^Missing option '?(.*?)'?\."), r"\1 is missing"),
    (re.compile(r"^Missing command\."), "a command is missing"),
    (re.compile(r"^Got unexpected extra arguments? ?(?:\(s\) )?\((.*)\)"), r"\1: one word too many"),
    (re.compile(r"^No such (option|command):? '?([^'\s]+?)'?(?:\.|$| )"), r"\2: no such \1 "),
    (re.compile(r"\(Possible options: (.*)\)"), r"(did you mean \1?)"),
    (re.compile(r"Did you mean ('?)([^?']+)\1\?"), r"(did you mean \2?)"),
    (re.compile(r"^Option '?(\S+?)'? requires an argument\."), r"\1: its value is missing"),
)
"""What the library writes, and how it is written here: the subject first, no names of its types."""


def print_error(error: Exception) -> int:
    """Print on standard error what went wrong; returns the exit code."""
    if isinstance(error, typer.Abort):
        sys.stderr.write("\nfeedmill: broken off\n")
        return 1
    message = getattr(error, "message", "")
    if _is_usage_error(error) and message.startswith(_HELP):
        sys.stderr.write(f"{message}\n")  # a group of commands by itself: its help
        return 2
    words, code = _describe_error(error)
    shown = "\n".join(
        make_line_printable(line) for line in words.split("\n")
    )  # a stranger's address may stand in it
    sys.stderr.write(f"feedmill: {shown}\n")
    return code


def _describe_error(error: Any) -> tuple[str, int]:
    while isinstance(error, ExceptionGroup):  # what ended several tasks at once is told by the first of them
        error = error.exceptions[0]
    if _is_usage_error(error):
        return _describe_usage_error(error.format_message(), getattr(error, "ctx", None)), 2
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


def _is_usage_error(error: BaseException) -> bool:
    """Return whether the library refused a command line; its classes have no public names."""
    return hasattr(error, "format_message") and getattr(error, "exit_code", None) is not None


def _describe_usage_error(message: str, context: Any) -> str:
    """Describe it from the library's message; `context` is where it happened, None for nowhere."""
    text = " ".join(message.split())
    for pattern, words in _REPLACEMENTS:
        text = pattern.sub(words, text)
    command = context.command_path if context is not None else "feedmill"
    return f"{' '.join(text.split())}; `{command} --help` shows what there is"
