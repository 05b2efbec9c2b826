"""What a poll leaves behind: its record, made of answer, document and what the feed's memory says. Pure."""

from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.links import site_of
from feedmill._ledger.records import LeasedFeed, PollRecord
from scheduler import rhythm as rhythms
from scheduler.asks import freshness, retry_after_s
from scheduler.documents import Hints, ParsedFeed
from scheduler.events import events_of, failing_event, gap_event
from scheduler.judge import DAY, Validators, is_liar, validators
from scheduler.look import Look
from scheduler.moves import has_moved
from scheduler.notes import Notes, read_notes, written_notes
from scheduler.noting import failed, noted
from scheduler.past import gap_to_fill, written_past
from scheduler.schedule import GONE, Bounds, Ending, History, next_poll


def conclude(look: Look, *, bounds: Bounds, now: datetime, rng: Random) -> PollRecord:
    """Make the record of an answered poll."""
    feed, fetched = look.feed, look.fetched
    before = read_notes(feed.notes)
    at = now.timestamp()
    notes = noted(before, look, at)
    ending = Ending(
        ok=look.ok,
        status=fetched.status,
        elsewhere=look.elsewhere,
        retry_after_s=retry_after_s(fetched.headers, now),
        fresh=freshness(fetched.headers, now) if look.ok else None,
    )
    kept = validators(feed, fetched, look.judged, look.parsed)
    if is_liar(notes, at):
        kept = Validators(body_hash=kept.body_hash)
    gap = look.apart and feed.fickle == 0
    listed = look.parsed.listed if isinstance(look.parsed, ParsedFeed) and look.whole else feed.listed
    history = _history(feed, notes, conditional=bool(kept.etag or kept.modified), listed=listed, gap=gap)
    following = next_poll(bounds=bounds, history=history, ending=ending, now=at, rng=rng)
    moved_to = _moved_to(look, notes, at)
    notes = msgspec.structs.replace(
        notes, why=following.why, move=None if moved_to is not None else notes.move, gaps=notes.gaps + gap
    )
    feed_read = look.parsed if isinstance(look.parsed, ParsedFeed) else None
    return PollRecord(
        outcome=look.outcome,
        ok=look.ok,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms if site_of(fetched.url) == feed.site else 0,
        status=fetched.status,
        detail=look.detail,
        etag=kept.etag,
        modified=kept.modified,
        body_hash=kept.body_hash,
        title=feed_read.title if feed_read and look.whole else None,
        final_url=fetched.url,
        listed=listed,
        known=look.seen.stamps,
        found=look.seen.found,
        read=feed_read is not None,
        stop=following.stop,
        moved_to=moved_to,
        site=None if moved_to is None else site_of(moved_to or feed.url),
        notes=written_notes(notes),
        events=events_of(look, before, notes, now, moved_to=moved_to, stop=following.stop),
        gap=gap_event(look, before, now) if look.apart else None,
        past=_past(look, before) if look.apart else None,
    )


def conclude_failure(
    feed: LeasedFeed, outcome: str, detail: str, *, bounds: Bounds, now: datetime, rng: Random
) -> PollRecord:
    """Make the record of a poll that got no answer; the feed keeps what the last answer left."""
    before = read_notes(feed.notes)
    at = now.timestamp()
    notes = failed(before, outcome, at)
    begins = notes.failing and not before.failing
    history = _history(feed, notes, conditional=bool(feed.etag or feed.modified))
    following = next_poll(bounds=bounds, history=history, ending=Ending(ok=False), now=at, rng=rng)
    notes = msgspec.structs.replace(notes, why=following.why)
    return PollRecord(
        outcome=outcome,
        ok=False,
        next_ms=following.next_ms,
        reason=following.reason,
        close_site_ms=following.close_site_ms,
        detail=detail[:300],
        etag=feed.etag or "",
        modified=feed.modified or "",
        body_hash=feed.body_hash or "",
        notes=written_notes(notes),
        events=(failing_event(notes, now, outcome, detail[:300]),) if begins else (),
    )


def _history(
    feed: LeasedFeed, notes: Notes, *, conditional: bool, listed: int | None = None, gap: bool = False
) -> History:
    return History(
        asked=feed.interval,
        rhythm=rhythms.read(notes.rhythm),
        strain=notes.strain,
        failures=feed.failures,
        listed=feed.listed if listed is None else listed,
        hints=notes.hints or Hints(),
        gap=gap,
        conditional=conditional,
    )


def _past(look: Look, before: Notes) -> str | None:
    """Make the job that fills the gap, where the document says how its older entries are reached."""
    if not isinstance(look.parsed, ParsedFeed):
        return None
    past = gap_to_fill(look.fetched.url, look.parsed, since=max(before.good_at - DAY, 0))
    return written_past(past) if past else None


def _moved_to(look: Look, notes: Notes, at: float) -> str | None:
    if has_moved(notes.move, int(at)) and notes.move is not None:
        return "" if notes.move.to == look.feed.url else notes.move.to
    if look.fetched.status == GONE and look.request.url == look.feed.moved_to and not look.fetched.redirects:
        return ""
    came_back = look.feed.moved_to is not None and look.request.url == look.feed.url
    return "" if came_back and look.ok and not look.fetched.redirects else None
