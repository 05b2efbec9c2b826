"""Declares the settings of requests: `[network]` and `[politeness]`."""

from dataclasses import dataclass
from importlib.metadata import version

from config.parsing.duration_and_size import DurationKind, SizeKind
from config.parsing.setting_declaration import MIB, declare_setting
from config.parsing.value_kinds import BooleanKind, IntegerKind, ListKind, NetworkKind, ProxyUrlKind, TextKind

CONTACT = TextKind(
    'a URL or e-mail address that publishers can reach you at, or ""', r"(https?://\S+|\S+@\S+\.\S+)?"
)
_AGENT = TextKind('one line of printable ASCII text, or "" for the standard one', r"[\x20-\x7e]{0,200}")

NO_CONTACT = "no contact set; see `feedmill help polling`"
"""The user agent's contact inside private networks, where no contact need be set."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How feedmill meets the network."""

    allow_private: tuple[str, ...] = declare_setting(
        ListKind(NetworkKind()),
        (),
        why="a feed must not lead feedmill to machines inside your network; list the ranges it may reach",
    )
    allow_ports: tuple[int, ...] = declare_setting(
        ListKind(IntegerKind(1, 65535)),
        (),
        why="besides 80 and 443, ports from 1024 on are requested unless another service is known for them",
    )
    allow_downgrade: bool = declare_setting(
        BooleanKind(), default=False, why="whoever sits on the wire could rewrite what was asked for by https"
    )
    contact: str = declare_setting(
        CONTACT,
        "",
        why="publishers want to know whom to ask: without it no feed of the public internet is polled",
    )
    user_agent: str = declare_setting(
        _AGENT,
        "",
        shown='"" (feedmill/VERSION, with the contact)',
        why="a request names its software and a contact, so that a publisher can tell who is polling",
    )

    proxy: str | None = declare_setting(
        ProxyUrlKind(),
        None,
        secret=True,
        shown='""',
        why="a proxy is trusted: it looks names up and connects, so the guard of addresses must be its own",
    )
    redirects: int = declare_setting(
        IntegerKind(0, 20), 5, why="three are common where a site moved; more are a loop"
    )
    max_wire: int = declare_setting(
        SizeKind(2**16, 2**28), 10 * MIB, why="bytes of one answer as sent: 50 times a large page"
    )
    max_decoded: int = declare_setting(
        SizeKind(2**16, 2**28), 15 * MIB, why="bytes of one answer unpacked; a dozen are in memory at a time"
    )
    max_ratio: int = declare_setting(
        IntegerKind(2, 2000),
        200,
        why="what a byte sent may unpack to, from 1 MiB on; markup makes 5 to 20 of it",
    )
    min_rate: int = declare_setting(
        IntegerKind(0, 2**20),
        512,
        why="bytes a second, from the eleventh second on: who sends more slowly holds a place for nothing",
    )

    def __post_init__(self) -> None:
        """Name the software and the contact where the operator has not set another user agent."""
        if not self.user_agent:
            contact = f"+{self.contact}" if self.contact else NO_CONTACT
            object.__setattr__(self, "user_agent", f"feedmill/{version('feedmill')} ({contact})")


@dataclass(frozen=True, slots=True)
class PolitenessSettings:
    """How gently one site is treated, by feed polls and page requests together."""

    per_site: int = declare_setting(
        IntegerKind(1, 64), 2, why="two requests at a time are what one reader with two tabs makes"
    )
    gap: float = declare_setting(
        DurationKind(0, 3600), 1.0, why="a second between two requests to one site is no load for any server"
    )
    max_gap: float = declare_setting(
        DurationKind(0, 3600),
        60.0,
        why="how far apart a Crawl-delay, slow answers or refusals may put two requests to a site",
    )
