"""Operations on the course of a source: how its latest pages came out, and whether its site has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedmill._ledger.calls import Call, call, optional_number
from feedmill._ledger.keys import Keys

MARK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Course:
    """How the latest pages of a source came out, the page in hand first."""

    marks: tuple[bytes, ...]
    since: int | None = None
    """Pages since its site changed, this one included; None while it runs as usual."""


def note_page(keys: Keys, *, course: str, page_id: str, mark: bytes, token: str) -> Call[Course]:
    """Add a page's mark (4 bytes) to a course of 120 at most; a page that is known by its id counts once."""

    def decode(reply: Any) -> Course:
        joined, since = reply
        marks = (joined[at : at + MARK_BYTES] for at in range(0, len(joined), MARK_BYTES))
        return Course(tuple(marks), optional_number(since))

    return call("note_page", keys, decode, token, course, page_id, mark)


def tell_change(
    keys: Keys, *, course: str, since: int, keep: int, fields: Mapping[str, str], token: str
) -> Call[bool]:
    """Append an event to the events stream and remember the change; False: it has been told already.

    `since`: pages since the change, 0 when the site has settled. `keep`: marks that stay in the course, 0
    for all.
    """
    flat = (part for pair in fields.items() for part in pair)
    return call("tell_change", keys, bool, token, course, since, keep, *flat)
