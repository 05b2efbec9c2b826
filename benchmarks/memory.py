"""What feeds, entries and articles cost in memory. Run by `make bench-memory`.

- Redis: MEMORY USAGE of every key, by family, after a corpus was polled, read and published, and feeds of 50
  entries were polled five times
- Redis: the templates of sites, each of one page of the corpus in variants
- the resident memory of a scheduler on 100,000 feeds, and of a worker's parent and horse
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import redis
from known_pages import choose_pages, vary
from origin import bodies
from polls import feeds
from running import HERE, Mill, Origin, await_true, corpus, tree, valkey

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.operations.extraction_history_operations import add_page_stats
from feedmill._ledger.operations.page_lease_operations import note_used
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage
from worker.templates.template_codec import pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession

HOLDS = {
    "feed": r"feedmill:(feed|asked):|feedmill:feeds",
    "entry": r"feedmill:seen:",
    "article": r"feedmill:memory",
    "story": r"feedmill:(stories|story):",
    "left": r"feedmill:left:",
    "made": r"feedmill:made:",
    "template": r"feedmill:templates?(:|$)",
}


def usage(client: redis.Redis) -> Counter[str]:
    """Add up the bytes of all keys by family."""
    found: Counter[str] = Counter()
    for key in client.scan_iter(count=1000):
        name = key.decode(errors="replace")
        family = next((family for family, pattern in HOLDS.items() if re.match(pattern, name)), "other")
        found[family] += int(client.memory_usage(key, samples=0) or 0)
    return found


def resident(pid: int) -> tuple[float, float]:
    """Give resident MiB of a process, and how much of it is its own alone."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    rss = int(re.search(r"^Rss:\s+(\d+)", text, re.MULTILINE)[1])  # type: ignore[index]
    own = sum(map(int, re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", text, re.MULTILINE)))
    return rss / 1024, own / 1024


def polled(count: int, times: int) -> None:
    """Poll feeds of 50 entries, one of them new each time."""
    with valkey() as url, Origin("--sites", "1", pages=HERE.parent / "seeds" / "newsroom") as origin:
        words = [
            sys.executable,
            str(HERE / "polls.py"),
            "--scheduler",
            url,
            "moving",
            str(origin.port),
            str(count),
            str(times),
        ]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(url) as client:
            held = usage(client)
            entries = (50 + times + 1) * count
    print(
        f"Redis a feed, validators and history included: {held['feed'] / count:.0f} bytes (target 1024), {count} feeds"
    )
    print(
        f"Redis a remembered entry: {held['entry'] / entries:.1f} bytes (target 40), {entries} entries",
        flush=True,
    )
    assert len(feeds(0, "moving", 1)) == 1


def published(every: int) -> None:
    """Read the corpus; look at the worker's processes meanwhile."""
    with (
        valkey() as url,
        Origin("--sites", "16", "--every", str(every)) as origin,
        Mill(url, workers=1, per_site=8) as mill,
    ):
        mill.list(*(f"http://127.0.1.{1 + site}:{origin.port}/feed.xml" for site in range(16)))
        origin.go()
        mill.start()
        await_true(lambda: mill.settled() > 10, 300)
        workers = sorted(
            pid for pid in tree(mill.pid) if "\0worker" in Path(f"/proc/{pid}/cmdline").read_text()
        )
        parent, *horses = workers
        told = resident(parent), [resident(pid) for pid in horses]
        wanted = len(range(0, len(list(corpus().rglob("*.html*"))), every))
        await_true(lambda: mill.settled() >= wanted, 600)
        held, out = usage(mill.client), int(mill.client.xlen("feedmill:articles"))
        stream = int(mill.client.memory_usage("feedmill:articles", samples=0) or 0)
        await_true(lambda: len(tree(parent)) == 3, 60)
        time.sleep(2)
        spare = [resident(pid)[1] for pid in tree(parent)[1:]]
    print(
        f"Redis a published article until it is forgotten, aliases included: {held['article'] / out:.0f} bytes (target 200), {out} articles"
    )
    print(f"Redis an article in the stream: {stream / out:.0f} bytes")
    print(f"Redis an article in the window of stories: {held['story'] / out:.0f} bytes (target 1600)")
    print(f"worker's parent: {told[0][0]:.0f} MiB resident (target 120)")
    for rss, own in told[1]:
        print(
            f"its horse, or a reader of that: {rss:.0f} MiB resident, {own:.0f} MiB of them its own, the rest shared"
        )
    print(
        f"a worker's spare horse and the reader of that, while nothing is to do: {sum(spare):.0f} MiB of their own"
    )
    sys.stdout.flush()


def used(sites: int) -> None:
    """Note the processor time of so many sites."""
    with valkey() as url, redis.Redis.from_url(url) as client:
        ledger, keys = SyncLedger(client, Keys()), Keys()
        for first in range(0, sites, 500):
            named = {f"site-{number}.example.org": 1000 + number for number in range(first, first + 500)}
            ledger.run(note_used(keys, used_ms=named, token=str(first)))
        (key,) = client.scan_iter(f"{keys.used()}*", count=10_000)
        size = int(client.memory_usage(key, samples=0) or 0)
    print(f"Redis a site whose pages were read in ten minutes: {size / sites:.0f} bytes, {sites} sites")


def templates(sites: int, pages: int) -> None:
    """Learn the templates of sites that are made of single pages, and keep them."""
    chosen = choose_pages(bodies(corpus()), sites)
    with valkey() as url, redis.Redis.from_url(url) as client:
        ledger, keys = SyncLedger(client, Keys()), Keys()
        packed = []
        for site, body in enumerate(chosen):
            known = unpack_templates(b"")
            for number in range(pages):
                run = TemplateSession(known)
                read_page(FetchedPage("https://a.example/1", vary(body, number)), None, templates=run)
                known = run.known
            packed.append(pack_templates(known))
            note = {
                "history": f"Source {site} s{site}.example.org",
                "page_id": f"{site:016x}",
                "stats": bytes(4),
            }
            ledger.run(add_page_stats(keys, **note, token=str(site), templates=packed[-1], reader=1))
        held = usage(client)["template"]
    print(
        f"Redis the templates of a source and host: {held / len(chosen):.0f} bytes, "
        f"{sum(map(len, packed)) / len(chosen):.0f} of them packed, {max(map(len, packed))} at most (target 16384); "
        f"{len(chosen)} sites of {pages} pages",
        flush=True,
    )


def crowded(count: int) -> None:
    """Let a scheduler have so many feeds, all of them at a port that refuses."""
    with valkey() as url, Mill(url, workers=1, per_site=8, more="") as mill:
        mill.list(
            *(f"http://127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}:9/feed.xml" for n in range(count))
        )
        began = time.monotonic()
        mill.start()
        await_true(lambda: int(mill.client.scard("feedmill:feeds")) == count, 600)
        listed = time.monotonic() - began
        time.sleep(20)
        sizes = [
            resident(pid)[0]
            for pid in tree(mill.pid)
            if "\0scheduler" in Path(f"/proc/{pid}/cmdline").read_text()
        ]
        memory = int(mill.client.info("memory")["used_memory"])
    print(
        f"scheduler with {count} feeds: {max(sizes):.0f} MiB resident (target 200); listed {listed:.1f} s after the "
        f"start; Redis as a whole {memory / count:.0f} bytes a feed that was never answered"
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("what", nargs="*", default=["polled", "published", "used", "templates", "crowded"])
    asked.add_argument("--every", type=int, default=4)
    asked.add_argument("--feeds", type=int, default=100_000)
    args = asked.parse_args()
    if os.sysconf("SC_PAGESIZE") and "polled" in args.what:
        polled(100, 5)
    if "published" in args.what:
        published(args.every)
    if "used" in args.what:
        used(20_000)
    if "templates" in args.what:
        templates(25, 12)
    if "crowded" in args.what:
        crowded(args.feeds)


if __name__ == "__main__":
    main()
