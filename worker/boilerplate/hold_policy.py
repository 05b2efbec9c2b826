"""Decides how long a page is held while too little is known of its source's boilerplate.

What is held is the cleaned page with its lines, so that nothing is fetched or read twice.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from feedmill._ledger.core.operation_result_types import LearnedSource
from worker.page_models import CleanedArticle
from worker.publishing.reader_version import ReadingOrigin

ENOUGH_SIBLINGS = 3
"""Articles of a source that must be known before one of them is published at once."""
_FIRST_HOLD_MS = 15_000
"""Shortest wait before a held page is checked again: siblings that are being read need some seconds."""
_MAX_HOLD_MS = 30_000
"""Longest wait between two checks, so that a gate that has closed delays a page no longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPage:
    """A page that has been read: what the ledger keeps while it is held."""

    url: str
    """The address that answered."""
    read_at: datetime
    cleaned: CleanedArticle
    validators: tuple[str, str] = ("", "")
    """The answer's ETag and Last-Modified."""
    stands_in: str = ""
    """Why the feed's words stand in for the page; empty where they do not."""
    jumped: bool = False
    """Another site's page, to which the listed one jumped: its address is no proven name."""
    restricted: bool = False
    """It is behind the operator's credentials."""
    origin: ReadingOrigin = "full"
    """Which way gave its text."""


_decoder = msgspec.json.Decoder(HeldPage)


def pack_held_page(held: HeldPage) -> bytes:
    """Write a held page as the ledger stores it."""
    return zlib.compress(msgspec.json.encode(held), 3)


def unpack_held_page(data: bytes) -> HeldPage:
    """Read what `pack` wrote."""
    return _decoder.decode(zlib.decompress(data))


def choose_hold_ms(
    learned: LearnedSource, *, known_rev: int, read_at: datetime, now: datetime, longest_ms: int
) -> int:
    """Decide for how many ms a page is held before it is looked at again; 0 publishes it.

    It waits as long as too few articles of its source are known and others are about to be read, never
    longer than `longest_ms` since it was read. An article that is out already never waits. It is released as
    soon as enough are known or a page ends without being learned from; the looks are for all else: a gate
    that has closed, a process that ended.
    """
    waited = max(0, round((now - read_at).total_seconds() * 1000))
    left = longest_ms - waited
    if known_rev or not learned.awaited or left <= 0:
        return 0
    return min(max(_FIRST_HOLD_MS, waited), _MAX_HOLD_MS, left)
