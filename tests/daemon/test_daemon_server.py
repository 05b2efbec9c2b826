"""The embedded server: who starts it, who shares it, and when it goes."""

import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from running import children_of, keepers, kill

from daemon.embedded_server import file_locks
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from daemon.errors import ServerError

HOLD = """
import sys
from pathlib import Path
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
with EmbeddedServer(DataFolder(Path(sys.argv[1]))) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    path = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    found = DataFolder(path / "data")
    yield found
    found.prepare()
    os.close(file_locks.take(found.server_lock))  # whatever ran on it is gone
    shutil.rmtree(path)


def gone(folder: DataFolder) -> None:
    EmbeddedServer(folder).wait_gone()


def holder(folder: DataFolder) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLD, str(folder.path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(process: "subprocess.Popen[str]") -> None:
    process.communicate()
    assert process.returncode == 0


def server_pid(folder: DataFolder) -> int:
    (keeper,) = keepers(folder.path)
    (server,) = children_of(keeper)
    return server


def test_it_answers_on_port_and_socket_and_is_gone_with_its_only_holder(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server:
        for url in (server.url, server.socket_url):
            with redis.Redis.from_url(url) as client:
                assert client.ping()
    gone(folder)
    assert not folder.socket.exists()


def test_it_refuses_who_has_no_password(folder: DataFolder) -> None:
    with (
        EmbeddedServer(folder) as server,
        redis.Redis(port=server.access.port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.exceptions.AuthenticationError),
    ):
        client.ping()


def test_the_password_is_on_no_command_line_and_in_a_private_file(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server:
        (keeper,) = keepers(folder.path)
        for pid in (keeper, server_pid(folder)):
            assert server.access.password.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
    assert stat.S_IMODE(folder.access_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_data_port_and_password_outlive_a_restart(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server, redis.Redis.from_url(server.url) as client:
        before = server.url
        client.set("kept", "yes")
    gone(folder)
    with EmbeddedServer(folder) as server, redis.Redis.from_url(server.url) as client:
        assert server.url == before
        assert client.get("kept") == b"yes"


def test_a_port_that_is_taken_is_given_up_for_another(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server:
        before = server.access
    gone(folder)
    with socket.socket() as other:
        other.bind(("127.0.0.1", before.port))
        other.listen()
        with EmbeddedServer(folder) as server, redis.Redis.from_url(server.url) as client:
            assert client.ping()
            assert server.access.port != before.port
            assert server.access.password == before.password


def test_its_settings_are_the_ones_feedmill_needs(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server, redis.Redis.from_url(server.url) as client:
        wanted = {
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "set-max-intset-entries": "4096",
            "hash-max-listpack-entries": "512",
            "save": "",
        }
        assert {name: client.config_get(name)[name] for name in wanted} == wanted


def test_a_second_holder_attaches_and_keeps_it_when_the_first_goes(folder: DataFolder) -> None:
    with EmbeddedServer(folder):
        first = server_pid(folder)
        second = holder(folder)
        assert second.stdout is not None
        second.stdout.readline()
    assert server_pid(folder) == first
    let_go(second)
    gone(folder)


def test_many_that_start_at_once_share_one_server(folder: DataFolder) -> None:
    holders = [holder(folder) for _ in range(6)]
    urls = {process.stdout.readline() for process in holders if process.stdout is not None}
    assert len(urls) == 1
    assert len(keepers(folder.path)) == 1
    for process in holders:
        let_go(process)
    gone(folder)


def test_sigkill_of_the_holder_ends_it(folder: DataFolder) -> None:
    process = holder(folder)
    assert process.stdout is not None
    process.stdout.readline()
    (keeper,) = keepers(folder.path)
    ended = os.pidfd_open(keeper)
    process.kill()
    process.communicate()
    gone(folder)
    assert select.select([ended], [], [], 10)[0], "the keeper outlived the server"
    os.close(ended)


def test_sigkill_of_the_keeper_ends_it_and_the_next_command_starts_it_with_all_data(
    folder: DataFolder,
) -> None:
    with EmbeddedServer(folder) as server:
        with redis.Redis.from_url(server.url) as client:
            for number in range(200):
                client.rpush("acknowledged", number)
        kill(keepers(folder.path)[0])
        server.wait_gone()
        server.ensure_running()
        with redis.Redis.from_url(server.url) as client:
            assert client.llen("acknowledged") == 200
    gone(folder)


def test_sigkill_of_the_server_loses_no_acknowledged_write(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server:
        with redis.Redis.from_url(server.url) as client:
            for number in range(200):
                client.rpush("acknowledged", number)
        kill(server_pid(folder))
        server.wait_gone()
        server.ensure_running()
        with redis.Redis.from_url(server.url) as client:
            assert client.llen("acknowledged") == 200
    gone(folder)


def test_sigterm_of_the_keeper_ends_it_cleanly(folder: DataFolder) -> None:
    with EmbeddedServer(folder) as server:
        os.kill(keepers(folder.path)[0], signal.SIGTERM)
        server.wait_gone()
    assert "ready to exit" in folder.log.read_text()


def test_a_lock_that_a_living_server_holds_is_never_given_to_another(folder: DataFolder) -> None:
    with EmbeddedServer(folder):
        assert file_locks.try_take(folder.server_lock) is None
    gone(folder)
    lock = file_locks.try_take(folder.server_lock)
    assert lock is not None
    os.close(lock)


def test_a_server_that_cannot_start_says_why(folder: DataFolder) -> None:
    folder.prepare()
    (folder.path / "appendonlydir").write_text("in the way")
    with pytest.raises(ServerError, match=r"ended at its start: .*append"), EmbeddedServer(folder):
        pass


def test_a_folder_with_a_long_path_has_its_socket_in_a_private_short_one(folder: DataFolder) -> None:
    deep = DataFolder(folder.path / ("d" * 90))
    assert deep.socket.parent != deep.path
    try:
        with EmbeddedServer(deep) as server, redis.Redis.from_url(server.socket_url) as client:
            assert client.ping()
            assert stat.S_IMODE(deep.socket.parent.stat().st_mode) == 0o700
        gone(deep)
        deep.socket.parent.chmod(0o755)
        with pytest.raises(ServerError, match="private"):
            deep.prepare()
    finally:
        shutil.rmtree(deep.socket.parent)
