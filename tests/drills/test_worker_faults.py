"""Whatever ends a horse, a parent or a job: the page in hand is charged, the others go on."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from newsroom import (
    count,
    dead_pages,
    enqueue,
    entries,
    horse_of,
    list_pages,
    story,
    until,
    workers_registered,
    working,
)
from origin import Reply, page, serve
from support import waiting

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.operations.lease_recovery_operations import reap_leases


def gone(pid: int) -> bool:
    """Whether a process has ended, be it still unburied."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def reaped(ledger: Ledger) -> int:
    """Take back what has expired; answers how many pages."""
    call = reap_leases(ledger.keys, limit=10, max_attempts=3, token=os.urandom(8).hex())
    return (await ledger.run(call)).pages


async def exists(flag: Path) -> None:
    await waiting.until(flag.exists)


@pytest.mark.parametrize(
    ("poison", "reason", "attempts"),
    [("segfault", "crash", 3), ("hang", "timeout", 2), ("memory", "memory", 3), ("error", "error", 3)],
)
async def test_a_page_that_ends_its_horse_is_buried_and_its_mates_are_published(
    ledger: Ledger, redis_url: str, poison: str, reason: str, attempts: int
) -> None:
    mates = [f"mate-{number}" for number in range(6)]
    routes = {f"/{name}": page(story(name)) for name in mates} | {"/bad": page(story("bad", poison=poison))}
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        async with working(redis_url, attempts=attempts) as worker:
            now = await until(ledger, redis_url)
            assert worker.process.returncode is None
    assert now.settled == {"published": 6}
    assert now.dead == 1
    (letter,) = (await dead_pages(ledger)).values()
    assert (letter.url, letter.reason, letter.attempts) == (origin.url("/bad"), reason, attempts)
    assert len(await entries(ledger)) == 6
    if poison == "error":
        assert "RuntimeError: poisoned" in letter.detail


async def test_a_request_that_runs_out_of_memory_is_charged_and_its_mates_are_not(
    ledger: Ledger, redis_url: str
) -> None:
    routes = {f"/mate-{number}": page(story(f"mate-{number}")) for number in range(4)}
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in (*routes, "/too-big")])
        async with working(redis_url, attempts=2):
            now = await until(ledger, redis_url)
    (letter,) = (await dead_pages(ledger)).values()
    assert (letter.url, letter.reason, letter.attempts) == (origin.url("/too-big"), "memory", 2)
    assert now.settled == {"published": 4}


async def test_a_page_that_only_sleeps_is_ended_by_the_tickets_time_limit(
    ledger: Ledger, redis_url: str
) -> None:
    async with serve({"/bad": page(story("bad", poison="sleep"))}) as origin:
        await list_pages(ledger, [origin.url("/bad")])
        async with working(redis_url, lease=600, attempts=1) as worker:
            enqueue(redis_url, timeout=2)
            await worker.logged("horse_died", cause="timeout")
            await until(ledger, redis_url, lambda now: now.dead == 1, tickets=False)
    (letter,) = (await dead_pages(ledger)).values()
    assert letter.reason == "timeout"


async def test_leases_are_extended_while_work_goes_on(ledger: Ledger, redis_url: str) -> None:
    text = story("drip")
    drip = page(text, drip=0.5, piece=len(text) // 8)
    async with serve({"/drip": drip}) as origin:
        await list_pages(ledger, [origin.url("/drip")])
        async with working(redis_url, lease=2) as worker:
            enqueue(redis_url)
            await origin.seen("/drip")

            async def settled() -> bool:
                assert not await reaped(ledger)
                return bool((await count(ledger)).settled)

            await waiting.until(settled)
            await worker.logged("page", outcome="created")
    assert len(origin.requests("/drip")) == 1


async def test_rqs_own_tools_see_worker_and_queue(ledger: Ledger, redis_url: str, tmp_path: Path) -> None:
    flag = tmp_path / "reading"
    async with serve({"/story": page(story("story", poison=f"held={flag}"))}) as origin:
        await list_pages(ledger, [origin.url("/story")])
        async with working(redis_url, lease=600, page_timeout=240):
            enqueue(redis_url, times=2, timeout=240)
            await exists(flag)
            tool = [str(Path(sys.executable).with_name("rq")), "info", "--url", redis_url]
            told = await asyncio.create_subprocess_exec(*tool, stdout=asyncio.subprocess.PIPE)
            said = (await told.communicate())[0].decode()
            flag.unlink()
    assert told.returncode == 0
    assert "feedmill" in said
    assert "1 workers, 1 queues" in said
    assert "busy" in said


async def test_a_killed_horse_gives_its_pages_back_at_once(
    ledger: Ledger, redis_url: str, tmp_path: Path
) -> None:
    flag = tmp_path / "reading"
    names = [f"story-{number}" for number in range(4)]
    routes = {f"/{name}": page(story(name, poison=f"slow={flag}")) for name in names}
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        async with working(redis_url, lease=600) as worker:
            enqueue(redis_url)
            await exists(flag)
            horse = horse_of(worker)
            assert horse is not None
            os.kill(horse, signal.SIGKILL)
            line = await worker.logged("abandoned", cause="crash")
            assert (line["returned"], line["buried"]) == (4, 0)
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 4}
    assert len(await entries(ledger)) == 4


async def test_a_killed_parent_takes_its_horse_along_and_the_pages_come_back(
    ledger: Ledger, redis_url: str, tmp_path: Path
) -> None:
    flag = tmp_path / "reading"
    async with serve({"/story": page(story("story", poison=f"slow={flag}"))}) as origin:
        await list_pages(ledger, [origin.url("/story")])
        async with working(redis_url, lease=2) as worker:
            enqueue(redis_url)
            await exists(flag)
            horse = horse_of(worker)
            assert horse is not None
            worker.process.kill()
            await worker.process.wait()
            await waiting.until(lambda: gone(horse))
        assert (await count(ledger)).leased == 1
        await waiting.until(lambda: reaped(ledger))
        async with working(redis_url):
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 1}
    assert len(await entries(ledger)) == 1


async def test_sigterm_finishes_the_page_in_hand_and_gives_the_rest_back(
    ledger: Ledger, redis_url: str, tmp_path: Path
) -> None:
    flag = tmp_path / "reading"
    shut = asyncio.Event()
    async with serve({"/hand": page(story("hand", poison=f"slow={flag}"))}) as origin:
        waiting = [f"/waiting-{number}" for number in range(3)]
        for path in waiting:
            origin.routes[path] = Reply(body=story(path), wait=shut)
        await list_pages(ledger, [origin.url("/hand"), *(origin.url(path) for path in waiting)])
        async with working(redis_url, lease=600, page_timeout=60) as worker:
            enqueue(redis_url)
            for path in waiting:
                await origin.seen(path)
            await exists(flag)
            worker.process.terminate()
            assert await worker.ended() == 0
        now = await count(ledger)
        shut.set()
        assert worker.outcomes() == {"hand": "held"}  # read, and waiting for the others of its source
        assert (now.settled, now.leased, now.ready + now.held) == ({}, 0, 4)
        assert workers_registered(redis_url) == 0
        async with working(redis_url):
            now = await until(ledger, redis_url)
    assert now.settled == {"published": 4}
    assert len(await entries(ledger)) == 4


async def test_sigterm_ends_an_idle_worker_in_order(redis_url: str) -> None:
    async with working(redis_url) as worker:
        await worker.logged("worker", state="ready")
        await waiting.until(lambda: workers_registered(redis_url) == 1)
        worker.process.terminate()
        assert await worker.ended() == 0
    assert workers_registered(redis_url) == 0


async def test_a_second_signal_ends_it_at_once(ledger: Ledger, redis_url: str, tmp_path: Path) -> None:
    flag = tmp_path / "reading"
    async with serve({"/hang": page(story("hang", poison=f"slow={flag} poison:hang"))}) as origin:
        await list_pages(ledger, [origin.url("/hang")])
        async with working(redis_url, lease=600, cpu=60) as worker:
            enqueue(redis_url)
            await exists(flag)
            horse = horse_of(worker)
            assert horse is not None
            worker.process.terminate()
            await asyncio.sleep(1)  # sleep: two signals that are pending at once are one
            worker.process.terminate()
            await worker.ended()
            await waiting.until(lambda: gone(horse))
    now = await count(ledger)
    assert (now.ready, now.leased, now.discovered) == (1, 0, 1)


async def test_doubled_and_deleted_tickets_change_nothing(ledger: Ledger, redis_url: str) -> None:
    names = [f"story-{number}" for number in range(10)]
    async with serve({f"/{name}": page(story(name)) for name in names}) as origin:
        await list_pages(ledger, [origin.url(f"/{name}") for name in names])
        jobs = enqueue(redis_url, times=8)
        for job in jobs[::2]:
            await ledger.client.delete(f"rq:job:{job}")
        await ledger.client.rpush("rq:queue:feedmill", *jobs)
        async with working(redis_url) as one, working(redis_url) as two:
            now = await until(ledger, redis_url)
            await waiting.until(lambda: horse_of(one) is horse_of(two) is None)
            assert one.process.returncode is two.process.returncode is None
    assert now.settled == {"published": 10}
    assert len(await entries(ledger)) == 10


async def test_a_ticket_that_the_server_loses_while_it_is_worked_off_is_named_without_a_trace(
    ledger: Ledger, redis_url: str
) -> None:
    answer = asyncio.Event()
    async with serve({"/story": Reply(body=str(story("story")), wait=answer)}) as origin:
        await list_pages(ledger, [origin.url("/story")])
        (job,) = enqueue(redis_url)
        async with working(redis_url, burst=True) as worker:
            await origin.seen("/story")
            await ledger.client.delete(f"rq:job:{job}")
            answer.set()
            await worker.logged("ticket_lost", job=job)
            assert await worker.ended() == 0
    assert "Traceback" not in str(worker.lines)
    assert len(await entries(ledger)) == 1


async def test_jobs_of_other_functions_are_refused(ledger: Ledger, redis_url: str, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    foreign = [
        ("os.system", (f"touch {flag}",)),
        ("pathlib.Path.touch", ()),
        ("worker.ticket.equip", ()),
        ("worker.ticket.run_ticket", (1,)),
    ]
    jobs = [(name, *enqueue(redis_url, name, args=args)) for name, args in foreign]
    async with working(redis_url, burst=True) as worker:
        for name, job in jobs:
            await worker.logged("ticket_refused", job=job, function=name)
        assert await worker.ended() == 0
    assert not flag.exists()
    assert await ledger.client.zcard("rq:failed:feedmill") == len(jobs)
    assert await ledger.client.llen("rq:queue:feedmill:intermediate") == 0


async def test_a_pickled_job_is_refused_unread(ledger: Ledger, redis_url: str) -> None:
    (job,) = enqueue(redis_url)
    await ledger.client.hset(f"rq:job:{job}", "data", b"\x80\x05cos\nsystem\n(S'false'\ntR.")
    async with working(redis_url, burst=True) as worker:
        await worker.logged("ticket_refused", job=job, function="unreadable")
        assert await worker.ended() == 0


async def test_callbacks_of_a_ticket_are_not_called(ledger: Ledger, redis_url: str) -> None:
    (job,) = enqueue(redis_url)
    names = {f"{name}_callback_name": "builtins.exit" for name in ("success", "failure", "stopped")}
    await ledger.client.hset(f"rq:job:{job}", mapping=names)
    async with working(redis_url, burst=True) as worker:
        line = await worker.logged("ticket")
        assert await worker.ended() == 0
    assert line["pages"] == 0
    assert await ledger.client.exists(f"rq:job:{job}") == 0
