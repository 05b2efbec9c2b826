"""Puts tickets for the workers into the queue: the scheduler's one module that imports RQ.

A ticket is an RQ job that says "there is work" and names no page. What RQ loses or doubles changes nothing:
the ledger owns the work, and the next look here puts out what is missing.
"""

import math

import redis
from rq import Queue
from rq.serializers import JSONSerializer

from feedmill._ledger.redis_error_mapping import translate_errors

QUEUE = "feedmill"
JOB = "worker.ticket.run_ticket"
TICKETS_PER_WORKER = 2
"""Tickets in the queue for each worker: one to work on, and one to follow it without an idle moment."""
SHARE = 16
"""Ready pages for which one more worker is called, though one alone would take them."""
TIMEOUT_S = 300
"""RQ's own limit on a ticket; a ticket ends itself long before."""
WAITING_S = 600
"""A ticket that no worker took for so long is deleted."""
FAILED_S = 3600
"""Seconds that RQ keeps a ticket that failed, for the operator; its pages come back by their leases."""


def count_missing_tickets(*, ready: int, pages_per_ticket: int, workers: int, queued: int) -> int:
    """Count the tickets to add: two a worker, never more than the ready pages can use."""
    useful = math.ceil(ready / min(pages_per_ticket, SHARE))
    return max(0, min(TICKETS_PER_WORKER * workers, useful) - queued)


class TicketQueue:
    """The queue of tickets, over a blocking client; call it from a thread."""

    def __init__(self, client: redis.Redis, *, pages_per_ticket: int, processes: int) -> None:
        self._client = client
        self._pages_per_ticket = pages_per_ticket
        self._processes = processes
        self._queue = Queue(QUEUE, connection=client, serializer=JSONSerializer)

    def enqueue_missing(self, ready: int) -> int:
        """Put out the tickets that are missing for so many ready pages; returns how many.

        Raises LedgerError: temporary ones too, such as a server that is gone, busy or full.
        """
        if ready <= 0:
            return 0
        with translate_errors("tickets"):
            return self._enqueue_missing(ready)

    def _enqueue_missing(self, ready: int) -> int:
        # Plain LLEN and SCARD: RQ's own registry counts clean up as they count, and can double a job.
        queued = int(self._client.llen(self._queue.key))
        workers = max(self._processes, int(self._client.scard(f"rq:workers:{QUEUE}")))
        wanted = count_missing_tickets(
            ready=ready, pages_per_ticket=self._pages_per_ticket, workers=workers, queued=queued
        )
        if wanted:
            self._queue.enqueue_many(
                Queue.prepare_data(
                    JOB,
                    timeout=TIMEOUT_S,
                    ttl=WAITING_S,
                    result_ttl=0,
                    failure_ttl=FAILED_S,
                    description="ticket",
                )
                for _ in range(wanted)
            )
        return wanted
