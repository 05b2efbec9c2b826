"""Keeps the ledger's time for a process: the server's, carried on by the process's own monotonic clock.

A host's own clock plays no part in any decision, so a host may be wrong by years and may jump.
"""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WORDS = 4
"""Latest answers of which the quickest counts: each is out of date by as long as it was on its way."""


class LedgerClock:
    """Called, it returns the present time; the host's own until the ledger's is noted."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ahead: deque[float] = deque(maxlen=WORDS)

    def set_ledger_ms(self, now_ms: int) -> None:
        """Take the ledger's time, ms since the epoch, from an answer that has just come."""
        self._ahead.append(now_ms / 1000 - self._monotonic())

    def __call__(self) -> datetime:
        """Return the present time with its zone."""
        if not self._ahead:
            return datetime.now(UTC)
        return EPOCH + timedelta(seconds=max(self._ahead) + self._monotonic())

    def at_ms(self, moment: float) -> int | None:
        """Return the ledger's time of a moment of the monotonic clock, in ms; None until it is noted."""
        return round((max(self._ahead) + moment) * 1000) if self._ahead else None
