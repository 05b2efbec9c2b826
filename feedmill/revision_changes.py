"""Describes what a revision changed: the field `changes` of a stream entry `updated`."""

from typing import Literal

import msgspec

ChangedField = Literal["title", "text", "standfirst", "authors", "published_at", "updated_at", "image", "url"]
"""Fields of the article that are compared."""


class Changes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A compact diff of an article's text against the revision before, as plain text.

    `added` and `removed` are whole paragraphs, in order, long ones cut with "…"; at most 20 of each and
    8,000 characters together, beyond which `cut` is true. A paragraph that was only moved is in neither.
    """

    fields: tuple[ChangedField, ...] = ()
    """The fields that are not as they were."""
    title: str | None = None
    """The title before, where it changed."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    words: int = 0
    """Words more (or, negative, fewer) than before."""
    cut: bool = False
    """Not all paragraphs are here, or not whole."""


def encode_changes(changes: Changes) -> bytes:
    """Write changes as JSON (UTF-8)."""
    return msgspec.json.encode(changes)


def decode_changes(data: bytes | str) -> Changes:
    """Read changes from JSON; raises msgspec.ValidationError when the data are none."""
    return msgspec.json.decode(data, type=Changes)
