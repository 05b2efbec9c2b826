"""Runs a mill over the pages of an origin, for the benchmark of articles, and measures it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from known_pages import TAUGHT
from running import Mill, Origin, Spent, corpus, valkey

SITES = int(os.environ.get("SITES") or 64)
PROFILE = os.environ.get("PROFILE", "")
FIRST, LAST = 0.1, 0.9
"""Throughput is that of the pages between these shares: starts and stragglers are told apart from it."""


@dataclass(frozen=True, slots=True)
class Ridden:
    """One run of a mill over all pages."""

    pages: int
    articles: int
    spent: Spent
    marks: list[tuple[float, int]]
    """(seconds, pages ended) as the run went on."""

    @property
    def rate(self) -> float:
        return rate_of(self.marks, self.pages)


def rate_of(marks: list[tuple[float, int]], pages: int) -> float:
    """Give the pages a second between the first tenth and the last."""
    began = next(mark for mark in marks if mark[1] >= pages * FIRST)
    ended = next(mark for mark in marks if mark[1] >= pages * LAST)
    return (ended[1] - began[1]) / max(ended[0] - began[0], 1e-6)


def watched(ended: Callable[[], int], pages: int, seconds: float) -> list[tuple[float, int]]:
    """Note how many pages have come to an end, until nearly all have."""
    began, marks = time.monotonic(), [(0.0, 0)]
    while time.monotonic() - began < seconds:
        done = ended()
        if done != marks[-1][1]:
            marks.append((time.monotonic() - began, done))
        if done >= pages:
            return marks
        time.sleep(0.05)
    sys.exit(f"{marks[-1][1]} of {pages} pages ended within {seconds:.0f} s")


def ride(every: int, *, workers: int, copies: int = 1, options: tuple[str, ...] = ()) -> Ridden:
    """Have feedmill read all pages."""
    late = any(option.startswith("--delays") for option in options)
    with (
        valkey() as url,
        Origin("--sites", str(SITES), "--every", str(every), "--copies", str(copies), *options) as origin,
        Mill(url, workers=workers, per_site=64 if late else 8) as mill,
    ):
        mill.list(f"http://127.0.1.1:{origin.port}/nothing.xml")
        mill.start()
        time.sleep(1.0)
        origin.go()
        before = mill.spent()
        mill.list(*(f"http://127.0.1.{1 + site}:{origin.port}/feed.xml" for site in range(SITES)))
        pages = page_count(every) * copies
        profiler = profiled(mill.pid) if PROFILE else None
        marks = watched(mill.settled, round(pages * (LAST if late else 1.0)), 1200)
        spent = mill.spent().since(before)
        articles = int(mill.client.xlen("feedmill:articles"))
        if profiler is not None:
            profiler.wait(timeout=300)
    return Ridden(pages, articles, spent, marks)


def ride_known(folder: Path, sites: int, *, workers: int = 1) -> Ridden:
    """Have feedmill read sites whose first pages have taught it their templates; those are not counted."""
    count = len(list(folder.iterdir())) // sites
    with (
        valkey() as url,
        Origin("--sites", str(sites), pages=folder) as origin,
        Mill(url, workers=workers, per_site=8) as mill,
    ):
        addresses = [f"http://127.0.1.{1 + site}:{origin.port}" for site in range(sites)]
        mill.list(f"{addresses[0]}/nothing.xml")
        mill.start()
        time.sleep(1.0)
        origin.go()
        mill.list(*(f"{address}/head.xml/{TAUGHT}" for address in addresses))
        watched(mill.settled, TAUGHT * sites, 600)
        before, pages, ways = mill.spent(), (count - TAUGHT) * sites, mill.ways()
        profiler = profiled(mill.pid) if PROFILE else None
        mill.list(*(f"{address}/feed.xml" for address in addresses))
        marks = watched(lambda: mill.settled() - TAUGHT * sites, pages, 1200)
        spent = mill.spent().since(before)
        read = {way: times - ways.get(way, 0) for way, times in mill.ways().items()}
        print(f"  pages by way: {read}", flush=True)
        if profiler is not None:
            profiler.wait(timeout=300)
        return Ridden(pages, int(mill.client.xlen("feedmill:articles")), spent, marks)


def profiled(pid: int) -> "subprocess.Popen[bytes]":
    """Have py-spy (by PATH) sample a process tree: PROFILE names the file, SECONDS says for how long."""
    seconds = os.environ.get("SECONDS", "30")
    words = ["py-spy", "record", "--subprocesses", "--nonblocking", "-r", "200", "-d", seconds, "-f", "raw"]
    return subprocess.Popen([*words, "-o", PROFILE, "-p", str(pid)])


def page_count(every: int) -> int:
    files = [path for path in corpus().rglob("*.html*") if path.suffix in (".html", ".gz")]
    return len(range(0, len(files), every))
