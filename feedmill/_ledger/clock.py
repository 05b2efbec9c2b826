"""The ledger's time for a process: the server's word, carried on by the process's own monotonic clock.

What a host's clock says plays no part in any decision, so a host may be wrong by years and may jump.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LedgerClock:
    """Called, it gives the present time; the host's own until the ledger's is noted."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._ahead: float | None = None

    def note(self, now_ms: int) -> None:
        """Take the ledger's time, ms since the epoch, from an answer that has just come."""
        self._ahead = now_ms / 1000 - self._monotonic()

    def __call__(self) -> datetime:
        """Give the present time with its zone."""
        if self._ahead is None:
            return datetime.now(UTC)
        return EPOCH + timedelta(seconds=self._ahead + self._monotonic())
