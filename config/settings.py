"""Every setting feedmill knows: its table, name, kind, default and the reason for the default.

The dataclasses are the only list: the reader, `feedmill config show` and docs/configuration.md come
from it. Inside, durations are seconds (float) and sizes are bytes (int).
"""

import dataclasses
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from config.kinds import Choice, Flag, Kind, Network, ProxyUrl, RedisUrl, Several, Text, Whole
from config.routes import ListedRoute
from config.sites import ListedSite
from config.units import Duration, Size
from config.webhooks import ListedWebhook

CLEANING_STEPS = (
    *("other_post", "read_time", "headline", "standfirst", "pull_quote", "related_end", "advert", "cookies"),
    *("newsletter", "follow", "service", "share", "caption", "inline_related", "related", "link_run"),
    *("link_list", "comments", "tags", "apart", "copyright", "byline", "agency_credit", "author_note"),
    *("reporter_credit", "agency_suffix", "closing_rows", "dateline", "learned"),
)
"""In the order in which they run; the last is what was learned from a source's other articles."""

_DAY = 86400.0
_MIB = 2**20
_GIB = 2**30
_NAME = Text("a name of letters, digits, '.', '_' and '-'", r"[A-Za-z0-9._-]{1,64}")
_CONTACT = Text(
    'a URL or e-mail address that publishers can reach you at, or ""', r"(https?://\S+|\S+@\S+\.\S+)?"
)
_HOST = Text("a host name or an IP address", r"[A-Za-z0-9._:-]{1,253}")
_AGENT = Text('one line of printable ASCII text, or "" for the standard one', r"[\x20-\x7e]{0,200}")


NO_CONTACT = "no contact set; see docs/polling.md"
"""What the user agent says inside private networks, where no contact need be set."""


def setting(
    kind: Kind,
    default: object = dataclasses.MISSING,
    *,
    why: str,
    factory: Callable[[], object] | None = None,
    shown: str = "",
    secret: bool = False,
) -> Any:
    """Declare one setting; `why` is the reason for its default, `shown` the default in words if it varies."""
    metadata = {"kind": kind, "why": why, "shown": shown, "secret": secret}
    if factory is not None:
        return dataclasses.field(default_factory=factory, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Redis:
    """Where ledger, queue and streams live."""

    url: str | None = setting(
        RedisUrl(),
        None,
        secret=True,
        shown='"" (the embedded server)',
        why="one machine needs no server of its own; production names one, best by FEEDMILL_REDIS_URL_FILE",
    )
    prefix: str = setting(_NAME, "feedmill", why="every ledger key and stream begins with it")
    accept_risks: bool = setting(
        Flag(),
        default=False,
        why="a server that evicts keys or keeps no append-only file loses articles or doubles them",
    )


@dataclass(frozen=True, slots=True)
class NetworkUse:
    """How feedmill meets the network."""

    allow_private: tuple[str, ...] = setting(
        Several(Network()),
        (),
        why="a feed must not lead feedmill to machines inside your network; list the ranges it may reach",
    )
    allow_ports: tuple[int, ...] = setting(
        Several(Whole(1, 65535)),
        (),
        why="besides 80 and 443, ports from 1024 on are requested unless another service is known for them",
    )
    allow_downgrade: bool = setting(
        Flag(), default=False, why="whoever sits on the wire could rewrite what was asked for by https"
    )
    contact: str = setting(
        _CONTACT,
        "",
        why="publishers want to know whom to ask: without it no feed of the public internet is polled",
    )
    user_agent: str = setting(
        _AGENT,
        "",
        shown='"" (feedmill/VERSION, with the contact)',
        why="a request names its software and a contact, so that a publisher can tell who is polling",
    )

    proxy: str | None = setting(
        ProxyUrl(),
        None,
        secret=True,
        shown='""',
        why="a proxy is trusted: it looks names up and connects, so the guard of addresses must be its own",
    )
    redirects: int = setting(Whole(0, 20), 5, why="three are common where a site moved; more are a loop")
    max_wire: int = setting(
        Size(2**16, 2**28), 10 * _MIB, why="bytes of one answer as sent: 50 times a large page"
    )
    max_decoded: int = setting(
        Size(2**16, 2**28), 15 * _MIB, why="bytes of one answer unpacked; a dozen are in memory at a time"
    )
    max_ratio: int = setting(
        Whole(2, 2000), 200, why="what a byte sent may unpack to, from 1 MiB on; markup makes 5 to 20 of it"
    )
    min_rate: int = setting(
        Whole(0, 2**20),
        512,
        why="bytes a second, from the eleventh second on: who sends more slowly holds a place for nothing",
    )

    def __post_init__(self) -> None:
        """Name the software and the contact where the operator has not set another user agent."""
        if not self.user_agent:
            contact = f"+{self.contact}" if self.contact else NO_CONTACT
            object.__setattr__(self, "user_agent", f"feedmill/{version('feedmill')} ({contact})")


@dataclass(frozen=True, slots=True)
class Politeness:
    """How gently one site is treated, by feed polls and page requests together."""

    per_site: int = setting(
        Whole(1, 64), 2, why="two requests at a time are what one reader with two tabs makes"
    )
    gap: float = setting(
        Duration(0, 3600), 1.0, why="a second between two requests to one site is no load for any server"
    )
    max_gap: float = setting(
        Duration(0, 3600),
        60.0,
        why="how far apart a Crawl-delay, slow answers or refusals may put two requests to a site",
    )


@dataclass(frozen=True, slots=True)
class Polling:
    """When feeds are looked at."""

    interval: float = setting(
        Duration(0.1, 30 * _DAY), 900.0, why="news within a quarter of an hour at four requests an hour"
    )
    min_interval: float = setting(
        Duration(0.1, 30 * _DAY), 300.0, why="no feed is polled more often, whatever it or its table asks for"
    )
    max_interval: float = setting(
        Duration(0.1, 90 * _DAY), _DAY, why="no feed is forgotten: even a failing one is tried once a day"
    )
    concurrency: int = setting(
        Whole(1, 1024), 64, why="polls wait for the network nearly all of their time, so many run at once"
    )
    timeout: float = setting(
        Duration(1, 600), 30.0, why="a deadline round the whole poll; a slow drip cannot outlive it"
    )


@dataclass(frozen=True, slots=True)
class Workers:
    """What fetches and cleans pages."""

    processes: int = setting(
        Whole(1, 512), factory=cores, shown="one per core", why="extraction is processor work: one per core"
    )
    pages_per_ticket: int = setting(
        Whole(1, 1024),
        500,
        why="a fork and what it has to learn anew cost 60 ms; spread over so many they vanish",
    )
    in_flight: int = setting(
        Whole(1, 128), 32, why="requests that wait together, so that slow sites do not hold up the fast ones"
    )
    page_timeout: float = setting(Duration(1, 600), 45.0, why="a deadline round the whole page request")
    hold: float = setting(
        Duration(0, 600),
        60.0,
        why="a new source's first pages wait for one another so long at most, so that its boilerplate shows",
    )
    without: tuple[str, ...] = setting(
        Several(Choice(CLEANING_STEPS)),
        (),
        why="cleaning steps to leave out, by the names that `feedmill clean --explain` shows",
    )
    lease: float = setting(
        Duration(2, 3600),
        120.0,
        why="work of a process that died returns after this long; it is extended while work goes on",
    )
    cpu: float = setting(
        Duration(1, 600), 20.0, why="processor time one page may take: 1,000 times what a page needs"
    )
    memory: int = setting(
        Size(2**28, 2**40),
        _GIB,
        why="address space one worker process may take, so that one page cannot take all",
    )
    attempts: int = setting(
        Whole(1, 20),
        3,
        why="a page that crashed its process three times will do so again; it goes to the dead",
    )


@dataclass(frozen=True, slots=True)
class Pages:
    """What happens to pages after their article is out."""

    revisits: int = setting(
        Whole(0, 10),
        3,
        why="a young article's page that gave a validator is asked so often whether it changed",
    )
    first_revisit: float = setting(
        Duration(60, 7 * _DAY),
        3600.0,
        why="most corrections come within hours; each further request waits four times as long",
    )
    schedule: tuple[float, ...] = setting(
        Several(Duration(60, 90 * _DAY)),
        (),
        why="ages at which every page is asked for again; off, as most pages would answer in full",
    )
    most_revisits: int = setting(
        Whole(0, 200),
        20,
        why="however often a feed says that an entry changed, its page is asked for again no more than this",
    )
    keep_dead: float = setting(
        Duration(3600, 3650 * _DAY), 90 * _DAY, why="a dead letter nobody looked at for a season is forgotten"
    )


@dataclass(frozen=True, slots=True)
class Stream:
    """How long articles stay readable."""

    keep: float = setting(
        Duration(60, 3650 * _DAY), 7 * _DAY, why="a consumer may be away for a long week-end and miss nothing"
    )
    max_bytes: int = setting(
        Size(2**20, 2**44), _GIB, why="50,000 to 150,000 articles; Redis keeps them in memory"
    )
    hard_bytes: int = setting(
        Size(2**20, 2**44),
        2 * _GIB,
        why="what groups that do not read may hold back, max_bytes at least: then pages wait until they have",
    )
    protect: tuple[str, ...] = setting(
        Several(_NAME),
        (),
        why="consumer groups that must not miss an entry: nothing they have not acked is dropped",
    )


@dataclass(frozen=True, slots=True)
class Web:
    """The gateway: articles over HTTP, and a page to look at."""

    enabled: bool = setting(
        Flag(), default=True, why="`feedmill up` serves it; `feedmill web` serves it alone"
    )
    host: str = setting(
        _HOST,
        "127.0.0.1",
        why="only this machine reaches it; from elsewhere a token is asked for in any case",
    )
    port: int = setting(Whole(0, 65535), 8420, why="0 takes a free one, which the log names")
    hosts: tuple[str, ...] = setting(
        Several(_HOST),
        (),
        why="names it is called by besides `host` and localhost; others are refused, for DNS can be rebound",
    )
    token: str = setting(
        Text('16 to 200 printable characters without spaces, or ""', r"([\x21-\x7e]{16,200})?"),
        "",
        secret=True,
        shown='"" (made once, in the data folder)',
        why="whoever has it may change things, and read from elsewhere; best by FEEDMILL_WEB_TOKEN_FILE",
    )


@dataclass(frozen=True, slots=True)
class Metrics:
    """What is counted, for Prometheus."""

    folder: str = setting(
        Text('a path, or ""', r"[^\x00-\x1f]{0,400}"),
        "",
        shown='"" (`metrics` in the data folder)',
        why="the processes of a machine count in one folder, so that one address tells of all of them",
    )


@dataclass(frozen=True, slots=True)
class Logging:
    """What feedmill says while it runs."""

    level: str = setting(
        Choice(("debug", "info", "warning", "error")), "info", why="one line for every poll and every page"
    )
    format: str = setting(
        Choice(("auto", "text", "json")),
        "auto",
        why="text for a person at a terminal, JSON lines for a log collector",
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one attribute for each table of feedmill.toml."""

    redis: Redis = dataclasses.field(default_factory=Redis)
    network: NetworkUse = dataclasses.field(default_factory=NetworkUse)
    politeness: Politeness = dataclasses.field(default_factory=Politeness)
    polling: Polling = dataclasses.field(default_factory=Polling)
    workers: Workers = dataclasses.field(default_factory=Workers)
    pages: Pages = dataclasses.field(default_factory=Pages)
    stream: Stream = dataclasses.field(default_factory=Stream)
    web: Web = dataclasses.field(default_factory=Web)
    metrics: Metrics = dataclasses.field(default_factory=Metrics)
    logging: Logging = dataclasses.field(default_factory=Logging)
    sites: tuple[ListedSite, ...] = ()
    """Single sites that are treated in a way of their own: `[[sites]]`."""
    routes: tuple[ListedRoute, ...] = ()
    """Streams that take a part of the articles: `[[routes]]`."""
    webhooks: tuple[ListedWebhook, ...] = ()
    """Receivers that articles are sent to: `[[webhooks]]`."""


TABLES: dict[str, type] = {
    "redis": Redis,
    "network": NetworkUse,
    "politeness": Politeness,
    "polling": Polling,
    "workers": Workers,
    "pages": Pages,
    "stream": Stream,
    "web": Web,
    "metrics": Metrics,
    "logging": Logging,
}


@dataclass(frozen=True, slots=True)
class Described:
    """One declared setting, as the reader and the documentation see it."""

    table: str
    key: str
    kind: Kind
    default: str
    """As it would be written in TOML, or in words where it varies."""
    why: str
    secret: bool

    @property
    def name(self) -> str:
        """Dotted name, such as `polling.min_interval`."""
        return f"{self.table}.{self.key}"

    @property
    def variable(self) -> str:
        """Environment variable that overrides it."""
        return f"FEEDMILL_{self.table}_{self.key}".upper()


def described() -> Iterator[Described]:
    """List every setting in the order of the tables."""
    for table, kind_of_table in TABLES.items():
        for field in dataclasses.fields(kind_of_table):
            meta = field.metadata
            default = meta["shown"] or meta["kind"].write(field.default)
            yield Described(table, field.name, meta["kind"], default, meta["why"], meta["secret"])
