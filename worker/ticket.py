"""Gives RQ's job its name in Redis, `worker.ticket.run_ticket`, which stays as it is."""

from worker.process.rq_job import run_ticket

__all__ = ["run_ticket"]
