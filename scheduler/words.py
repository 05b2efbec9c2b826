"""Texts, addresses, names and times as feeds of any form give them: bounded, and harmless."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import urljoin

from feedmill._plain import plain_line, plain_text
from scheduler.documents import MAX_TITLE, MAX_URL

MAX_SUMMARY = 20_000
MAX_CONTENT = 500_000
MAX_NAMES = 20
MAX_NAME = 200

_SCRIPT = re.compile(r"<(script|style)\b[^<>]{0,200}>.{0,2000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_MARKUP = re.compile(r"<[A-Za-z/!][^<>]*>")
_HOST = re.compile(r"www\.[a-z0-9-]{1,63}\.[a-z]", re.IGNORECASE)
_TWICE = re.compile(r"^https?:/{0,3}(?=https?://)", re.IGNORECASE)


def moment(value: object) -> datetime | None:
    """Read an RFC 3339 or RFC 5322 time; without a zone it is UTC. None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        try:
            parsed = parsedate_to_datetime(text)
        except (ValueError, IndexError, OverflowError):
            return None
    try:
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None


def address(candidate: object, base: str) -> str | None:
    """Give the http(s) address that a link stands for, against a base; None when it is none.

    Line breaks go, spaces are escaped, as browsers do; `www.` needs no scheme, and a doubled one counts once.
    """
    if not isinstance(candidate, str) or not candidate.strip() or "<" in candidate:
        return None
    written = "".join(plain_text(candidate).strip().splitlines())
    if _HOST.match(written):
        written = f"http://{written}"
    try:
        joined = urljoin(base, _TWICE.sub("", written).replace(" ", "%20"))
    except ValueError:
        return None
    fits = len(joined) <= MAX_URL and joined.lower().startswith(("http://", "https://"))
    return joined if fits else None


def names(given: Iterable[object]) -> tuple[str, ...]:
    """Give names as plain texts, each once."""
    texts = (plain(name, markup=False) for name in given)
    return tuple(dict.fromkeys(text[:MAX_NAME] for text in texts if text))[:MAX_NAMES]


def plain(value: object, *, markup: bool) -> str | None:
    """Make one line of plain text: without markup, control and direction characters."""
    if not isinstance(value, str):
        return None
    text = unescape(_MARKUP.sub(" ", _SCRIPT.sub(" ", value)) if markup else value)
    return plain_line(text)[:MAX_TITLE].strip() or None


def bounded(value: object, limit: int) -> str | None:
    """Give a text without control characters, cut to `limit` characters; None when nothing is left."""
    if not isinstance(value, str):
        return None
    return plain_text(value)[:limit].strip() or None


def word(value: object) -> str | None:
    """Give a language tag (RFC 5646) as it stands; None for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return text if re.fullmatch(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}", text) else None
