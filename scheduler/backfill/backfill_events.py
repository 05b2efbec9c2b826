"""Builds the events of a backfill, and the flat form that all events of feeds have. Pure."""

from datetime import UTC, datetime

from scheduler.backfill.page_walk import BackfillJob

EventFields = tuple[str, ...]


def build_backfill_event(job: BackfillJob, now: datetime) -> EventFields:
    """Describe that a look into a feed's past has ended, what it found, and whether it saw all."""
    name = "feed_backfilled" if job.backfill else "feed_gap_filled"
    complete = "no" if job.lost or job.pending_steps else "yes"
    return flat_event(
        name, now, pages=str(job.pages), new=str(job.new), oldest=event_time(job.oldest), complete=complete
    )


def flat_event(name: str, now: datetime, **details: str) -> EventFields:
    """Return an event as its name, then its time and details as fields and values in turn."""
    fields = {"time": event_time(int(now.timestamp())), **details}
    return (name, *(part for pair in fields.items() for part in pair))


def event_time(seconds: int) -> str:
    """Write epoch seconds as RFC 3339, UTC; 0 as an empty text."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""
