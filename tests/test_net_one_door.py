# ruff: noqa: E501  tables
"""One door: no module but those of feedmill/_net opens a connection to the network."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("feedmill", "config", "scheduler", "worker", "web", "daemon")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
WAYS = {
    "http.client", "urllib.request", "ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc.client",
    "requests", "urllib3", "httpx", "aiohttp", "httpx_aiohttp", "pycurl", "websockets", "ssl", "socket", "dns",
}  # fmt: skip
CALLS = {
    "open_connection", "open_unix_connection", "create_connection", "create_datagram_endpoint", "sock_connect",
    "urlopen", "urlretrieve", "fetch_url", "fetch_response", "load_html",
}  # fmt: skip
MAY = {
    "daemon/data_folder.py": "picks a free port for the embedded server, and connects to none",
    "daemon/commands/web.py": "takes a listening socket that `up` holds",
    "daemon/server_ping.py": "asks the embedded server whether it answers, on its Unix socket",
    "daemon/up.py": "holds the gateway's listening socket",
    "feedmill/_ledger/ledger.py": "knows the error of a certificate that is not trusted",
    "feedmill/_group/plan.py": "names the host",
    "web/listening.py": "takes the gateway's port; connects to nothing",
    "web/main.py": "serves on the listening socket it is given",
    "worker/main.py": "names the host",
    "worker/bench.py": "carries the TLS context, built by feedmill/_net",
}
SPY = """
import os, sys, traceback
def spy(event, args):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
        frames = [frame.f_code.co_filename for frame, _ in traceback.walk_stack(sys._getframe(1))]
        by = "door" if any("feedmill/_net/" in name for name in frames) else ""
        by = by or ("redis" if any("/redis/" in name for name in frames) else "\\\\n".join(frames[:9]))
        with open(os.environ["SPY_FILE"], "a") as file:
            file.write(repr([str(args[1][0]), args[1][1], by]) + "\\n")
sys.addaudithook(spy)
"""


def ways_out(path: Path) -> set[str]:
    """Find what a module imports or calls that could open a connection."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Attribute) and node.attr in CALLS:
            found.add(node.attr)
        elif isinstance(node, ast.Name) and node.id in CALLS:
            found.add(node.id)
        found |= {name for name in names if name in WAYS or name.split(".")[-1] in CALLS}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_other_module_has_a_way_out(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    if not name.startswith("feedmill/_net/") and name not in MAY:
        assert ways_out(path) == set()


def test_every_exception_is_one() -> None:
    assert all(ways_out(ROOT / name) for name in MAY)


def test_a_whole_run_connects_through_the_door_and_to_redis_alone(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPY)
    spied = tmp_path / "spied"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDMILL_")}
    environ = {**kept, "PYTHONPATH": str(tmp_path), "SPY_FILE": str(spied), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "demo"],
        env=environ,
        capture_output=True,
        timeout=55,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    seen = [ast.literal_eval(line) for line in spied.read_text().splitlines()]
    assert {by for _, _, by in seen} <= {"door", "redis"}, json.dumps(seen)[:2000]
    assert any(by == "door" for _, _, by in seen), "the spy saw nothing"
    assert all(host.startswith("127.") for host, _, _ in seen)
