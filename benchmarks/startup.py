"""How long commands and the daemon take to start. Run by `make bench-startup`.

Each beside the start of a bare Python in the same run, by turns: a busy machine slows all of them alike. `up` runs with
its embedded server and is timed until its first poll reaches the local origin.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from running import HERE, Origin, await_true

ROUNDS = 7
TYPICAL = 12.0
"""ms that a bare Python takes to start on an idle machine of the kind that the targets are for."""


def timed(words: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def middle(values: list[float]) -> float:
    return 1000 * sorted(values)[len(values) // 2]


def first_poll() -> float:
    """Start `feedmill up` on an empty folder; gives the seconds until its first poll is answered."""
    with (
        Origin("--sites", "1", pages=HERE.parent / "seeds" / "newsroom") as origin,
        tempfile.TemporaryDirectory() as folder,
    ):
        config = Path(folder) / "config"
        config.mkdir()
        (config / "feeds.toml").write_text(f'[[feeds]]\nurl = "http://127.0.1.1:{origin.port}/feed.xml"\n')
        (config / "feedmill.toml").write_text(
            '[network]\nallow_private = ["127.0.0.0/8"]\n[web]\nenabled = false\n'
        )
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDMILL_")}
        words = [
            sys.executable,
            "-P",
            "-m",
            "daemon",
            "--config",
            str(config),
            "--data-dir",
            f"{folder}/data",
            "up",
        ]
        began = time.monotonic()
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=kept)
        try:
            await_true(lambda: origin.ask("/hits").get("feed.xml"), 60, 0.01)
            return time.monotonic() - began
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def main() -> None:
    command = str(Path(sys.executable).parent / "feedmill")
    bare, helped = [], []
    for _ in range(ROUNDS):
        bare.append(timed([sys.executable, "-c", ""]))
        helped.append(timed([command, "--help"]))
    ratio = middle(helped) / middle(bare)
    print(
        f"feedmill --help: {middle(helped):.0f} ms; a bare Python {middle(bare):.0f} ms in this run: {ratio:.1f} times it "
        f"(target 150 ms: {150 / TYPICAL:.0f} times {TYPICAL:.0f} ms)",
        flush=True,
    )
    polls, bare = [], []
    for _ in range(3):
        bare.append(timed([sys.executable, "-c", ""]))
        polls.append(first_poll())
    ratio = middle(polls) / middle(bare)
    print(
        f"feedmill up, embedded server, to the first poll: {middle(polls):.0f} ms; a bare Python {middle(bare):.0f} ms: "
        f"{ratio:.0f} times it (target 1500 ms: {1500 / TYPICAL:.0f} times)"
    )


if __name__ == "__main__":
    main()
