"""Ledgers of 1,000, 10,000 and 100,000 feeds in virtual time. Run by `make bench-scale`.

One scheduler is simulated on the real ledger (its scripts, its time given by this program): it claims due
feeds, each poll takes the processor time that `make bench-polls` measures (--poll-ms), and is recorded.
Printed for each size: the server's time a call of claim, record and take, and how late polls were beyond what
the site's gate allowed, at 80 % of what the scheduler can do. Then two schedulers by turns on one ledger,
with twice as many feeds. A picture is written with --picture FILE.svg.
"""

import argparse
import heapq
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import redis
from running import valkey

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.records import FeedSpec, PollRecord
from feedmill._ledger.operations.feed_operations import claim_due_feeds, record_poll
from feedmill._ledger.operations.page_lease_operations import claim_pages
from scheduler.ledger_config_sync import build_apply_calls

AT_ONCE = 64
KEYS = Keys()


class Desk:
    """A ledger with a clock of its own, and the server's time of each operation."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url)
        self.now = 1_900_000_000_000.0
        self.ledger = SyncLedger(self.client, KEYS, now_ms=lambda: round(self.now))
        self.spent: dict[str, list[int]] = {}

    def run(self, call):
        before = self._used()
        answer = self.ledger.run(call)
        count = self.spent.setdefault(call.script, [0, 0])
        count[0] += 1
        count[1] += self._used() - before
        return answer

    def list(self, specs: list[FeedSpec]) -> None:
        """List feeds in the parts that a scheduler lists them in."""
        for part in build_apply_calls(KEYS, feeds=specs, known=(), token=uuid4().hex):
            self.ledger.run(part)

    def _used(self) -> int:
        return int(self.client.info("commandstats").get("cmdstat_evalsha", {}).get("usec", 0))

    def mean(self, script: str, parts: int = 1) -> float:
        calls, used = self.spent.get(script, [1, 0])
        return used / max(calls, 1) / parts


def polled(desk: Desk, interval_ms: float, schedulers: int, poll_ms: float, polls: int) -> Iterator[float]:
    """Let so many schedulers poll; yields how late each poll was, in ms."""
    free = [(desk.now, number) for number in range(schedulers)]
    heapq.heapify(free)
    done = 0
    while done < polls:
        desk.now, number = heapq.heappop(free)
        claimed = desk.run(
            claim_due_feeds(
                KEYS,
                owner=f"s{number}",
                limit=AT_ONCE,
                lease_ms=90_000,
                per_site=2,
                gap_ms=1000,
                token=uuid4().hex,
            )
        )
        at = desk.now
        for feed in claimed.feeds:
            yield at - feed.due_at
            at += poll_ms
            done += 1
        desk.now = at
        for feed in claimed.feeds:
            made = PollRecord(
                outcome="not_modified",
                ok=True,
                next_ms=round(interval_ms),
                status=304,
                reason="interval",
                etag='"a"',
            )
            desk.run(record_poll(KEYS, feed_id=feed.id, lease=feed.token, record=made, token=uuid4().hex))
        wait = 1.0 if claimed.next_in_ms is None else min(max(claimed.next_in_ms, 1.0), 1000.0)
        heapq.heappush(free, (at if claimed.feeds else at + wait, number))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    asked.add_argument("--polls", type=int, default=3000)
    asked.add_argument("--poll-ms", type=float, default=1.0)
    asked.add_argument("--picture", type=Path)
    args = asked.parse_args()
    rows = []
    for feeds in args.sizes:
        interval = feeds * args.poll_ms / 0.8
        with valkey() as url:
            desk = Desk(url)
            specs = [FeedSpec(url=f"http://s{n}.example/feed", source=f"s{n}") for n in range(feeds)]
            began = time.monotonic()
            desk.list(specs)
            listed = time.monotonic() - began
            for _ in polled(
                desk, interval, 1, args.poll_ms, feeds
            ):  # the first round spreads the feeds by itself
                pass
            desk.spent.clear()
            late = sorted(polled(desk, interval, 1, args.poll_ms, args.polls))
            for _ in range(200):
                desk.run(
                    claim_pages(
                        KEYS, owner="w", limit=16, lease_ms=90_000, per_site=2, gap_ms=1000, token=uuid4().hex
                    )
                )
            p99 = late[int(len(late) * 0.99)]
            calls = desk.spent["claim_due"][0]
            claim = desk.spent["claim_due"][1] / args.polls
            row = (feeds, claim, desk.mean("record_poll"), desk.mean("take_pages"), p99 / interval)
            rows.append(row)
            print(
                f"{feeds} feeds: claim {claim:.0f} us of the server a poll ({args.polls / calls:.0f} polls a call), record "
                f"{row[2]:.0f} us, an idle take {row[3]:.0f} us; lateness p99 {p99:.0f} ms, {100 * row[4]:.2f} % of the "
                f"interval of {interval / 1000:.1f} s (target 10 %); listed in {listed:.1f} s",
                flush=True,
            )
    pairs = []
    for schedulers in (1, 2):
        with valkey() as url:
            desk = Desk(url)
            feeds = 2000 * schedulers
            specs = [FeedSpec(url=f"http://s{n}.example/feed", source=f"s{n}") for n in range(feeds)]
            desk.list(specs)
            began = desk.now
            done = sum(1 for _ in polled(desk, 1.0, schedulers, args.poll_ms, 4000 * schedulers))
            pairs.append(done / (max(desk.now - began, 1) / 1000))
    print(
        f"polls a second in virtual time: one scheduler {pairs[0]:.0f}, two {pairs[1]:.0f}: {pairs[1] / pairs[0]:.2f} times (target 1.8)"
    )
    server = (rows[-1][1] + rows[-1][2]) / 1000
    print(
        f"one Redis spends {server:.2f} ms a poll on its one core: it carries {1000 / server:.0f} polls a second at most"
    )
    if args.picture:
        args.picture.write_text(picture(rows))


def picture(rows: list[tuple[int, float, float, float, float]]) -> str:
    """Draw the server's time a poll over the number of feeds."""
    top = max(max(row[1:4]) for row in rows) * 1.2
    lines = []
    for column, (name, color) in enumerate((("claim", "#2a6"), ("record", "#26a"), ("take", "#a62")), 1):
        points = " ".join(
            f"{80 + 180 * at},{220 - 180 * row[column] / top:.0f}" for at, row in enumerate(rows)
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        lines.append(
            f'<text x="{90 + 180 * (len(rows) - 1)}" y="{224 - 180 * rows[-1][column] / top:.0f}" fill="{color}">{name}</text>'
        )
    marks = "".join(
        f'<text x="{80 + 180 * at}" y="245" text-anchor="middle">{row[0]}</text>'
        for at, row in enumerate(rows)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="560" height="270" font-family="sans-serif" font-size="12">'
        f'<text x="10" y="20">microseconds of Redis a call (0 to {top:.0f}) over feeds</text>'
        f'<line x1="70" y1="220" x2="480" y2="220" stroke="#888"/>{"".join(lines)}{marks}</svg>\n'
    )


if __name__ == "__main__":
    main()
