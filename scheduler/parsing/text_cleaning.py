"""Cleans and bounds texts, names and language tags of feeds of any form."""

import re
from collections.abc import Iterable

from feedmill._text_safety import plain_line, plain_text
from feedmill._unicode_normalization import bound_marks, unescape
from scheduler.parsing.document_models import MAX_TITLE_CHARS

MAX_SUMMARY_CHARS = 20_000
"""Characters of a summary, markup included; what is longer is cut, as that is no abstract."""
MAX_CONTENT_CHARS = 500_000
"""Characters of an entry's full content, markup included: what a long article takes, with room."""
MAX_NAMES = 20
"""Authors or tags of one entry that are kept; more are keyword lists."""
MAX_NAME_CHARS = 200
"""Characters of one such name; what is longer is cut."""
_MAX_READ_CHARS = 20 * MAX_TITLE_CHARS
"""Characters of which a line is made, markup and all: bounds the cost of markup without text."""

_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,200}>.{0,2000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[A-Za-z/!][^<>]*>")


def clean_names(given: Iterable[object]) -> tuple[str, ...]:
    """Return names as plain texts, each once."""
    texts = (clean_line(name, markup=False) for name in given)
    return tuple(dict.fromkeys(text[:MAX_NAME_CHARS] for text in texts if text))[:MAX_NAMES]


def clean_line(value: object, *, markup: bool) -> str | None:
    """Make one line of plain text: without markup, control and direction characters."""
    if not isinstance(value, str):
        return None
    value = value[:_MAX_READ_CHARS]
    text = unescape(_MARKUP.sub(" ", _SCRIPT.sub(" ", value)) if markup else value)
    return bound_marks(plain_line(text)[:MAX_TITLE_CHARS]).strip() or None


def truncate_text(value: object, limit: int) -> str | None:
    """Return a text without control characters, cut to `limit` characters; None when nothing is left.

    Its runs of combining marks are bounded, those written as character references left aside.
    """
    if not isinstance(value, str):
        return None
    return bound_marks(plain_text(value)[:limit]).strip() or None


def clean_language_tag(value: object) -> str | None:
    """Return a language tag (RFC 5646) as it stands; None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}", text) else None
