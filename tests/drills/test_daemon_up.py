"""`feedmill up` as an operator and as an accident meet it: real processes, a real server, a real site."""

import asyncio
import contextlib
import json
import re
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from origin import Origin, Reply, feed, serve
from running import Site, children_of, clean_environment, keepers, kill, processes_naming
from support.waiting import block_until

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from feedmill._ledger.core.ledger_connections import connect

Fleet = Callable[..., Awaitable["Running"]]


class Running:
    """A running `feedmill` whose log is read as it comes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []

    async def said(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait for a line of the log."""
        assert self.process.stderr is not None
        async with asyncio.timeout(120):
            while line := await self.process.stderr.readline():
                with contextlib.suppress(ValueError):
                    self.log.append(json.loads(line))
                    if self.log[-1]["event"] == event and fields.items() <= self.log[-1].items():
                        return self.log[-1]
        pytest.fail(f"it ended without saying {event}: {self.log}")

    async def ends(self) -> tuple[int, str]:
        """Wait for the end: exit code and standard output."""
        async with asyncio.timeout(120):
            out, _ = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, out.decode()

    def child(self, role: str) -> int:
        """Find the process of a role below this one."""
        for pid in children_of(self.process.pid):
            if role in Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0"):
                return pid
        pytest.fail(f"no {role}")


@pytest.fixture
def site() -> Iterator[Site]:
    path = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    yield Site(path / "config", path / "data")
    if (path / "data").exists():
        EmbeddedServer(DataFolder(path / "data")).wait_gone()
    block_until(lambda: not processes_naming(str(path)))  # a keeper reports nobody its end
    shutil.rmtree(path)


@pytest.fixture
async def start(site: Site) -> AsyncIterator[Fleet]:
    fleet: list[asyncio.subprocess.Process] = []

    async def run(*words: str, **environ: str) -> Running:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *site.arguments(*words), stdout=pipe, stderr=pipe, env=clean_environment(**environ)
        )
        fleet.append(process)
        return Running(process)

    yield run
    for process in fleet:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve() as running:
        list_pages(running, 4)
        yield running


def page(number: int) -> Reply:
    sentence = f"This is a sentence of story number {number}, and it is long enough to be taken for text."
    lines = "".join(f"<p>{sentence} It is the {place}. of its page.</p>" for place in range(5))
    title = f"Story {number}"
    return Reply(
        body=f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{lines}</article></body></html>"
    )


def list_pages(origin: Origin, count: int) -> None:
    items = ""
    for number in range(count):
        origin.routes.setdefault(f"/{number}.html", page(number))
        items += f"<item><title>Story {number}</title><link>{origin.url(f'/{number}.html')}</link></item>"
    origin.routes["/feed"] = feed(f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>')


def times_fetched(origin: Origin) -> dict[str, int]:
    return {path: len(origin.requests(path)) for path in origin.routes}


async def published(url: str) -> list[bytes]:
    async with connect(url) as client:
        return [fields[b"url"] for _, fields in await client.xrange("feedmill:articles")]


async def test_until_idle_publishes_each_page_once_and_again_does_nothing(
    site: Site, origin: Origin, start: Fleet
) -> None:
    site.write(origin.url("/feed"))
    for _ in range(2):
        code, out = await (await start("up", "--until-idle")).ends()
        assert code == 0
        assert out == "idle: 1 feed, 4 stream entries, 0 dead pages\ndeferred: nothing\n"
    assert set(times_fetched(origin).values()) == {1}


async def test_until_idle_prints_what_is_deferred(site: Site, origin: Origin, start: Fleet) -> None:
    origin.routes["/2.html"] = Reply(status=503)
    site.write(origin.url("/feed"))
    code, out = await (await start("up", "--until-idle")).ends()
    assert code == 0
    assert re.search(r"deferred: [1-4] pages?, the next in \d+ ", out)


async def test_a_second_up_says_who_holds_the_folder_and_sigint_ends_the_first_with_0(
    site: Site, origin: Origin, start: Fleet
) -> None:
    site.write(origin.url("/feed"))
    first = await start("up")
    await first.said("ticket")
    second = await start("up")
    out, err = await second.process.communicate()
    assert (second.process.returncode, out) == (2, b"")
    assert (
        f"{site.data} is held by another `feedmill up` (process {first.process.pid}, since 20" in err.decode()
    )
    first.process.send_signal(signal.SIGINT)
    assert (await first.ends())[0] == 0


async def test_sigkill_leaves_no_process_behind_and_nothing_is_doubled(
    site: Site, origin: Origin, start: Fleet
) -> None:
    site.write(origin.url("/feed"))
    up = await start("up")
    await up.said("ticket")
    up.process.kill()
    await up.process.communicate()
    server = EmbeddedServer(DataFolder(site.data))
    await asyncio.to_thread(server.wait_gone)
    code, _ = await (await start("up", "--until-idle")).ends()
    assert code == 0
    with server:
        assert len(await published(server.socket_url)) == 4


@pytest.mark.parametrize("victim", ["server", "keeper"])
async def test_it_starts_the_server_again_on_the_same_data_and_port(
    site: Site, origin: Origin, start: Fleet, victim: str
) -> None:
    site.write(origin.url("/feed"))
    up = await start("up")
    await up.said("ticket")
    before = DataFolder(site.data).read_access()
    (keeper,) = keepers(site.data)
    kill(keeper if victim == "keeper" else children_of(keeper)[0])
    await up.said("server_back")
    assert DataFolder(site.data).read_access() == before
    list_pages(origin, 6)
    kill(up.child("scheduler"))  # the list is looked at again by a new one, once the feed is due
    await up.said("child_ended", child="scheduler")
    status = await asyncio.to_thread(site.json, "status")
    assert status["counts"]["published"] == {"created": 4}
    up.process.terminate()
    assert (await up.ends())[0] == 0


async def test_a_server_that_is_not_there_yet_is_waited_for(site: Site, origin: Origin, start: Fleet) -> None:
    site.write(origin.url("/feed"))
    other = EmbeddedServer(DataFolder(site.data / "other"))
    with other:
        url = other.url
    await asyncio.to_thread(other.wait_gone)
    up = await start("up", "--until-idle", FEEDMILL_REDIS_URL=url)
    await up.said("redis_away")
    with other:
        assert (await up.ends())[0] == 0
        assert len(await published(url)) == 4
    await asyncio.to_thread(other.wait_gone)


async def test_a_child_that_dies_is_started_again(site: Site, origin: Origin, start: Fleet) -> None:
    site.write(origin.url("/feed"))
    up = await start("up")
    await up.said("ticket")
    for role, ready in (("scheduler", "scheduler_start"), ("worker", "worker")):
        kill(up.child(role))
        assert (await up.said("child_ended"))["code"] == -signal.SIGKILL
        await up.said(ready)
    up.process.terminate()  # as SIGINT does in another test
    assert (await up.ends())[0] == 0


async def test_a_poll_under_way_may_finish_after_the_first_signal(
    site: Site, origin: Origin, start: Fleet
) -> None:
    slow = asyncio.Event()
    listed = origin.routes["/feed"]
    assert isinstance(listed, Reply)
    origin.routes["/feed"] = feed(listed.body, wait=slow)
    site.write(origin.url("/feed"))
    up = await start("up")
    await origin.seen("/feed")
    up.process.terminate()
    slow.set()
    assert (await up.ends())[0] == 0
    (state,) = (await asyncio.to_thread(site.json, "status"))["feeds"]
    assert (state["outcome"], state["entries"]) == ("ok", 4)


async def test_a_second_signal_ends_it_at_once(site: Site, origin: Origin, start: Fleet) -> None:
    origin.routes["/feed"] = feed("", wait=asyncio.Event())
    site.write(origin.url("/feed"))
    up = await start("up")
    await origin.seen("/feed")
    up.process.terminate()
    await asyncio.sleep(0.2)  # sleep: two signals sent together may arrive as one
    up.process.terminate()
    assert (await up.ends())[0] == 1
