"""What the scheduler keeps of a feed from poll to poll, beside what the ledger itself reads.

The ledger stores it as one short text and never looks inside; a thousand bytes a feed is all there is.
"""

import msgspec

from scheduler.documents import Hints
from scheduler.moves import Move


class Notes(msgspec.Struct, frozen=True, array_like=True):
    """The notes on one feed. New fields go to the end; times in seconds since the epoch, 0 for never."""

    rhythm: str = ""
    """As scheduler.rhythm writes it."""
    hints: Hints | None = None
    """What the last document asked for."""
    why: str = ""
    """What had a say in the next poll, rule=seconds."""
    good_at: int = 0
    """When the feed was last known as a whole: read, or found unchanged."""
    full_at: int = 0
    """When the last full answer came that was no reply to a condition, or began to be remembered."""
    trust: int = 0
    """Full requests that proved the 304s before them true."""
    lies: int = 0
    """Full requests that proved the 304s before them wrong."""
    strain: float = 0
    """Of the failed polls in a row (faults.py)."""
    failed_at: int = 0
    """When the first of them was."""
    failing: bool = False
    """The feed was said to be failing."""
    move: Move | None = None
    """A permanent redirect that has not held long enough yet."""
    gaps: int = 0
    """Polls that may have come too late, ever."""
    silent: bool = False
    """The feed was said to be silent."""
    printed_at: int = 0
    """When the prints of all its entries were last remembered (cut.py)."""


_decoder = msgspec.json.Decoder(Notes)


def read_notes(text: str) -> Notes:
    """Read stored notes; what cannot be read is forgotten."""
    try:
        return _decoder.decode(text) if text else Notes()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return Notes()


def written_notes(notes: Notes) -> str:
    """Write notes for the ledger."""
    return msgspec.json.encode(notes).decode()
