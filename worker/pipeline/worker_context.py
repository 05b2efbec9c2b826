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
from worker.boilerplate.line_hashes import hash_lines
from worker.extraction.page_reader import read_page
from worker.fetching.revisit_policy import RevisitPolicy
from worker.page_models import CleanedArticle, FetchedPage
from worker.pipeline.stand_in_policy import StandInPolicy
from worker.publishing.fingerprints import compute_fingerprint
from worker.stories.text_signature import compute_signature

_SAMPLE_URL = "https://example.org/2026/01/02/warm"
_SAMPLE_PAGE = """<!doctype html><html lang="en"><head><title>Warm - Example</title>
<meta property="og:title" content="Warm"><script type="application/ld+json">{"@type": "WebPage"}</script>
<script>SCRIPT</script></head><body><header><nav><ul>LINKS</ul></nav></header>
<main><article class="story"><h1>Warm</h1><div class="byline"><span>By Jane Doe</span>
<time datetime="2026-01-02T03:04:05Z">2 January 2026</time></div>
<p>The first page of a process takes four times as long as the next.</p>
<figure><img src="/a.jpg" alt=""><figcaption>Photo: Jane Doe</figcaption></figure>
<h2>Why</h2><ul><li>One of the reasons.</li><li>Another one.</li></ul>PARAGRAPHS
<p>Share this: <a href="/share">Mail</a></p></article><aside><a href="/b">Another page</a></aside>
</main><footer><p>Copyright Example</p></footer></body></html>"""
_SAMPLE_PARAGRAPH = (
    "<p>So the parent reads this one, and every horse that it forks begins where the parent stands: "
    'number {0}, with <a href="/{0}">a link</a>, <b>a name</b> and “a quotation” of that evening.</p>'
)
_SAMPLE_LINK = '<li class="item item-{0}"><a href="/section/{0}">Section {0}</a></li>'
_SAMPLE_SCRIPT = "window.state = {}; "


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
    read_sample_page()
    gc.collect()
    gc.freeze()


def read_sample_page() -> None:
    """Read a page of no one, and take of it what is taken of an article: what these use is then at hand."""
    read = read_page(FetchedPage(_SAMPLE_URL, _write_sample(), "text/html; charset=utf-8"), None)
    if isinstance(read, CleanedArticle):
        hash_lines(read)
        compute_fingerprint(read, url=_SAMPLE_URL)
        compute_signature(read.text)


def _write_sample() -> bytes:
    """Write a page of 30 KB, most of it scripts, and two hundred elements."""
    paragraphs = "".join(map(_SAMPLE_PARAGRAPH.format, range(12)))
    links = "".join(map(_SAMPLE_LINK.format, range(40)))
    page = _SAMPLE_PAGE.replace("PARAGRAPHS", paragraphs).replace("LINKS", links)
    return page.replace("SCRIPT", _SAMPLE_SCRIPT * 1000).encode()
