"""Describes what a feed encloses with an entry: sound, film, documents; and what it states of an episode."""

from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]


class Enclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the feed gives with the entry."""

    url: str
    type: str | None = None
    """Its media type, as the feed says."""
    bytes: Count | None = None
    seconds: Count | None = None


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """What the podcasts' namespaces (itunes, podcast) state of an episode."""

    number: Count | None = None
    season: Count | None = None
    kind: str | None = None
    """full, trailer or bonus."""
    seconds: Count | None = None
    transcript: str | None = None
    """Address of the transcript."""
    chapters: str | None = None
    """Address of the list of chapters."""
