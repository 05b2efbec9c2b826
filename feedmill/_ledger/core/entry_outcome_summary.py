"""Derives what became of the entries that a feed listed, from its counts. Pure.

Each listed entry is in one place: published (in its page's words, or in the feed's), joined to an article of
another name, filtered, dropped, left out, dead, or in process.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCounts:
    """Entries of one feed, or of several, by where they are."""

    listed: int = 0
    page: int = 0
    """Published in the words of their pages."""
    feed: dict[str, int] = field(default_factory=dict)
    """Published in the feed's words, by why not in the page's."""
    joined: int = 0
    filtered: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    """By reason."""
    left_out: int = 0
    dead: int = 0
    in_process: int = 0

    @property
    def lost(self) -> int:
        """Entries that gave no article."""
        return sum(self.dropped.values()) + self.left_out + self.dead

    @property
    def is_balanced(self) -> bool:
        """Whether all that was listed is somewhere."""
        published = self.page + sum(self.feed.values())
        return self.listed == published + self.joined + self.filtered + self.lost + self.in_process


def read_entry_counts(counts: Mapping[str, int]) -> EntryCounts:
    """Read what the ledger counted for a feed (`Keys.feed_counts`)."""
    single = ("listed", "page", "joined", "filtered", "left_out", "dead", "in_process")
    return EntryCounts(
        feed=_select_reasons(counts, "feed:"),
        dropped=_select_reasons(counts, "dropped:"),
        **{name: counts.get(name, 0) for name in single},
    )


def count_lost(counts: Mapping[str, int]) -> int:
    """Count the entries of a feed that gave no article, as `EntryCounts.lost`, without the rest."""
    return sum(
        number
        for name, number in counts.items()
        if name.startswith("dropped:") or name in ("left_out", "dead")
    )


def format_entry_counts(counts: EntryCounts) -> str:
    """Write counts as one line: "12 listed: 9 from pages, 2 from the feed (login 2), 1 dropped (empty 1)"."""
    parts = (
        (counts.page, "from pages", None),
        (sum(counts.feed.values()), "from the feed", counts.feed),
        (counts.joined, "joined", None),
        (counts.filtered, "filtered", None),
        (sum(counts.dropped.values()), "dropped", counts.dropped),
        (counts.left_out, "left out", None),
        (counts.dead, "dead", None),
        (counts.in_process, "in process", None),
    )
    said = ", ".join(
        f"{number} {name}" + (f" ({_format_reasons(reasons)})" if reasons else "")
        for number, name, reasons in parts
        if number
    )
    return f"{counts.listed} listed" + (f": {said}" if said else "")


def _select_reasons(counts: Mapping[str, int], prefix: str) -> dict[str, int]:
    found = {name.removeprefix(prefix): number for name, number in counts.items() if name.startswith(prefix)}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def _format_reasons(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {number}" for reason, number in reasons.items())
