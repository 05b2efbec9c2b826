"""Builds calls on what recurs in the articles of a source, and on pages that wait until it is known."""

from collections.abc import Iterator
from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import LearnedSource, SiblingArticle
from feedmill._ledger.core.script_values import decode_number, decode_optional_number, decode_text

_GROUP_BYTES = 16
"""Bytes of an article's id."""


def hold_page(
    keys: Keys, *, page_id: str, lease: str, source: str, blocks: bytes, hold_ms: int, token: str
) -> Call[int | None]:
    """Set an extracted page aside for its source, at most `hold_ms`; returns the pages held for the source.

    None: the lease is lost. `take_pages` brings the page back with `blocks` in `LeasedPage.held`.
    """
    return build_call("hold", keys, decode_optional_number, token, page_id, lease, source, hold_ms, blocks)


def release_held_pages(keys: Keys, *, source: str, token: str) -> Call[int]:
    """Make every page held for the source takable now; returns how many."""
    return build_call("release", keys, decode_number, token, source)


def learn_boilerplate(
    keys: Keys,
    *,
    memory: str,
    page_id: str,
    title: bytes,
    prints: bytes,
    source: str,
    site: str,
    enough: int,
    soon_ms: int,
    token: str,
) -> Call[LearnedSource]:
    """Add an article's prints to what is known of its source; returns how the others are like it.

    `memory` names what belongs together. `prints` are entries of 6 bytes of hash and 1 of weight, 250 at
    most; `title` hashes of 3 bytes. As long as fewer than `enough` articles are known, the pages of this
    source and site that are leased or ready within `soon_ms` are counted too (`awaited`).
    """

    def decode(reply: Any) -> LearnedSource:
        return LearnedSource(
            decode_text(reply[0]),
            tuple(_unpack_siblings(reply[3])),
            decode_number(reply[1]),
            decode_number(reply[2]),
        )

    return build_call(
        "learn", keys, decode, token, memory, page_id, title, prints, source, site, enough, soon_ms
    )


def _unpack_siblings(packed: bytes) -> Iterator[SiblingArticle]:
    """Read the siblings as the script `learn` lays them out."""
    at = 0
    while at < len(packed):
        title_at = at + _GROUP_BYTES + 1
        shared_at = title_at + packed[title_at - 1] + 1
        group, title = packed[at : title_at - 1], packed[title_at : shared_at - 1]
        at = shared_at + packed[shared_at - 1]
        yield SiblingArticle(decode_text(group), title, frozenset(packed[shared_at:at]))
