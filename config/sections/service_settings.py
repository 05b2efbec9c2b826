"""Declares the settings of what keeps and shows articles: Redis, stream, web, metrics and logging."""

from dataclasses import dataclass

from config.parsing.duration_and_size import DurationKind, SizeKind
from config.parsing.setting_declaration import DAY_S, GIB, NAME, declare_setting
from config.parsing.value_kinds import (
    BooleanKind,
    ChoiceKind,
    IntegerKind,
    ListKind,
    NetworkKind,
    RedisUrlKind,
    TextKind,
)

_HOST = TextKind("a host name or an IP address", r"[A-Za-z0-9._:-]{1,253}")


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """Where ledger, queue and streams live."""

    url: str | None = declare_setting(
        RedisUrlKind(),
        None,
        secret=True,
        shown='"" (the embedded server)',
        why="one machine needs no server of its own; production names one, best by FEEDMILL_REDIS_URL_FILE",
    )
    prefix: str = declare_setting(NAME, "feedmill", why="every ledger key and stream begins with it")
    accept_risks: bool = declare_setting(
        BooleanKind(),
        default=False,
        why="a server that evicts keys or keeps no append-only file loses articles or doubles them",
    )


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """How long articles stay readable."""

    keep: float = declare_setting(
        DurationKind(60, 3650 * DAY_S),
        7 * DAY_S,
        why="a consumer may be away for a long week-end and miss nothing",
    )
    max_bytes: int = declare_setting(
        SizeKind(2**20, 2**44), GIB, why="50,000 to 150,000 articles; Redis keeps them in memory"
    )
    hard_bytes: int = declare_setting(
        SizeKind(2**20, 2**44),
        2 * GIB,
        why="what groups that do not read may hold back, max_bytes at least: then pages wait until they have",
    )
    protect: tuple[str, ...] = declare_setting(
        ListKind(NAME),
        (),
        why="consumer groups that must not miss an entry: nothing they have not acked is dropped",
    )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The gateway: articles over HTTP, and a page to look at."""

    enabled: bool = declare_setting(
        BooleanKind(), default=True, why="`feedmill up` serves it; `feedmill web` serves it alone"
    )
    host: str = declare_setting(
        _HOST,
        "127.0.0.1",
        why="only this machine reaches it; from elsewhere a token is asked for in any case",
    )
    port: int = declare_setting(IntegerKind(0, 65535), 8420, why="0 takes a free one, which the log names")
    hosts: tuple[str, ...] = declare_setting(
        ListKind(_HOST),
        (),
        why="names it is called by besides `host` and localhost; others are refused, for DNS can be rebound",
    )
    trusted_proxies: tuple[str, ...] = declare_setting(
        ListKind(NetworkKind()),
        (),
        why="a proxy there brings the requests of many: its connections have no share, each client that "
        "X-Forwarded-For (or Forwarded) names has one of the requests, and nobody behind it is local",
    )
    token: str = declare_setting(
        TextKind('16 to 200 printable characters without spaces, or ""', r"([\x21-\x7e]{16,200})?"),
        "",
        secret=True,
        shown='"" (made once, in the data folder)',
        why="whoever has it may change things, and read from elsewhere; best by FEEDMILL_WEB_TOKEN_FILE",
    )
    search: bool = declare_setting(
        BooleanKind(), default=True, why="the gateway keeps an index of the stream's words in the data folder"
    )
    search_size: int = declare_setting(
        SizeKind(2**20, 2**36),
        2**28,
        why="bytes of text that can be searched, the newest; the file is about twice as large",
    )


@dataclass(frozen=True, slots=True)
class MetricsSettings:
    """What is counted, for Prometheus."""

    folder: str = declare_setting(
        TextKind('a path, or ""', r"[^\x00-\x1f]{0,400}"),
        "",
        shown='"" (`metrics` in the data folder)',
        why="the processes of a machine count in one folder, so that one address tells of all of them",
    )


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """What feedmill logs while it runs."""

    level: str = declare_setting(
        ChoiceKind(("debug", "info", "warning", "error")),
        "info",
        why="one line for every poll and every page",
    )
    format: str = declare_setting(
        ChoiceKind(("auto", "text", "json")),
        "auto",
        why="auto: sentences at a terminal, else JSON lines for a log collector; text: lines with all keys",
    )
