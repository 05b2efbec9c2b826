"""Takes secrets out of what a server answers: some pages show a visitor what he has sent. Pure."""

from collections.abc import Iterable
from html import escape
from urllib.parse import quote, unquote

MASK = "***"
MIN_SECRET_CHARS = 8
"""A shorter one is found in too many innocent words."""


def list_written_forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return how secrets may stand in an answer, the longest first; one of letters alone may be a word."""
    forms = set()
    for secret in secrets:
        if len(secret) >= MIN_SECRET_CHARS and not secret.isalpha():
            forms |= {
                secret,
                quote(secret, safe=""),
                quote(secret),
                escape(secret),
                secret.replace("/", "\\/"),
            }
    return tuple(sorted(forms, key=len, reverse=True))


def remove_from_bytes(data: bytes, forms: Iterable[str]) -> bytes:
    """Put a mask in the place of each secret."""
    for form in forms:
        data = data.replace(form.encode(), MASK.encode())
    return data


def remove_from_text(text: str, forms: Iterable[str]) -> str:
    """Put a mask in the place of each secret."""
    for form in forms:
        text = text.replace(form, MASK)
    return text


def is_within(text: str, forms: Iterable[str]) -> bool:
    """Return whether a text, or what it is when it is unescaped, has a secret in it."""
    plain = unquote(text)
    return any(form in text or form in plain for form in forms)
