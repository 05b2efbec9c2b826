"""Holds what the scheduler keeps of a feed from poll to poll, beside what the ledger itself reads.

The ledger stores it as one short text and never looks inside; a thousand bytes a feed is all there is.
"""

import msgspec

from scheduler.parsing.document_models import Hints
from scheduler.polling.permanent_redirects import PendingRedirect


class PollState(msgspec.Struct, frozen=True, array_like=True):
    """The notes on one feed. New fields go to the end; times in seconds since the epoch, 0 for never."""

    arrival_rate: str = ""
    """As scheduler.intervals.arrival_rate writes it."""
    hints: Hints | None = None
    """What the last document wishes for the next poll."""
    why: str = ""
    """What counted for the next poll, rule=seconds."""
    good_at: int = 0
    """When the feed was last known as a whole: read, or found unchanged."""
    full_at: int = 0
    """When the last full answer came that was no reply to a condition, or began to be remembered."""
    true_304s: int = 0
    """Full requests that proved the 304s before them true."""
    false_304s: int = 0
    """Full requests that proved the 304s before them wrong."""
    failure_score: float = 0
    """Of the failed polls in a row (failure_weights.py)."""
    failed_at: int = 0
    """When the first of them was."""
    failing: bool = False
    """The event that the feed fails was sent."""
    move: PendingRedirect | None = None
    """A permanent redirect that has not held long enough yet."""
    gaps: int = 0
    """Polls that may have come too late, ever."""
    silent: bool = False
    """The event that the feed is silent was sent."""
    printed_at: int = 0
    """When the prints of all its entries were last remembered (entry_comparison.py)."""
    announced: int = 0
    """Number of the other address that the feed last named as its own; 0 for none."""
    part: int = 0
    """KiB of its document's end that are asked for; 0 for the whole, -1 where no end was given."""


_decoder = msgspec.json.Decoder(PollState)


def read_poll_state(text: str) -> PollState:
    """Read stored notes; what cannot be read counts as none."""
    try:
        return _decoder.decode(text) if text else PollState()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return PollState()


def write_poll_state(state: PollState) -> str:
    """Write notes for the ledger."""
    return msgspec.json.encode(state).decode()
