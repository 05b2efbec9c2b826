"""A horse is forked before there is a ticket for it; it ends with its worker, a dead one delays nothing."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

from newsroom import children_of, enqueue, entries, horse_of, list_pages, story, until, working
from origin import page, serve
from support import waiting
from support.tracked import ROOT

from feedmill._ledger.core.ledger_client import Ledger

GIVEN = """
import os, signal
from worker.process.spare_horse import SpareHorse, TicketMessage

def run(ticket):
    os._exit(7 if (ticket.job_id, ticket.record) == ("job", {b"data": b"x" * 200_000}) else 8)

spare = SpareHorse(lambda: None, run)
spare.fork()
TICKET = TicketMessage("job", {b"data": b"x" * 200_000}, "execution")
"""


def run_alone(program: str) -> str:
    """Run a program that forks in a process of its own; gives what it prints."""
    code = textwrap.dedent(GIVEN + program)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.stdout


def test_it_runs_the_ticket_that_it_is_given_however_long() -> None:
    program = """
    pid = spare.hand_over(TICKET)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), spare.hand_over(TICKET))
    """
    assert run_alone(textwrap.dedent(program)) == "7 None\n"


def test_a_dead_one_is_given_none_and_is_collected() -> None:
    program = """
    os.kill(spare._pid, signal.SIGKILL)
    os.waitid(os.P_PID, spare._pid, os.WEXITED | os.WNOWAIT)
    print(spare.hand_over(TICKET))
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        print("no child is left")
    """
    assert run_alone(textwrap.dedent(program)) == "None\nno child is left\n"


def test_one_that_is_ended_is_collected_and_another_may_be_forked() -> None:
    program = """
    before = spare._pid
    spare.end()
    spare.end()
    spare.fork()
    spare.fork()
    print(spare._pid != before, os.waitstatus_to_exitcode(os.waitpid(spare.hand_over(TICKET), 0)[1]))
    """
    assert run_alone(textwrap.dedent(program)) == "True 7\n"


async def test_a_ticket_is_run_by_the_horse_that_was_there_before_it(ledger: Ledger, redis_url: str) -> None:
    async with serve({"/story": page(story("story"))}) as origin, working(redis_url) as worker:
        await waiting.until(lambda: children_of(worker))
        (spare,) = children_of(worker)
        assert horse_of(worker) is None
        await list_pages(ledger, [origin.url("/story")])
        enqueue(redis_url)
        await until(ledger, redis_url)
        await waiting.until(
            lambda: children_of(worker) not in ([], [spare])
        )  # it has ended, and another waits
        assert len(await entries(ledger)) == 1
        assert worker.process.returncode is None


async def test_a_spare_horse_that_is_killed_delays_no_page_and_takes_none(
    ledger: Ledger, redis_url: str
) -> None:
    async with serve({"/story": page(story("story"))}) as origin, working(redis_url) as worker:
        await waiting.until(lambda: children_of(worker))
        (spare,) = children_of(worker)
        os.kill(spare, signal.SIGKILL)
        await list_pages(ledger, [origin.url("/story")])
        enqueue(redis_url)
        now = await until(ledger, redis_url)
        assert now.settled == {"published": 1}


async def test_it_ends_with_its_worker(redis_url: str) -> None:
    async with working(redis_url) as worker:
        await waiting.until(lambda: children_of(worker))
        (spare,) = children_of(worker)
        worker.process.kill()
        await waiting.until(lambda: not Path(f"/proc/{spare}/stat").exists() or _is_dead(spare))


def _is_dead(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
