"""Describes the ledger's answers about feeds, their polls and their past: frozen values."""

from dataclasses import dataclass

import msgspec

from feedmill._ledger.core.records import LeasedBackfill, LeasedFeed


@dataclass(frozen=True, slots=True)
class AppliedFeeds:
    """What a new feed list changed, as feed URLs."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    generation: int
    """Grows with every list that changed something."""


@dataclass(frozen=True, slots=True)
class ClaimedFeeds:
    """Feeds leased to the caller."""

    feeds: tuple[LeasedFeed, ...]
    next_in_ms: int | None
    """Until the next feed may be claimable; None when none is scheduled."""


@dataclass(frozen=True, slots=True)
class RecordedPoll:
    """What a poll's entries became."""

    new: int
    """Entries that made a page."""
    changed: int
    """Entries that reopened a page or replaced the data of one in process."""
    listed_again: int
    """New entries of articles that feedmill already has or works on."""
    stale: bool
    """The lease was lost: nothing was stored."""
    left_out: int = 0
    """New entries that made no page, as there are too many."""
    filtered: int = 0
    """New entries that made no page, as the feed's filters hold them back."""


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """One listed feed as `status` shows it; times in ms since the epoch."""

    id: str
    url: str
    site: str
    source: str
    tags: tuple[str, ...] = ()
    interval: float | None = None
    enabled: bool = True
    polls: int = 0
    failures: int = 0
    """Polls in a row that failed."""
    outcome: str | None = None
    """Named outcome of the last poll; None before the first."""
    detail: str = ""
    status: int | None = None
    reason: str = ""
    """Why the next poll is when it is."""
    title: str | None = None
    final_url: str | None = None
    """Where the last document came from, when that is not `url`."""
    entries: int = 0
    """Entries seen so far, without revisions."""
    listed: int = 0
    """Entries in the last document."""
    last_poll_at: int | None = None
    next_at: int | None = None
    leased: bool = False
    moved_to: str | None = None
    """Where the feed has moved for good; what is polled."""
    stopped: bool = False
    """The feed said that it is gone (410): it is polled no more."""
    notes: str = ""
    """What the scheduler noted at the last poll; scheduler.polling.feed_state reads it."""
    flooding_since: int | None = None
    """Since when it has brought more new entries than become pages; None: it does not."""
    text: str = "auto"
    """Whose words its articles have; see FeedSpec."""
    counts: dict[str, int] = {}
    """What became of the entries that it listed; see `Keys.feed_counts`."""
    filters: str = ""
    """As in FeedSpec."""
    unreadable_since: int | None = None
    """Since when most of its last pages have given no article; None: they do."""


class WaitingFeed(msgspec.Struct, frozen=True, kw_only=True):
    """What the next poll of a feed was decided by; times in ms since the epoch."""

    id: str
    polls: int
    """So far: a feed that was polled meanwhile has more."""
    interval: float | None = None
    """The operator's, in seconds."""
    failures: int = 0
    """Polls in a row that failed."""
    listed: int = 0
    reason: str = ""
    """Why the next poll is when it is."""
    notes: str = ""
    """As in FeedState."""
    last_poll_at: int
    next_at: int


class AskedPoll(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a poll that was asked for."""

    answer: str
    """`due`, or why the feed is not polled: `unlisted`, `off`, `gone`, `paused`."""
    polls: int
    """Polls of the feed so far."""
    gate_ms: int
    """Until its site's gate opens."""


class DroppedEntry(msgspec.Struct, frozen=True, array_like=True):
    """An entry that gave no article."""

    id: str
    """Of the article that it would have been."""
    reason: str
    title: str
    dropped_at: int
    """Ms since the epoch."""


@dataclass(frozen=True, slots=True)
class ClaimedBackfill:
    """A job on a feed's past, or how long until there may be one."""

    job: LeasedBackfill | None
    next_in_ms: int | None
    """None: there is no such job."""


@dataclass(frozen=True, slots=True)
class RecordedBackfill:
    """What one page of a feed's past became."""

    new: int
    """Entries that made a page."""
    stale: bool
    """The lease was lost: nothing was stored."""
