"""Returning what a horse left behind, as soon as the ledger can be reached."""

from uuid import uuid4

import structlog

from feedmill._ledger.errors import LedgerError
from feedmill._ledger.ledger import SyncLedger
from feedmill._ledger.watch_calls import abandon
from worker.bench import Bench

_IN_ORDER = "error"
"""What limits.cause_of names the end of a horse that left by itself."""

log = structlog.get_logger()


class Endings:
    """The ends of this worker's horses that the ledger does not know yet."""

    def __init__(self, bench: Bench, ledger: SyncLedger) -> None:
        self._bench = bench
        self._ledger = ledger
        self._pending: list[tuple[str, str]] = []

    def note(self, pid: int, cause: str) -> None:
        """Return a horse's leases now, or remember to when the ledger is away or full."""
        self._pending.append((self._bench.owner(pid), cause))
        if cause != _IN_ORDER:
            self._bench.meters.horse_died(cause)
        try:
            self.settle()
        except LedgerError as error:
            if not error.temporary:
                raise
            log.warning("leases_kept", pid=pid, error=str(error))

    def settle(self) -> None:
        """Return the leases of all horses that have ended; raises LedgerError."""
        while self._pending:
            owner, cause = self._pending[0]
            left = self._ledger.run(
                abandon(
                    self._bench.keys,
                    owner=owner,
                    reason=cause,
                    max_attempts=self._bench.attempts,
                    token=uuid4().hex,
                )
            )
            self._pending.pop(0)
            if left.returned or left.buried:
                log.warning("abandoned", cause=cause, returned=left.returned, buried=left.buried)
