"""Describes a job on a feed's past: what it holds, how it is stored, and the event of its end. Pure."""

from datetime import datetime
from typing import Literal

import msgspec

from feedmill._ledger.core.records import Entry
from scheduler.feed_event_format import EventFields, build_event, format_event_time

MAX_GAP_PAGES = 10
"""Pages that are read to fill a gap, at most: a gap is of hours or days, not of years."""
MAX_BACKFILL_PAGES = 500
"""Pages that one backfill reads at most, so that no archive keeps its site busy for ever."""
MAX_BACKFILL_ENTRIES = 10_000
"""New entries after which a backfill ends: what the pages of one job bring has a bound, too."""

StepKind = Literal["feed", "wordpress", "robots", "sitemap"]


class BackfillStep(msgspec.Struct, frozen=True, array_like=True):
    """A page of the past that is to be read."""

    url: str
    kind: StepKind


class BackfillJob(msgspec.Struct, frozen=True, array_like=True):
    """A job on a feed's past. New fields go to the end; times in seconds since the epoch."""

    since: int
    """Entries before this are not wanted."""
    pending_steps: tuple[BackfillStep, ...]
    backfill: bool
    visited_hashes: tuple[int, ...] = ()
    """Addresses and contents of the pages read, as hashes."""
    pages: int = 0
    new: int = 0
    oldest: int = 0
    """The oldest entry met; 0 for none with a date."""
    failures: int = 0
    """In a row, on the page that comes next."""
    lost: int = 0
    """Pages that were given up."""
    ready: int = 0
    """When the last entry found so far may be requested (backfill)."""


def read_backfill_job(text: str) -> BackfillJob:
    """Read a stored job; raises msgspec.ValidationError for what is none."""
    return msgspec.json.decode(text, type=BackfillJob)


def write_backfill_job(job: BackfillJob) -> str:
    """Write a job for the ledger."""
    return msgspec.json.encode(job).decode()


def is_done(job: BackfillJob) -> bool:
    """Return whether nothing is left to read, or enough has been."""
    most = MAX_BACKFILL_PAGES if job.backfill else MAX_GAP_PAGES
    return not job.pending_steps or job.pages >= most or job.new >= MAX_BACKFILL_ENTRIES


def is_wanted(job: BackfillJob, entry: Entry) -> bool:
    """Return whether a job is after an entry: one that is new enough, or without a date."""
    return (find_entry_date(entry) or job.since) >= job.since


def find_entry_date(entry: Entry) -> float | None:
    """Return when an entry was published, else updated, in seconds since the epoch."""
    moment = entry.published_at or entry.updated_at
    return moment.timestamp() if moment else None


def build_backfill_event(job: BackfillJob, now: datetime) -> EventFields:
    """Describe that a job on a feed's past has ended, what it found, and whether it saw all."""
    name = "feed_backfilled" if job.backfill else "feed_gap_filled"
    complete = "no" if job.lost or job.pending_steps else "yes"
    oldest = format_event_time(job.oldest)
    return build_event(name, now, pages=str(job.pages), new=str(job.new), oldest=oldest, complete=complete)
