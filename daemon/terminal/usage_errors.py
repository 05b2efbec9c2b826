"""Describes mistakes of a command line in one line: what is wrong, and where all options stand. Pure."""

import re
from typing import Any

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


def is_usage_error(error: BaseException) -> bool:
    """Return whether the library refused a command line; its classes have no public names."""
    return hasattr(error, "format_message") and getattr(error, "exit_code", None) is not None


def describe_usage_error(message: str, context: Any) -> str:
    """Describe it from the library's message; `context` is where it happened, None for nowhere."""
    text = " ".join(message.split())
    for pattern, words in _REPLACEMENTS:
        text = pattern.sub(words, text)
    command = context.command_path if context is not None else "feedmill"
    return f"{' '.join(text.split())}; `{command} --help` shows what there is"
