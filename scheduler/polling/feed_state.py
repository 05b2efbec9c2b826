"""What the scheduler keeps of a feed from poll to poll, beside what the ledger itself reads.

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
    """What the last document asked for."""
    why: str = ""
    """What had a say in the next poll, rule=seconds."""
    good_at: int = 0
    """When the feed was last known as a whole: read, or found unchanged."""
    full_at: int = 0
    """When the last full answer came that was no reply to a condition, or began to be remembered."""
    true_304s: int = 0
    """Full requests that proved the 304s before them true."""
    false_304s: int = 0
    """Full requests that proved the 304s before them wrong."""
    failure_score: float = 0
    """Of the failed polls in a row (faults.py)."""
    failed_at: int = 0
    """When the first of them was."""
    failing: bool = False
    """The feed was said to be failing."""
    move: PendingRedirect | None = None
    """A permanent redirect that has not held long enough yet."""
    gaps: int = 0
    """Polls that may have come too late, ever."""
    silent: bool = False
    """The feed was said to be silent."""
    printed_at: int = 0
    """When the prints of all its entries were last remembered (cut.py)."""
    announced: int = 0
    """Names the other address that the feed last said is its own; 0 for none."""


_decoder = msgspec.json.Decoder(PollState)


def read_poll_state(text: str) -> PollState:
    """Read stored notes; what cannot be read is forgotten."""
    try:
        return _decoder.decode(text) if text else PollState()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return PollState()


def write_poll_state(state: PollState) -> str:
    """Write notes for the ledger."""
    return msgspec.json.encode(state).decode()
