"""Tickets: enough of them, and no more."""

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.errors import LedgerUnavailable
from scheduler.loops.rq_tickets import JOB, TicketQueue, count_missing_tickets


@pytest.mark.parametrize(
    ("ready", "workers", "queued", "tickets"),
    [
        (0, 2, 0, 0),
        (1, 2, 0, 1),
        (1, 2, 1, 0),
        (16, 2, 0, 1),
        (17, 2, 0, 2),
        (10_000, 2, 0, 4),
        (10_000, 2, 3, 1),
        (10_000, 2, 4, 0),
        (10_000, 2, 9, 0),
        (10_000, 20, 0, 40),
    ],
)
def test_about_two_a_worker_are_out(ready: int, workers: int, queued: int, tickets: int) -> None:
    assert count_missing_tickets(ready=ready, pages_per_ticket=16, workers=workers, queued=queued) == tickets


def test_tickets_are_rq_jobs_in_json_that_name_no_page(redis_client_sync: Redis) -> None:
    tickets = TicketQueue(redis_client_sync, pages_per_ticket=16, processes=2)
    assert tickets.enqueue_missing(1000) == 4
    assert tickets.enqueue_missing(1000) == 0
    queue = Queue("feedmill", connection=redis_client_sync, serializer=JSONSerializer)
    jobs = [Job.fetch(job_id, redis_client_sync, serializer=JSONSerializer) for job_id in queue.job_ids]
    assert [(job.func_name, job.args, job.kwargs) for job in jobs] == [(JOB, [], {})] * 4
    assert all(job.result_ttl == 0 and job.ttl and job.timeout for job in jobs)


def test_nothing_is_put_out_while_nothing_is_ready(redis_client_sync: Redis) -> None:
    assert TicketQueue(redis_client_sync, pages_per_ticket=16, processes=2).enqueue_missing(0) == 0
    assert redis_client_sync.keys("rq:*") == []


def test_a_lost_ticket_is_made_up_for(redis_client_sync: Redis) -> None:
    tickets = TicketQueue(redis_client_sync, pages_per_ticket=16, processes=1)
    tickets.enqueue_missing(1000)
    redis_client_sync.lpop("rq:queue:feedmill")
    assert tickets.enqueue_missing(1000) == 1


def test_workers_of_other_machines_count(redis_client_sync: Redis) -> None:
    redis_client_sync.sadd("rq:workers:feedmill", "a", "b", "c")
    assert TicketQueue(redis_client_sync, pages_per_ticket=16, processes=1).enqueue_missing(1000) == 6


def test_a_server_that_is_gone_is_the_ledgers_absence() -> None:
    with connect_blocking("unix:///nowhere/redis.sock") as client, pytest.raises(LedgerUnavailable):
        TicketQueue(client, pages_per_ticket=16, processes=1).enqueue_missing(1)
