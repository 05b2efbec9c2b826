"""`feedmill demo`: the whole of feedmill on a small newsroom of its own, on loopback, in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console

from config.environment import read_environment
from daemon.demo.daemon_process import DaemonChild, write_config
from daemon.demo.progress_output import ConsoleDemoOutput, DemoOutput, JsonDemoOutput
from daemon.demo.promise_checks import (
    Arrival,
    DemoSummary,
    find_broken_promises,
    find_missing_pages,
    percentile,
)
from daemon.demo.site_articles import SEED_SLUG, NewsroomArticle
from daemon.demo.site_server import Newsroom
from daemon.demo.stream_consumer import DemoConsumer
from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.operations import census_operations, feed_operations
from feedmill._signals import StopRequest
from feedmill.article import Article

_MAX_RUN_S = 120.0
"""Seconds until everything promised must have arrived: a bound for busy machines, it takes ten."""


@dataclass(slots=True)
class _DemoRun:
    """The state of one run."""

    newsroom: Newsroom
    child: DaemonChild
    reader: DemoConsumer
    show: DemoOutput
    started: float
    stop: StopRequest
    arrivals: list[Arrival] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lost: bool = False
    """The daemon ended by itself; nothing else is worth saying then."""

    def follow(self, pages: Sequence[str], rev: int = 1) -> bool:
        """Show articles as they land until these pages' are there; False when they did not come."""
        while waiting := find_missing_pages(pages, self.arrivals, rev):
            left = self.started + _MAX_RUN_S - monotonic()
            if self.stop.requested:
                return False
            if self.child.exit_status is not None:
                self.lost = True
                self.broken.append(
                    f"the daemon ended with {self.child.exit_status}\n{self.child.read_log_tail()}"
                )
                return False
            if left <= 0:
                late = f"{len(waiting)} articles had not arrived after {_MAX_RUN_S:.0f} s"
                self.broken.append(f"{late}; the daemon said last:\n{self.child.read_log_tail()}")
                return False
            self.take(self.reader.read(min(left, 0.5)))
        return True

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Show and keep what landed."""
        for arrival in arrivals:
            self.show.arrival(arrival)
            self.arrivals.append(arrival)


def run(as_json: bool) -> int:  # noqa: FBT001 - the command's one switch
    """Play the demo; returns the exit status: 0 when every promise was kept, else 1."""
    show: DemoOutput = JsonDemoOutput() if as_json else ConsoleDemoOutput(Console())
    with StopRequest() as stop:
        summary = _run_in_folder(show, stop)
        if summary is None:
            show.note("interrupted")
            return 1
    show.end(summary)
    return 1 if summary.broken else 0


def _run_in_folder(show: DemoOutput, stop: StopRequest) -> DemoSummary | None:
    """Open the newsroom and a server of its own, start the daemon, play, and leave nothing behind.

    None: it was interrupted.
    """
    started = monotonic()
    with TemporaryDirectory(prefix="feedmill-demo-") as name, Newsroom(datetime.now(UTC)) as newsroom:
        folder = Path(name)
        write_config(folder / "config", newsroom)
        server = EmbeddedServer(DataFolder(folder / "data"))
        with server:
            reader = DemoConsumer(server.socket_url, Keys())
            child = DaemonChild(folder / "config", folder / "data", folder / "daemon.log", read_environment())
            with child:
                play = _DemoRun(newsroom, child, reader, show, started, stop)
                summary = _run_steps(play)
            reader.close()
        server.wait_gone()
    return summary


def _run_steps(play: _DemoRun) -> DemoSummary | None:
    newsroom, show = play.newsroom, play.show
    before = newsroom.gold
    sites = {site.name for _, site in newsroom.feeds}
    show.note(f"a newsroom of {len(sites)} sites is open on loopback; the daemon starts")
    if play.follow(tuple(before)):
        now = datetime.now(UTC).replace(microsecond=0)
        late, right = newsroom.publish_late(now), newsroom.publish_correction(now)
        show.note(f"published late: {late.title!r}; corrected: {right.title!r}")
        play.follow([newsroom.url(late)]) and play.follow([newsroom.url(right)], rev=2)
    return None if play.stop.requested else _finish_run(play, before)


def _finish_run(play: _DemoRun, before: Mapping[str, NewsroomArticle]) -> DemoSummary:
    """Stop the daemon, read what is left and check every promise."""
    if play.child.exit_status is None and (status := play.child.stop()) != 0:
        play.broken.append(f"the daemon did not stop cleanly: exit {status}\n{play.child.read_log_tail()}")
    play.take(play.reader.read_remaining())
    ledger = SyncLedger(play.reader.client, Keys())
    census = ledger.run(census_operations.count_all(ledger.keys))
    feeds = ledger.run(feed_operations.list_feeds(ledger.keys))
    if not census.balanced:
        play.broken.append(f"the ledger is out of balance: {census}")
    gold = play.newsroom.gold
    if not play.lost:
        play.broken += find_broken_promises(before, gold, play.arrivals, census.dead)
    for arrival in play.arrivals:
        if arrival.page.endswith(f"/{SEED_SLUG}/"):
            play.show.note(_describe_seed(arrival.article))
    waits = [arrival.seconds for arrival in play.arrivals if arrival.article.rev == 1]
    fetched = [
        hit for hit in play.newsroom.requests if hit.status == HTTPStatus.OK and play.newsroom.is_page(hit)
    ]
    return DemoSummary(
        feeds=len(feeds),
        entries=sum(feed.entries for feed in feeds),
        pages=len(fetched),
        articles=len({arrival.article.id for arrival in play.arrivals}),
        dead=census.dead,
        p50_seconds=round(percentile(waits, 0.5), 3),
        p95_seconds=round(percentile(waits, 0.95), 3),
        seconds=round(monotonic() - play.started, 1),
        broken=tuple(play.broken),
    )


def _describe_seed(article: Article) -> str:
    """Describe what became of the lines that were no part of the seed article."""
    rules = ", ".join(f"{count} by {rule}" for rule, count in sorted(article.removed.items()))
    agencies = ", ".join(article.agencies) or "none"
    return (
        f"the SCO article: reading_seconds {article.reading_seconds}, agencies {agencies}; lines out: {rules}"
    )
