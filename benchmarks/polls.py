"""What polls cost: feedmill's scheduler beside lemon24/reader and fastfeedparser with aiohttp. Run by `make bench-polls`.

Local feeds of 50 entries (30 KB): unchanged with an ETag (304), unchanged without validators, and changed
with one new entry. feedmill's CPU is that of the scheduler and its parsers, its ledger calls included; each
feed is polled once to be known, then all of them `--times` times. The others run in a virtual environment
that is made for it (--others FOLDER; pip fetches them by name), on the same feeds of the same server, and are
given the same second look.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from running import HERE, Origin, spent_by, valkey

KINDS = {"still": "unchanged, 304", "plain": "unchanged, whole", "moving": "changed, one new entry"}
TARGETS = {"still": 0.6, "plain": 1.0, "moving": 2.0}


def feeds(port: int, kind: str, count: int) -> list[str]:
    return [f"http://127.0.1.{1 + n % 64}:{port}/{kind}/{n}.xml" for n in range(count)]


def feedmill(port: int, kind: str, count: int, times: int) -> tuple[float, float]:
    """Poll all feeds; gives CPU seconds a poll and polls a second."""
    with valkey() as url:
        words = [
            sys.executable,
            str(HERE / "polls.py"),
            "--scheduler",
            url,
            kind,
            str(port),
            str(count),
            str(times),
        ]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    cpu, seconds = json.loads(done.stdout.splitlines()[-1])
    return cpu / (count * times), count * times / seconds


def scheduler_child(url: str, kind: str, port: int, count: int, times: int) -> None:
    """Be a scheduler; the clocks of its ledger and of itself are moved on between rounds."""
    import asyncio
    from datetime import UTC, datetime, timedelta

    from config.logging_setup import configure_logging
    from config.settings import (
        LoggingSettings,
        NetworkSettings,
        PolitenessSettings,
        PollingSettings,
        Settings,
    )
    from feedmill._ledger.core.ledger_client import Ledger
    from feedmill._ledger.core.records import FeedSpec
    from feedmill._metrics.counters import ProcessCounters
    from scheduler import components
    from scheduler.ledger_config_sync import apply_feed_list

    ahead = timedelta()

    def now() -> datetime:
        return datetime.now(UTC) + ahead

    class Moved(Ledger):
        def __init__(self, client, keys, *, now_ms=None):  # type: ignore[no-untyped-def]
            super().__init__(client, keys, now_ms=lambda: round(now().timestamp() * 1000))

    components.Ledger = Moved  # type: ignore[misc]
    sys.stderr = Path("/dev/null").open("w")
    configure_logging(LoggingSettings(format="json"), role="scheduler")
    settings = Settings(
        network=NetworkSettings(allow_private=("127.0.0.0/8",)),
        politeness=PolitenessSettings(per_site=8, gap=0.0),
        polling=PollingSettings(interval=600.0, min_interval=60.0, max_interval=600.0),
    )
    specs = [FeedSpec(url=feed, source=f"s{n}") for n, feed in enumerate(feeds(port, kind, count))]

    async def look() -> tuple[float, float]:
        nonlocal ahead
        stop = asyncio.Event()
        cpu = seconds = 0.0
        async with components.open_components(url, settings, stop, ProcessCounters(), follows=False) as parts:
            await parts.ledger.run_steps(apply_feed_list(parts.ledger.keys, specs))
            for turn in range(
                times + 2
            ):  # the first makes the feeds known, the second finds the parsers warm
                began, before = time.monotonic(), spent_by(os.getpid()).total
                await parts.polls.run_once()
                if turn > 1:
                    cpu += spent_by(os.getpid()).total - before
                    seconds += time.monotonic() - began
                ahead += timedelta(minutes=11)
                await parts.upkeep.count_and_log()
        return cpu, seconds

    print(json.dumps(asyncio.run(look())))


READER = """
import json, resource, sys, time
from reader import make_reader
urls, times = json.loads(sys.argv[1]), int(sys.argv[2])
reader = make_reader(sys.argv[3])
for url in urls:
    reader.add_feed(url)
def used():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime
reader.update_feeds(workers=8, scheduled=False)
began, cpu = time.monotonic(), used()
for _ in range(times):
    reader.update_feeds(workers=8, scheduled=False)
print(json.dumps([used() - cpu, time.monotonic() - began]))
"""
FAST = """
import asyncio, json, resource, sys, time
import aiohttp, fastfeedparser
urls, times = json.loads(sys.argv[1]), int(sys.argv[2])
tags, seen = {}, {url: set() for url in urls}
def used():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime
async def poll(session, url, gate):
    async with gate, session.get(url, headers={"If-None-Match": tags[url]} if url in tags else {}) as answer:
        if answer.status == 304:
            return
        body = await answer.read()
        if "ETag" in answer.headers:
            tags[url] = answer.headers["ETag"]
    for entry in fastfeedparser.parse(body).entries:
        seen[url].add(entry.get("id"))
async def main():
    gate = asyncio.Semaphore(64)
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(poll(session, url, gate) for url in urls))
        began, cpu = time.monotonic(), used()
        for _ in range(times):
            await asyncio.gather(*(poll(session, url, gate) for url in urls))
        print(json.dumps([used() - cpu, time.monotonic() - began]))
asyncio.run(main())
"""


def others(folder: Path) -> Path:
    """Make an environment with the two others; gives its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    if subprocess.run(
        [python, "-c", "import reader, fastfeedparser, aiohttp, sgmllib"], stderr=subprocess.DEVNULL
    ).returncode:
        subprocess.run(
            [
                python,
                "-m",
                "pip",
                "--quiet",
                "--disable-pip-version-check",
                "install",
                "reader",
                "fastfeedparser",
                "aiohttp",
                "sgmllib3k",  # reader 3.26 needs it and does not name it
            ],
            check=True,
        )
    return python


def other(python: Path, program: str, urls: list[str], times: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        words = [python, "-c", program, json.dumps(urls), str(times), f"{folder}/db"]
        done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    cpu, seconds = json.loads(done.stdout.splitlines()[-1])
    polls = len(urls) * times
    return cpu / polls, polls / seconds


def feedparsers(port: int) -> float:
    """Time feedparser alone on such a feed, in this run: CPU seconds a document."""
    import feedparser
    from origin import synthetic

    body = synthetic(f"127.0.1.1:{port}", 0, 0)
    feedparser.parse(body)
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(20):
        feedparser.parse(body)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / 20


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--feeds", type=int, default=200)
    asked.add_argument("--times", type=int, default=5)
    asked.add_argument("--others", type=Path, default=Path(tempfile.gettempdir()) / "feedmill-bench-others")
    asked.add_argument("--alone", action="store_true", help="leave the others out")
    asked.add_argument("--scheduler", nargs=5, help=argparse.SUPPRESS)
    args = asked.parse_args()
    if args.scheduler:
        url, kind, *numbers = args.scheduler
        scheduler_child(url, kind, *map(int, numbers))
        return
    python = None if args.alone else others(args.others)
    with Origin("--sites", "1", pages=HERE.parent / "seeds" / "newsroom") as origin:
        for kind, name in KINDS.items():
            alone = feedparsers(origin.port)
            cpu, rate = feedmill(origin.port, kind, args.feeds, args.times)
            print(
                f"{name}: feedmill {1000 * cpu:.2f} ms CPU a poll ({rate:.0f} polls a second); feedparser alone takes "
                f"{1000 * alone:.1f} ms for such a document: {cpu / alone:.2f} of that (target {TARGETS[kind] / 7.5:.2f}: "
                f"{TARGETS[kind]} ms where feedparser takes 7.5)",
                flush=True,
            )
            if python is None:
                continue
            urls = feeds(origin.port, kind, args.feeds)
            reader_cpu, reader_rate = other(python, READER, urls[: args.feeds // 4], max(1, args.times // 2))
            fast_cpu, fast_rate = other(python, FAST, urls, args.times)
            print(
                f"  reader {1000 * reader_cpu:.2f} ms ({reader_rate:.0f} a second): feedmill does {rate / reader_rate:.1f} "
                f"times its polls a second (target 5)\n  fastfeedparser + aiohttp {1000 * fast_cpu:.2f} ms "
                f"({fast_rate:.0f} a second), which keep nothing: feedmill's CPU is {cpu / fast_cpu:.1f} times theirs",
                flush=True,
            )


if __name__ == "__main__":
    main()
