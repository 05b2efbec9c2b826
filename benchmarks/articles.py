"""Processor time and throughput of cleaned articles beside plain trafilatura. Run by `make bench-articles`.

The corpus is served from 64 loopback addresses, each a site; the gap is 0. Printed, each a ratio of two things
measured in this run (CPU seconds of whole process trees; Redis and the server of the pages left out):

- CPU a page: scheduler, parsers, RQ, horses and `up` over `bare_extraction(with_metadata=True)` in one warm process
- with --known: the same on sources that are known, ten pages of each (`known_pages.py`), with templates on
- with two workers, pages a second over those of two such processes side by side; with --known of known sources
- with --delays: the same while the pages come late, as on the internet
- with --pipeline: articles a second over the obvious pipeline's, without and with late pages
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from known_pages import choose_pages, write_sites
from mill_runs import LAST, SITES, page_count, rate_of, ride, ride_known, watched
from origin import bodies
from running import HERE, Origin, await_true, corpus, valkey


def known_ratio(every: int, rounds: int, sites: int, count: int) -> None:
    """Compare CPU a page of known sources, plain trafilatura before and after each run."""
    ratios = []
    with tempfile.TemporaryDirectory(prefix="fmb-", dir="/tmp") as name:
        chosen = choose_pages(bodies(corpus(), every), sites)
        whole, counted = write_sites(Path(name), chosen, count)
        for _ in range(rounds):
            before, _ = plain(1, 1, counted)
            ridden = ride_known(whole, len(chosen))
            after, _ = plain(1, 1, counted)
            mine, theirs = ridden.spent.total / ridden.pages, (before + after) / 2
            ratios.append(mine / theirs)
            print(
                f"  feedmill {1000 * mine:.2f} ms a page ({ridden.spent}; {ridden.pages} pages of {len(chosen)} sites), "
                f"trafilatura {1000 * before:.2f} and {1000 * after:.2f} ms",
                flush=True,
            )
    middle = sorted(ratios)[len(ratios) // 2]
    print(f"CPU a page over plain trafilatura with metadata, known sources: {middle:.2f} (target .55)")


def known_rate_ratio(every: int, rounds: int, sites: int, count: int) -> None:
    """Compare pages a second of two workers on known sources with those of two plain processes, by turns."""
    ratios = []
    with tempfile.TemporaryDirectory(prefix="fmb-", dir="/tmp") as name:
        chosen = choose_pages(bodies(corpus(), every), sites)
        whole, counted = write_sites(Path(name), chosen, count)
        for _ in range(rounds):
            _, before = plain(1, 2, counted)
            ridden = ride_known(whole, len(chosen), workers=2)
            _, after = plain(1, 2, counted)
            ratios.append(ridden.rate / ((before + after) / 2))
            print(
                f"  feedmill {ridden.rate:.1f} pages a second, trafilatura {before:.1f} and {after:.1f}",
                flush=True,
            )
    middle = sorted(ratios)[len(ratios) // 2]
    print(f"pages a second, two workers over two plain processes, known sources: {middle:.2f} (target 1.7)")


def plain_child(every: int, part: int, parts: int) -> None:
    """Be one warm process of plain trafilatura: waits for a line, reads its part, prints seconds."""
    from trafilatura import bare_extraction

    pages = bodies(corpus(), every)[part::parts]
    for body in pages[:20]:
        bare_extraction(body, with_metadata=True)
    print("warm", flush=True)
    sys.stdin.readline()
    began, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    for body in pages:
        bare_extraction(body, with_metadata=True)
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    print(json.dumps([len(pages), used, time.monotonic() - began]), flush=True)


def plain(every: int, processes: int, folder: Path | None = None) -> tuple[float, float]:
    """Run plain trafilatura in so many processes; gives CPU seconds a page and pages a second."""
    words = [sys.executable, str(HERE / "articles.py"), "--every", str(every), "--plain"]
    children = [
        subprocess.Popen(
            [*words, str(part), str(processes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "CORPUS": str(folder or corpus())},
        )
        for part in range(processes)
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    rows = [json.loads(child.communicate()[0]) for child in children]
    pages = sum(row[0] for row in rows)
    return sum(row[1] for row in rows) / pages, pages / max(row[2] for row in rows)


def cpu_ratio(every: int, rounds: int) -> None:
    """Compare CPU a page, plain trafilatura before and after each run."""
    ratios = []
    for _ in range(rounds):
        before, _ = plain(every, 1)
        ridden = ride(every, workers=1)
        after, _ = plain(every, 1)
        mine, theirs = ridden.spent.total / ridden.pages, (before + after) / 2
        ratios.append(mine / theirs)
        print(
            f"  feedmill {1000 * mine:.2f} ms a page ({ridden.spent}; {ridden.articles} articles of "
            f"{ridden.pages} pages), trafilatura {1000 * before:.2f} and {1000 * after:.2f} ms",
            flush=True,
        )
    print(
        f"CPU a page over plain trafilatura with metadata: {sorted(ratios)[len(ratios) // 2]:.2f} (target 1.15)"
    )


def rate_ratio(every: int, rounds: int) -> None:
    """Compare pages a second of two workers and two plain processes, by turns."""
    ratios = []
    for _ in range(rounds):
        _, before = plain(every, 2)
        ridden = ride(every, workers=2)
        _, after = plain(every, 2)
        ratios.append(ridden.rate / ((before + after) / 2))
        print(
            f"  feedmill {ridden.rate:.1f} pages a second, trafilatura {before:.1f} and {after:.1f}",
            flush=True,
        )
    middle = sorted(ratios)[len(ratios) // 2]
    print(f"pages a second, two workers over two plain processes: {middle:.2f} (target 0.8)")


def late_ratio(every: int, copies: int) -> None:
    """Compare pages a second with late pages to those without, in turn."""
    prompt = ride(every, workers=2)
    late = ride(every, workers=2, copies=copies, options=("--delays", "1"))
    print(f"  prompt pages {prompt.rate:.1f} a second, late ones {late.rate:.1f}")
    print(
        f"pages a second when pages come late, over prompt ones: {late.rate / prompt.rate:.2f} (target 0.7)"
    )


def pipeline_child_env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(HERE)}


def pipeline(every: int, *, workers: int = 2, options: tuple[str, ...] = ()) -> tuple[float, float]:
    """Run the obvious pipeline over all pages; gives articles a second and CPU seconds a page."""
    with valkey() as url, Origin("--sites", str(SITES), "--every", str(every), *options) as origin:
        pages = page_count(every)
        late = bool(options)
        words = [sys.executable, str(HERE / "pipeline.py"), url]
        done = subprocess.run(
            [*words, "enqueue", str(origin.port), str(pages)], check=True, env=pipeline_child_env()
        )
        assert done.returncode == 0
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = [subprocess.Popen([*words, "work"], env=pipeline_child_env()) for _ in range(workers)]
        import redis

        with redis.Redis.from_url(url) as client:
            wanted = round(pages * (LAST if late else 1.0))
            marks = watched(lambda: int(client.get("ended") or 0), wanted, 3600)
            for child in children:
                child.kill() if late else child.wait()
            await_true(lambda: all(child.poll() is not None for child in children), 60)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return rate_of(marks, pages), used / pages


def pipeline_ratio(every: int, copies: int) -> None:
    """Compare with the obvious pipeline, prompt pages and late ones."""
    theirs, cpu = pipeline(every)
    mine = ride(every, workers=2)
    print(
        f"  prompt: feedmill {mine.rate:.1f} pages a second, obvious pipeline {theirs:.1f} "
        f"({1000 * cpu:.0f} ms CPU a page)",
        flush=True,
    )
    slow, _ = pipeline(every * 4, options=("--delays", "1"))
    late = ride(every, workers=2, copies=copies, options=("--delays", "1"))
    print(f"  late: feedmill {late.rate:.1f} pages a second, obvious pipeline {slow:.2f}")
    print(f"pages a second over the obvious pipeline, prompt pages: {mine.rate / theirs:.1f}")
    print(f"pages a second over the obvious pipeline, late pages: {late.rate / slow:.1f} (target 3)")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", nargs="*", default=["cpu", "rate", "late", "pipeline"])
    asked.add_argument("--every", type=int, default=1, help="take every so manieth page of the corpus")
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--copies", type=int, default=2, help="addresses a page, for late pages")
    asked.add_argument(
        "--known", action="store_true", help="with cpu and rate: sources whose templates are known"
    )
    asked.add_argument("--sites", type=int, default=16, help="with --known: pages that are made sites of")
    asked.add_argument(
        "--pages", type=int, default=60, help="with --known: pages a site, ten of them not counted"
    )
    asked.add_argument("--plain", nargs=2, type=int, help=argparse.SUPPRESS)
    args = asked.parse_args()
    if args.plain:
        plain_child(args.every, *args.plain)
        return
    Path("/proc/self/stat").read_text()
    if "cpu" in args.what and args.known:
        known_ratio(args.every, args.rounds, args.sites, args.pages)
    elif "cpu" in args.what:
        cpu_ratio(args.every, args.rounds)
    if "rate" in args.what and args.known:
        known_rate_ratio(args.every, args.rounds, args.sites, args.pages)
    elif "rate" in args.what:
        rate_ratio(args.every, args.rounds)
    if "late" in args.what:
        late_ratio(args.every, args.copies)
    if "pipeline" in args.what:
        pipeline_ratio(args.every, args.copies)


if __name__ == "__main__":
    main()
