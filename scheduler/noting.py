"""What the scheduler notes of a poll for the next one. Pure; times in seconds since the epoch."""

from datetime import datetime

import msgspec

from scheduler import rhythm as rhythms
from scheduler.documents import ParsedFeed
from scheduler.faults import FAILING, strained
from scheduler.judge import DAY, LIAR, is_false, is_liar
from scheduler.look import KEPT, Look
from scheduler.moves import target, watched
from scheduler.notes import Notes

SILENT = 20.0
"""A feed is silent when so many batches of entries should have come …"""
SILENT_S = 2 * DAY
"""… and none did for so long."""
SAME_SHARE = 3
OLD_S = 3600
"""An entry dated so long before the last good poll should have been listed by it."""


def noted(notes: Notes, look: Look, at: float) -> Notes:
    """Give the notes after an answered poll, without what the next poll's schedule adds."""
    permanent = target(look.fetched.redirects)
    if permanent == look.request.url:
        permanent = None
    same = look.ok and (not notes.good_at or _is_same(look))  # what came first is the feed
    move = watched(
        notes.move,
        permanent,
        same_feed=same,
        other_feed=look.ok and bool(look.seen.sights) and not same,
        now=int(at),
    )
    if not look.ok:
        return msgspec.structs.replace(failed(notes, look.outcome, at), move=move)
    notes = _tried(notes, look, at)
    hints = notes.hints
    if isinstance(look.parsed, ParsedFeed):
        hints = look.parsed.hints
    rhythm = _learned(notes, look, at)
    return msgspec.structs.replace(
        notes,
        rhythm=rhythm,
        silent=_is_silent(rhythm, at),
        hints=hints,
        good_at=int(at),
        strain=0,
        failed_at=0,
        failing=False,
        move=move,
        printed_at=int(at) if look.seen.printed else notes.printed_at,
    )


def _is_same(look: Look) -> bool:
    """Tell whether a document is this feed's: enough of what it lists is known from before.

    A third will do, as news come meanwhile; where a section was redirected to the whole paper's feed, a few
    entries of the section stand in that one too.
    """
    sights = look.seen.sights
    known = sum(sight != "new" for sight in sights) + look.seen.kept
    listed = len(sights) + look.seen.kept
    return (look.outcome in KEPT and not sights) or (known > 0 and known * SAME_SHARE >= listed)


def failed(notes: Notes, outcome: str, at: float) -> Notes:
    """Give the notes after a failed poll, without what the next poll's schedule adds."""
    strain = strained(notes.strain, outcome)
    return msgspec.structs.replace(
        notes,
        strain=strain,
        failed_at=notes.failed_at or int(at),
        failing=notes.failing or strain >= FAILING,
    )


def _is_silent(written: str, at: float) -> bool:
    """Tell whether entries are overdue by far: twice as many as chance explains, and for two days."""
    rhythm = rhythms.read(written)
    if rhythm is None or at - rhythm.last < SILENT_S:
        return False
    return rhythms.overdue(rhythm, at) >= SILENT


def _tried(notes: Notes, look: Look, at: float) -> Notes:
    """Count what a full answer proves of the 304s before it."""
    if look.judged.body_hash is None:
        return notes
    now = int(at)
    if notes.lies >= LIAR:
        return notes if is_liar(notes, at) else msgspec.structs.replace(notes, full_at=now, lies=LIAR - 1)
    if not look.request.probe:
        return msgspec.structs.replace(notes, full_at=now)
    if is_false(look.feed, look.fetched, look.request, look.judged):
        return msgspec.structs.replace(notes, full_at=now, trust=0, lies=LIAR)
    if not look.judged.parse:
        return msgspec.structs.replace(notes, full_at=now, trust=notes.trust + 1, lies=0)
    dates = [item.entry.published_at for item in look.seen.found]
    late = bool(dates) and all(date and date.timestamp() < notes.good_at - OLD_S for date in dates)
    return msgspec.structs.replace(notes, full_at=now, trust=0, lies=notes.lies + late)


def _learned(notes: Notes, look: Look, at: float) -> str:
    """Give the rhythm after a good poll: new entries count at the times they state, or half way back."""
    before = rhythms.read(notes.rhythm)
    if before is None:
        times = [entry.published_at.timestamp() for entry in look.seen.listed if entry.published_at]
        return (
            rhythms.written(rhythms.begin(times, at)) if look.whole or look.parsed is None else notes.rhythm
        )
    fresh = [
        entry.published_at
        for entry, sight in zip(look.seen.listed, look.seen.sights, strict=True)
        if sight == "new"
    ]
    if not fresh:
        return notes.rhythm
    earliest = max(notes.good_at, at - 30 * DAY)
    moments = sorted(_came(date, earliest, at) for date in fresh)
    return rhythms.written(rhythms.learn(before, moments))


def _came(date: datetime | None, earliest: float, at: float) -> float:
    stated = date.timestamp() if date else 0.0
    return stated if earliest <= stated <= at else (earliest + at) / 2
