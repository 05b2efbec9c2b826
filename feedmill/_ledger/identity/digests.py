"""Digests words into names of 16 hex digits and numbers of 63 bits (for ids, keys and marks). Pure."""

import hashlib


def _digest(kind: str, parts: tuple[str, ...]) -> bytes:
    joined = "\0".join((kind, *parts))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:8]


def hash_text(text: str) -> int:
    """Name a text (an address, a list of numbers) by a number."""
    return digest_number("guid", text)


def digest_name(kind: str, *parts: str) -> str:
    """Make a name of 16 hex digits."""
    return _digest(kind, parts).hex()


def digest_number(kind: str, *parts: str) -> int:
    """Make a signed number of 63 bits."""
    return int.from_bytes(_digest(kind, parts), "big", signed=True) >> 1
