"""When a published article's page is asked for again, and what it is asked with. Pure; times in ms.

Most pages give no validator and are left alone until their feed says that the entry changed. A page that
gave one is asked conditionally (RFC 9110 section 13.1) a few times while its article is young, each time
later; a page that answers 404 or 410 is asked once more after an hour. Whatever asks, the ledger sees to
it that it is not too often.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from feedmill._ledger.records import Entry, LeasedPage, PlannedVisit

HOUR_MS = 3_600_000
GONE = frozenset({"http_404", "http_410"})
_MARGIN_MS = 60_000
_FACTOR = 4
_MAX_VALIDATOR = 1024
_MAX_SUMMARY = 2000

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisits:
    """The operator's word on revisits."""

    young: int = 3
    """Conditional requests for a young article whose page gave a validator."""
    first_ms: int = HOUR_MS
    """Until the first of them; each further one waits four times as long."""
    schedule_ms: tuple[int, ...] = ()
    """Ages at which every page is asked for again, validator or not."""


class VisitNotes(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is noted of a page from visit to visit."""

    born: int = 0
    """When the article was published first."""
    etag: str = ""
    modified: str = ""
    planned: int = 0
    """Visits planned so far."""
    gone_at: int = 0
    """When the page was first found gone; 0 when it was there."""


@dataclass(frozen=True, slots=True)
class Retract:
    """The page is gone for good."""


def notes_of(page: LeasedPage) -> VisitNotes:
    """Read the notes of the last visit; what cannot be read is forgotten."""
    try:
        return msgspec.json.decode(page.visit, type=VisitNotes) if page.visit else VisitNotes()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return VisitNotes()


def conditions(page: LeasedPage) -> dict[str, str]:
    """Give the header fields that make a revisit conditional: the page's validators, byte for byte."""
    notes = notes_of(page)
    fields = {"If-None-Match": notes.etag, "If-Modified-Since": notes.modified}
    return {name: value for name, value in fields.items() if value and page.known_rev}


def validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """Give an answer's ETag and Last-Modified as they came; too long ones are none."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return etag if len(etag) <= _MAX_VALIDATOR else "", modified if len(modified) <= _MAX_VALIDATOR else ""


def after_page(
    page: LeasedPage, given: tuple[str, str], policy: Revisits, *, now: int, changed: bool
) -> PlannedVisit | None:
    """Plan the next visit after a page was read in full; `given` are its validators.

    A page that answered a conditional request in full and in vain does not honour its validators.
    """
    before = notes_of(page)
    honest = changed or not conditions(page)
    etag, modified = given if honest else ("", "")
    born = before.born or (0 if page.known_rev else now)
    return _next(page, VisitNotes(born, etag, modified, before.planned), policy, now)


def after_not_modified(page: LeasedPage, policy: Revisits, *, now: int) -> PlannedVisit | None:
    """Plan the next visit after a 304."""
    return _next(page, msgspec.structs.replace(notes_of(page), gone_at=0), policy, now)


def after_gone(page: LeasedPage, *, now: int) -> PlannedVisit | Retract:
    """Look again at a page that is gone, or believe it: gone twice, at least an hour apart."""
    notes = notes_of(page)
    since = now - notes.gone_at
    if notes.gone_at and since >= HOUR_MS:
        return Retract()
    left = HOUR_MS + _MARGIN_MS - (since if notes.gone_at else 0)
    return _plan(page, msgspec.structs.replace(notes, gone_at=notes.gone_at or now), left)


def _next(page: LeasedPage, notes: VisitNotes, policy: Revisits, now: int) -> PlannedVisit | None:
    if not notes.born or page.entry.link is None:
        return None
    following = msgspec.structs.replace(notes, planned=notes.planned + 1)
    if policy.schedule_ms:
        ages = [age for age in policy.schedule_ms if notes.born + age > now]
        return _plan(page, following, notes.born + min(ages) - now) if ages else None
    if not (notes.etag or notes.modified) or notes.planned >= policy.young:
        return None
    return _plan(page, following, policy.first_ms * _FACTOR**notes.planned)


def _plan(page: LeasedPage, notes: VisitNotes, delay_ms: int) -> PlannedVisit:
    summary = page.entry.summary
    entry: Entry = msgspec.structs.replace(
        page.entry, content=None, summary=summary[:_MAX_SUMMARY] if summary else summary
    )
    return PlannedVisit(
        delay_ms=delay_ms,
        url=page.url,
        site=page.site,
        entry=_encode(entry).decode(),
        notes=_encode(notes).decode(),
    )
