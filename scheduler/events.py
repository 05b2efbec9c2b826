"""What the events stream is told of a poll: flat texts, a name and then field and value in turn. Pure."""

from datetime import UTC, datetime

from scheduler import rhythm as rhythms
from scheduler.judge import LIAR
from scheduler.look import Look
from scheduler.notes import Notes
from scheduler.past import Past

Event = tuple[str, ...]


def events_of(
    look: Look, before: Notes, notes: Notes, now: datetime, *, moved_to: str | None, stop: bool
) -> tuple[Event, ...]:
    """Give the events that an answered poll makes, from the notes before and after it."""
    outcome = look.outcome
    since = _time(before.failed_at or notes.failed_at)
    said = []
    if stop:
        said.append(_event("feed_gone", now, outcome=outcome))
    elif notes.failing and not before.failing:
        said.append(failing_event(notes, now, outcome, look.detail))
    if before.failing and not notes.failing:
        said.append(_event("feed_recovered", now, outcome=outcome, since=since))
    if notes.silent and not before.silent:
        said.append(_event("feed_silent", now, since=_last_entry(before)))
    if before.silent and not notes.silent:
        said.append(_event("feed_heard", now, since=_last_entry(before)))
    if moved_to is not None:
        said.append(_event("feed_moved", now, to=moved_to or look.feed.url))
    if notes.lies >= LIAR > before.lies:
        said.append(_event("feed_false_304", now, since=_time(before.good_at)))
    return tuple(said)


def _last_entry(notes: Notes) -> str:
    rhythm = rhythms.read(notes.rhythm)
    return _time(int(rhythm.last)) if rhythm else ""


def gap_event(look: Look, before: Notes, now: datetime) -> Event:
    """Tell between which times entries may have been missed."""
    dates = [entry.published_at for entry in look.seen.listed if entry.published_at]
    until = min([*dates, now])
    return _event("feed_gap", now, since=_time(before.good_at), until=_time(int(until.timestamp())))


def past_event(past: Past, now: datetime) -> Event:
    """Tell that a look into a feed's past has ended, what it found, and whether it saw all."""
    name = "feed_backfilled" if past.backfill else "feed_gap_filled"
    complete = "no" if past.lost or past.todo else "yes"
    return _event(
        name, now, pages=str(past.pages), new=str(past.new), oldest=_time(past.oldest), complete=complete
    )


def _event(name: str, now: datetime, **details: str) -> Event:
    fields = {"time": _time(int(now.timestamp())), **details}
    return (name, *(part for pair in fields.items() for part in pair))


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if seconds else ""


def failing_event(notes: Notes, now: datetime, outcome: str, detail: str) -> Event:
    """Tell that a feed is failing by now."""
    return _event("feed_failing", now, outcome=outcome, detail=detail, since=_time(notes.failed_at))
