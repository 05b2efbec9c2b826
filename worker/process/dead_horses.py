"""Returns what a horse left behind, as soon as the ledger can be reached."""

from uuid import uuid4

import structlog

from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations.lease_recovery_operations import return_owner_pages
from worker.pipeline.worker_context import WorkerContext

_CLEAN_EXIT = "error"
"""What `process_limits.name_death_cause` names the end of a horse that left by itself."""

log = structlog.get_logger()


class DeadHorses:
    """Ends of this worker's horses that are not in the ledger yet."""

    def __init__(self, context: WorkerContext, ledger: SyncLedger) -> None:
        self._context = context
        self._ledger = ledger
        self._pending: list[tuple[str, str]] = []

    def add(self, pid: int, cause: str) -> None:
        """Return a horse's leases now, or later when the ledger is away or full."""
        self._pending.append((self._context.lease_owner(pid), cause))
        if cause != _CLEAN_EXIT:
            self._context.meters.count_horse_death(cause)
        try:
            self.return_leases()
        except LedgerError as error:
            if not error.temporary:
                raise
            log.warning("leases_kept", pid=pid, error=str(error))

    def return_leases(self) -> None:
        """Return the leases of all horses that have ended; raises LedgerError."""
        while self._pending:
            owner, cause = self._pending[0]
            left = self._ledger.run(
                return_owner_pages(
                    self._context.keys,
                    owner=owner,
                    reason=cause,
                    max_attempts=self._context.max_attempts,
                    token=uuid4().hex,
                )
            )
            self._pending.pop(0)
            if left.returned or left.buried or left.robots:
                log.warning(
                    "abandoned", cause=cause, returned=left.returned, buried=left.buried, robots=left.robots
                )
