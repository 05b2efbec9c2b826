"""The parser's cage: what a document can do costs one child."""

import asyncio
import dataclasses
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.tracked import ROOT

from scheduler.parsing.document_models import FeedDocument, MalformedDocument, ParsedFeed
from scheduler.sandbox.parser_pool import ParserPool, ParserPoolSettings

GOOD = FeedDocument(
    b'<rss version="2.0"><channel><item><title>a</title></item></channel></rss>', None, "http://a.example/"
)
# feedparser is quadratic in the length of what may be a mail address: this would take a quarter of an hour.
HANGING = FeedDocument(
    b"<rss><channel><item><author>" + b"a." * 200_000 + b"</author></item></channel></rss>",
    None,
    "http://a.example/",
)


def child_of(cage: ParserPool) -> int:
    (child,) = cage._quick.children
    assert child._process is not None
    return child._process.pid


@contextmanager
def hurried(cage: ParserPool, wall_s: float) -> Iterator[None]:
    """Shorten the time of documents for a while; their children have been started before."""
    before = cage._settings
    short = dataclasses.replace(before, wall_s=wall_s)
    places = [cage, *cage._quick.children, *cage._slow.children]
    for place in places:
        place._settings = short
    yield
    for place in places:
        place._settings = before


async def warm_slow(cage: ParserPool) -> None:
    """Start the child for slow feeds: its start is no time of a document."""
    cage._remember(GOOD.url)
    assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_one_warm_child_reads_many_documents() -> None:
    async with ParserPool() as cage:
        first = await cage.parse(GOOD)
        pid = child_of(cage)
        answers = [await cage.parse(GOOD) for _ in range(20)]
        assert child_of(cage) == pid
    assert isinstance(first, ParsedFeed)
    assert answers == [first] * 20


async def test_a_document_that_takes_too_much_cpu_costs_one_child() -> None:
    async with ParserPool(ParserPoolSettings(cpu_s=1, wall_s=50)) as cage:
        await cage.parse(GOOD)
        before = child_of(cage)
        spent = await cage.parse(HANGING)
        assert isinstance(spent, MalformedDocument)
        assert (spent.outcome, spent.detail) == ("parser_timeout", "more than 1 s of CPU")
        assert isinstance(await cage.parse(GOOD), ParsedFeed)
        assert child_of(cage) != before


async def test_a_document_that_takes_too_long_costs_one_child() -> None:
    async with ParserPool(ParserPoolSettings(wall_s=240, cpu_s=60)) as cage:
        await warm_slow(cage)
        with hurried(cage, 1.0):
            spent = await cage.parse(HANGING)
        assert isinstance(spent, MalformedDocument)
        assert spent.outcome == "parser_timeout"
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_a_child_that_starts_too_slowly_is_no_fault_of_the_document() -> None:
    async with ParserPool(ParserPoolSettings(wall_s=0.02)) as cage:
        late = await cage.parse(GOOD)
        assert isinstance(late, MalformedDocument)
        assert late.outcome == "parser_busy"


async def test_a_hanging_document_does_not_hold_up_others() -> None:
    async with ParserPool(ParserPoolSettings(children=2, cpu_s=5)) as cage:
        slow = asyncio.create_task(cage.parse(HANGING))
        assert isinstance(await cage.parse(GOOD), ParsedFeed)
        assert not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)


async def test_a_child_that_is_killed_is_named_and_replaced() -> None:
    async with ParserPool() as cage:
        await cage.parse(GOOD)
        slow = asyncio.create_task(cage.parse(HANGING))
        await asyncio.sleep(0)
        os.kill(child_of(cage), signal.SIGSEGV)
        crashed = await slow
        assert isinstance(crashed, MalformedDocument)
        assert (crashed.outcome, crashed.detail) == ("parser_crash", "the parser ended: SIGSEGV")
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_a_child_that_dies_with_nothing_to_read_is_no_fault_of_the_next_document() -> None:
    async with ParserPool() as cage:
        await cage.parse(GOOD)
        before = child_of(cage)
        (child,) = cage._quick.children
        assert child._process is not None
        os.kill(before, signal.SIGKILL)
        await child._process.wait()
        assert isinstance(await cage.parse(GOOD), ParsedFeed)
        assert child_of(cage) != before


async def test_a_child_that_dies_as_it_starts_is_no_fault_of_the_document() -> None:
    async with ParserPool() as cage:
        parsing = asyncio.create_task(cage.parse(GOOD))
        (child,) = cage._quick.children
        while child._process is None:  # noqa: ASYNC110  the pool has no event for it
            await asyncio.sleep(0)
        os.kill(child._process.pid, signal.SIGKILL)
        late = await parsing
        assert isinstance(late, MalformedDocument)
        assert (late.outcome, late.detail) == ("parser_busy", "the parser ended as it was started: SIGKILL")
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_memory_is_bounded() -> None:
    async with ParserPool(ParserPoolSettings(memory_bytes=160 << 20)) as cage:
        full = await cage.parse(FeedDocument(GOOD.body + b" " * (200 << 20), None, "http://a.example/"))
        assert isinstance(full, MalformedDocument)
        assert full.outcome == "parser_memory"
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_a_child_is_replaced_after_its_share_of_documents() -> None:
    async with ParserPool(ParserPoolSettings(max_documents=2)) as cage:
        await cage.parse(GOOD)
        before = child_of(cage)
        await cage.parse(GOOD)
        await cage.parse(GOOD)
        assert child_of(cage) != before


async def test_an_abandoned_document_leaves_no_answer_behind() -> None:
    async with ParserPool() as cage:
        await cage.parse(GOOD)
        slow = asyncio.create_task(cage.parse(HANGING))
        await asyncio.sleep(0.05)  # sleep: the child may have it, or not yet
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_a_child_dies_with_its_killed_parent() -> None:
    program = textwrap.dedent("""
        import asyncio, sys
        from scheduler.sandbox.parser_pool import ParserPool
        from scheduler.parsing.document_models import FeedDocument

        async def main():
            async with ParserPool() as cage:
                await cage.parse(FeedDocument(b"<rss></rss>", None, "http://a.example/"))
                print(cage._quick.children[0]._process.pid, flush=True)
                await asyncio.sleep(6000)

        asyncio.run(main())
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watch = os.pidfd_open(child)
        parent.kill()
        parent.wait()
    try:
        assert select.select([watch], [], [], 120)[0], "the child lives on"
    finally:
        os.close(watch)


async def test_slow_feeds_wait_for_one_another_and_the_others_for_none_of_them() -> None:
    slow = [FeedDocument(HANGING.body, None, f"http://{name}.example/") for name in "bcd"]
    async with ParserPool(ParserPoolSettings(cpu_s=20, wall_s=40)) as cage:
        for document in slow:
            cage._remember(document.url)
        waiting = [asyncio.create_task(cage.parse(document)) for document in slow]
        await asyncio.sleep(0)
        assert isinstance(await cage.parse(GOOD), ParsedFeed)
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_the_wait_for_a_parser_is_bounded_and_no_fault_of_the_document() -> None:
    async with ParserPool(ParserPoolSettings(wall_s=240, cpu_s=60)) as cage:
        await warm_slow(cage)
        with hurried(cage, 1.0):
            first = asyncio.create_task(cage.parse(HANGING))
            await asyncio.sleep(0)
            answers = await asyncio.gather(*(cage.parse(HANGING) for _ in range(2)), first)
    outcomes = [answer.outcome for answer in answers]
    assert set(outcomes) <= {"parser_timeout", "parser_busy"}
    assert outcomes[2] == "parser_timeout"


async def test_a_child_that_has_grown_is_replaced() -> None:
    async with ParserPool(ParserPoolSettings(max_growth_bytes=1)) as cage:
        await cage.parse(GOOD)
        assert cage._quick.children[0]._process is None
        assert isinstance(await cage.parse(GOOD), ParsedFeed)


async def test_a_document_whose_time_was_spent_waiting_is_no_fault_of_its_feed() -> None:
    first, second = (FeedDocument(HANGING.body, None, f"http://{name}.example/") for name in "bc")
    async with ParserPool(ParserPoolSettings(cpu_s=60, wall_s=240)) as cage:
        await warm_slow(cage)
        for document in (first, second):  # known to be slow from now on
            cage._remember(document.url)
        with hurried(cage, 1.0):
            ended = [asyncio.create_task(cage.parse(document)) for document in (first, second)]
            outcomes = {(await task).outcome for task in ended}
    assert outcomes == {"parser_timeout", "parser_busy"}


def test_a_parser_process_loads_no_client_of_the_network() -> None:
    program = (
        "import sys, scheduler.sandbox.parser_child\n"
        "print([name for name in ('httpx', 'aiohttp', 'redis', 'rq', 'trafilatura') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stdout == "[]\n"
