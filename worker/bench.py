"""The bench: what a horse finds ready when it is forked."""

import gc
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from feedmill._ledger.gateway import Pace
from feedmill._ledger.keys import Keys
from feedmill._metrics.meters import Meters
from feedmill._net.settings import DoorSettings
from worker import limits
from worker.page import Page
from worker.read import read_page
from worker.visits import Revisits

_SAMPLE = b"""<!doctype html><html lang="en"><head><title>Warm</title>
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-01-02T03:04:05Z"}</script>
</head><body><article><h1>Warm</h1><p>The first page of a process takes four times as long as the next.</p>
<p>So the parent reads this one, and every horse that it forks begins where the parent stands.</p></article>
</body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything a ticket needs to know; times in seconds unless the name says ms."""

    name: str
    """Unique among all workers on one ledger."""
    redis_url: str
    keys: Keys
    door: DoorSettings
    tls: ssl.SSLContext
    pace: Pace
    lease_ms: int
    in_flight: int
    pages: int
    """Pages a ticket takes at most."""
    seconds: float
    """How long a ticket takes new pages."""
    page_timeout: float
    cpu: float | None
    """Seconds of processor time a page may take; None where the process is not a horse's."""
    memory: int
    attempts: int
    revisits: Revisits = field(default_factory=Revisits)
    hold: float = 60.0
    """How long a new source's first pages wait for one another at most, so that its boilerplate shows."""
    without: frozenset[str] = frozenset()
    """Names of the cleaning steps to leave out."""
    meters: Meters = field(default_factory=Meters)
    to_horse: Callable[[], None] | None = None
    """Called in a horse before it counts anything."""

    def owner(self, pid: int) -> str:
        """Name the horse with this process id as an owner of leases."""
        return f"{self.name}:{pid}"


def warm() -> None:
    """Make this process ready to be forked: libraries used once, and out of the garbage collector's way."""
    limits.few_arenas()
    read_page(Page("https://example.org/warm", _SAMPLE, "text/html; charset=utf-8"), None)
    gc.collect()
    gc.freeze()
