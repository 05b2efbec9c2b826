"""Describes what a horse has when it is forked, and loads what it would else load each time."""

import gc
from collections.abc import Callable
from dataclasses import dataclass, field

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.politeness.rate_limiter import SitePace
from feedmill._metrics.counters import ProcessCounters
from feedmill._net.client.transports import build_tls
from feedmill._net.client_settings import HttpClientSettings
from feedmill._site_credentials.credentials import NO_CREDENTIALS, CredentialStore
from worker import process_limits
from worker.extraction.page_reader import read_page
from worker.fetching.revisit_policy import RevisitPolicy
from worker.page_models import FetchedPage
from worker.pipeline.stand_in_policy import StandInPolicy

_SAMPLE_PAGE = b"""<!doctype html><html lang="en"><head><title>Warm</title>
<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-01-02T03:04:05Z"}</script>
</head><body><article><h1>Warm</h1><p>The first page of a process takes four times as long as the next.</p>
<p>So the parent reads this one, and every horse that it forks begins where the parent stands.</p></article>
</body></html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerContext:
    """Everything that a ticket needs; times in seconds unless the name ends with ms."""

    name: str
    """Unique among all workers on one ledger."""
    redis_url: str
    keys: Keys
    client: HttpClientSettings
    pace: SitePace
    lease_ms: int
    in_flight: int
    pages_per_ticket: int
    """Pages a ticket takes at most."""
    ticket_s: float
    """How long a ticket takes new pages."""
    page_timeout_s: float
    page_cpu_s: float | None
    """Seconds of processor time a page may take; None where the process is not a horse's."""
    memory_bytes: int
    max_attempts: int
    revisits: RevisitPolicy = field(default_factory=RevisitPolicy)
    stand_in: StandInPolicy = field(default_factory=StandInPolicy)
    further_pages: int = 0
    """Pages of one article after its first one that are requested at most; 0 for none."""
    uses_transcripts: bool = False
    """Whether the transcript of an episode is its text where its page has none."""
    honour: frozenset[str] = frozenset()
    """Words of `rights`: of a page that has one no article is made, or one that is marked."""
    marks_reserved: bool = False
    """Whether articles of such pages are published with a mark."""
    reads_tdm_files: bool = False
    """Whether tdmrep.json of a page's origin is read."""
    story_window_days: int = 0
    """Days whose texts an article's is compared with, to find its story; 0 for none."""
    has_story_events: bool = False
    """Whether the stream of story events is told."""
    max_hold_s: float = 60.0
    """How long a new source's first pages wait for one another at most, so that its boilerplate shows."""
    uses_templates: bool = False
    """Whether pages of a known site are read by its template."""
    skipped_steps: frozenset[str] = frozenset()
    """Names of the cleaning steps to leave out."""
    switched_off: set[str] = field(default_factory=set)
    """Selectors of `[[sites]]` that took too long in this process; in a reader it fills up."""
    announced: set[str] = field(default_factory=set)
    """Events of sites that this process has announced, by what each is about."""
    credentials: CredentialStore = NO_CREDENTIALS
    """What this host sends to sites to be let in."""
    meters: ProcessCounters = field(default_factory=ProcessCounters)
    after_fork: Callable[[], None] | None = None
    """Called in a horse before it counts anything."""

    def lease_owner(self, pid: int) -> str:
        """Name the horse with this process id as an owner of leases."""
        return f"{self.name}:{pid}"


def preload_for_fork() -> None:
    """Make this process ready to be forked: libraries used once, and out of the garbage collector's way."""
    process_limits.limit_malloc_arenas()
    build_tls()
    read_page(FetchedPage("https://example.org/warm", _SAMPLE_PAGE, "text/html; charset=utf-8"), None)
    gc.collect()
    gc.freeze()
