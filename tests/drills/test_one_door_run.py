"""A whole run of the daemon connects through the one door, and to Redis, alone."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

SPY = """
import os, sys, traceback
def spy(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        with open(os.environ["SPY_FILE"], "a") as file:
            file.write(repr([str(args[0]), 0, "look-up"]) + "\\n")
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and isinstance(args[1], tuple):
        frames = [frame.f_code.co_filename for frame, _ in traceback.walk_stack(sys._getframe(1))]
        by = "door" if any("feedmill/_net/" in name for name in frames) else ""
        by = by or ("redis" if any("/redis/" in name for name in frames) else "\\\\n".join(frames[:9]))
        with open(os.environ["SPY_FILE"], "a") as file:
            file.write(repr([str(args[1][0]), args[1][1], by]) + "\\n")
sys.addaudithook(spy)
"""


def test_a_whole_run_connects_through_the_door_and_to_redis_alone(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(SPY)
    spied = tmp_path / "spied"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDMILL_")}
    environ = {**kept, "PYTHONPATH": str(tmp_path), "SPY_FILE": str(spied), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "daemon", "demo"],
        env=environ,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr.decode()[
        -2000:
    ]  # whether all came in time is not asked here
    seen = [ast.literal_eval(line) for line in spied.read_text().splitlines()]
    assert {by for _, _, by in seen} <= {"door", "redis"}, json.dumps(seen)[:2000]
    assert any(by == "door" for _, _, by in seen), "the spy saw nothing"
    assert all(host.startswith("127.") for host, _, _ in seen)
