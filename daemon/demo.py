"""`feedmill demo`: the whole of feedmill on a small newsroom of its own, on loopback, in seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from rich.console import Console

from config.folder import environment
from daemon.data_folder import DataFolder
from daemon.demo_audit import Arrival, Summary, audit, missing, percentile
from daemon.demo_daemon import DaemonChild, write_config
from daemon.demo_reader import Reader
from daemon.demo_show import JsonShow, PlainShow, Show
from daemon.newsroom import Newsroom
from daemon.newsroom_texts import SEED_SLUG, Story
from daemon.server import EmbeddedServer
from feedmill._ledger import feed_calls, watch_calls
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill.article import Article

_PATIENCE = 25.0
"""Seconds until everything promised must have arrived."""


@dataclass(slots=True)
class _Play:
    """The state of one run."""

    newsroom: Newsroom
    child: DaemonChild
    reader: Reader
    show: Show
    started: float
    arrivals: list[Arrival] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lost: bool = False
    """The daemon ended by itself; nothing else is worth saying then."""

    def follow(self, pages: Sequence[str], rev: int = 1) -> bool:
        """Show articles as they land until these pages' are there; False when they did not come."""
        while waiting := missing(pages, self.arrivals, rev):
            left = self.started + _PATIENCE - monotonic()
            if self.child.ended is not None:
                self.lost = True
                self.broken.append(f"the daemon ended with {self.child.ended}\n{self.child.last_words()}")
                return False
            if left <= 0:
                late = f"{len(waiting)} articles had not arrived after {_PATIENCE:.0f} s"
                self.broken.append(f"{late}; the daemon said last:\n{self.child.last_words()}")
                return False
            self.take(self.reader.read(min(left, 0.5)))
        return True

    def take(self, arrivals: Sequence[Arrival]) -> None:
        """Show and keep what landed."""
        for arrival in arrivals:
            self.show.arrival(arrival)
            self.arrivals.append(arrival)


def run(as_json: bool) -> int:  # noqa: FBT001 - the command's one switch
    """Play the demo; answers the exit status: 0 when every promise was kept, else 1."""
    show: Show = JsonShow() if as_json else PlainShow(Console())
    try:
        summary = _stage(show)
    except KeyboardInterrupt:
        show.note("interrupted")
        return 1
    show.end(summary)
    return 1 if summary.broken else 0


def _stage(show: Show) -> Summary:
    """Open the newsroom and a server of its own, start the daemon, play, and leave nothing behind."""
    started = monotonic()
    with TemporaryDirectory(prefix="feedmill-demo-") as name, Newsroom(datetime.now(UTC)) as newsroom:
        folder = Path(name)
        write_config(folder / "config", newsroom)
        server = EmbeddedServer(DataFolder(folder / "data"))
        with server:
            reader = Reader(server.socket_url, Keys())
            child = DaemonChild(folder / "config", folder / "data", folder / "daemon.log", environment())
            with child:
                play = _Play(newsroom, child, reader, show, started)
                summary = _play(play)
            reader.close()
        server.wait_gone()
    return summary


def _play(play: _Play) -> Summary:
    newsroom, show = play.newsroom, play.show
    before = newsroom.gold
    sites = {site.name for _, site in newsroom.feeds}
    show.note(f"a newsroom of {len(sites)} sites is open on loopback; the daemon starts")
    if play.follow(tuple(before)):
        now = datetime.now(UTC).replace(microsecond=0)
        late, right = newsroom.publish_late(now), newsroom.correct(now)
        show.note(f"published late: {late.title!r}; corrected: {right.title!r}")
        play.follow([newsroom.url(late)]) and play.follow([newsroom.url(right)], rev=2)
    return _end(play, before)


def _end(play: _Play, before: Mapping[str, Story]) -> Summary:
    """Stop the daemon, read what is left and check every promise."""
    if play.child.ended is None and (status := play.child.stop()) != 0:
        play.broken.append(f"the daemon did not stop cleanly: exit {status}\n{play.child.last_words()}")
    play.take(play.reader.rest())
    ledger = SyncLedger(play.reader.client, Keys())
    census = ledger.run(watch_calls.census(ledger.keys))
    feeds = ledger.run(feed_calls.feeds(ledger.keys))
    if not census.balanced:
        play.broken.append(f"the ledger is out of balance: {census}")
    gold = play.newsroom.gold
    if not play.lost:
        play.broken += audit(before, gold, play.arrivals, census.dead)
    for arrival in play.arrivals:
        if arrival.page.endswith(f"/{SEED_SLUG}/"):
            play.show.note(_seed_note(arrival.article))
    waits = [arrival.seconds for arrival in play.arrivals if arrival.article.rev == 1]
    fetched = [
        hit for hit in play.newsroom.hits if hit.status == HTTPStatus.OK and play.newsroom.is_page(hit)
    ]
    return Summary(
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


def _seed_note(article: Article) -> str:
    """Say what became of the lines that were no part of the seed article."""
    rules = ", ".join(f"{count} by {rule}" for rule, count in sorted(article.removed.items()))
    agencies = ", ".join(article.agencies) or "none"
    return (
        f"the SCO article: reading_seconds {article.reading_seconds}, agencies {agencies}; lines out: {rules}"
    )
