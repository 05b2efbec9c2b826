"""How long an entry takes from the poll that shows it to the stream, on an idle system and under a backlog.

Run by `make bench-latency`. The time begins when the feed's answer that first lists the entry is sent and ends with
the stream entry's own id; the page itself answers at once, and stands on a site whose articles are known. The targets
are told in multiples of what feedparser takes for a feed in this run: on a slow machine both grow. With --known the
site's template is known (`known_pages.py`), and the time is parted into stages (`latency_stages.py`).
"""

import argparse
import contextlib
import tempfile
import time
from pathlib import Path

from known_pages import choose_pages, write_sites
from latency_stages import STAGES, CommandWatch, part_stages
from origin import bodies
from polls import feedparsers
from running import Mill, Origin, await_true, corpus, valkey

KNOWN = 10
TRUSTED = 24
"""Pages with which a template is trusted: five to learn from, five read both ways, and some to spare."""
USUAL = 0.0075
"""Seconds that feedparser takes for a feed of 50 entries on the machine that the targets are meant for."""


def reading(pages: int) -> float:
    """Time plain trafilatura with metadata on pages of the corpus by the clock: median seconds."""
    from trafilatura import bare_extraction

    took = []
    for body in bodies(corpus(), 20)[:pages]:
        began = time.monotonic()
        bare_extraction(body, with_metadata=True)
        took.append(time.monotonic() - began)
    return sorted(took)[len(took) // 2]


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, round(part * len(values)))]


def published(mill: Mill) -> dict[int, float]:
    """Give when each page's article came out, seconds since the epoch."""
    found = {}
    for name, fields in mill.client.xrange("feedmill:articles"):
        number = fields[b"url"].rsplit(b"/", 1)[1]
        found[int(number)] = int(name.split(b"-")[0]) / 1000
    return found


def lateness(mill: Mill, origin: Origin, count: int, pause: float) -> list[float]:
    """Show one more entry after another; gives the seconds that each took."""
    before = set(published(mill))
    for shown in range(1, count + 1):
        origin.more()
        wanted = len(before) + shown
        await_true(lambda: len(site_of(published(mill))) >= min(wanted, KNOWN + shown), 120, 0.05)  # noqa: B023
        time.sleep(pause)
    out, told = published(mill), origin.ask("/told")
    return [at - told[str(number)] for number, at in out.items() if number not in before and number % 6 == 0]


def site_of(out: dict[int, float]) -> list[int]:
    """Keep the pages of the first site."""
    return [number for number in out if number % 6 == 0]


def known(count: int) -> None:
    """Measure entries of a site whose template is known, each as it comes, by stages."""
    with contextlib.ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="fmb-", dir="/tmp")))
        pages, _ = write_sites(folder, choose_pages(bodies(corpus(), 4), 1), TRUSTED + count)
        url = opened.enter_context(valkey())
        origin = opened.enter_context(Origin("--sites", "1", "--first", str(TRUSTED), pages=pages))
        mill = opened.enter_context(Mill(url, workers=1, interval="500ms", per_site=8))
        mill.list(f"http://127.0.1.1:{origin.port}/feed.xml")
        origin.go()
        mill.start()
        await_true(lambda: len(published(mill)) >= TRUSTED, 120)
        before, ways = set(published(mill)), mill.ways()
        with CommandWatch(url) as watch:
            for shown in range(1, count + 1):
                origin.more()
                await_true(lambda: len(published(mill)) >= TRUSTED + shown, 120, 0.05)  # noqa: B023
                time.sleep(0.3)
        out, told = published(mill), origin.ask("/told")
        began = {number: told[str(number)] for number in out if number not in before}
        took = [out[number] - at for number, at in began.items()]
        stages = [part_stages(watch.commands, at, out[number]) for number, at in began.items()]
        read = {way: times - ways.get(way, 0) for way, times in mill.ways().items()}
    feed = feedparsers(0)
    print(f"  pages by way: {read}; feedparser takes {1000 * feed:.0f} ms for a feed")
    for part in (0.5, 0.95):
        row = [f"{name} {share([one[name] for one in stages if one], part):.0f}" for name, _ in STAGES]
        print(f"  p{100 * part:.0f} of each stage, ms: {', '.join(row)}")
    print(
        f"idle, known source: from the poll's answer to the stream p50 {1000 * share(took, 0.5):.0f} ms, "
        f"{share(took, 0.5) / feed:.1f} times feedparser for a feed (target 3), p95 {1000 * share(took, 0.95):.0f} ms",
        flush=True,
    )


def idle(count: int) -> None:
    options = ("--sites", "6", "--every", "4", "--first", str(KNOWN))
    with valkey() as url, Origin(*options) as origin, Mill(url, workers=1, interval="500ms") as mill:
        mill.list(f"http://127.0.1.1:{origin.port}/feed.xml")
        origin.go()
        mill.start()
        await_true(lambda: len(published(mill)) >= KNOWN - 2, 120)
        time.sleep(3)
        took = lateness(mill, origin, count, 0.3)
    slower = feedparsers(0) / USUAL
    print(
        f"idle: from the poll's answer to the stream p50 {1000 * share(took, 0.5):.0f} ms (target {80 * slower:.0f}: 80 "
        f"where feedparser takes 7.5 for a feed, here {1000 * USUAL * slower:.0f}), p95 {1000 * share(took, 0.95):.0f} ms "
        f"(target {250 * slower:.0f}), {len(took)} entries; extraction alone takes {1000 * reading(30):.0f} ms",
        flush=True,
    )


def behind(backlog: int, count: int) -> None:
    copies = backlog // 40 + 1
    options = ("--sites", "6", "--every", "20", "--copies", str(copies), "--first", str(KNOWN))
    with valkey() as url, Origin(*options) as origin, Mill(url, workers=2, interval="2s", per_site=8) as mill:
        mill.list(f"http://127.0.1.1:{origin.port}/feed.xml")
        origin.go()
        mill.start()
        await_true(lambda: len(published(mill)) >= KNOWN - 2, 120)
        mill.list(*(f"http://127.0.1.{1 + site}:{origin.port}/feed.xml" for site in range(6)))
        waiting = lambda: int(mill.client.zcard("feedmill:pages:waiting"))  # noqa: E731
        await_true(lambda: waiting() > backlog * 0.8, 180)
        before = waiting()
        took = lateness(mill, origin, count, 0.5)
        after = waiting()
    print(
        f"behind {before} to {after} waiting pages of other sites: p50 {share(took, 0.5):.1f} s, "
        f"longest {max(took):.1f} s, {len(took)} entries"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--entries", type=int, default=20)
    asked.add_argument("--backlog", type=int, default=10_000)
    asked.add_argument("--known", action="store_true", help="a source whose template is known, alone")
    args = asked.parse_args()
    if args.known:
        known(args.entries)
        return
    idle(args.entries)
    behind(args.backlog, max(3, args.entries // 2))


if __name__ == "__main__":
    main()
