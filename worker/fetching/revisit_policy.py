"""Plans requests of published pages for changes, and finds evidence of a change. Pure; times in ms.

Most pages have no validator and are left alone until their feed shows that the entry changed. A page that
has one is requested conditionally (RFC 9110 section 13.1) a few times while its article is young, each time
later; a page that is gone (404 or 410) is requested once more after an hour. Whatever plans a visit, the
ledger bounds how often a page is requested.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Literal

import msgspec

from feedmill._ledger.core.records import Entry, LeasedPage, PlannedVisit
from feedmill._ledger.identity.diff_normalization import normalize_for_diff
from feedmill.article import Article

HOUR_MS = 3_600_000
"""Ms of an hour: the first revisit's wait, and the time that a page must be gone to be gone for good."""
GONE = frozenset({"http_404", "http_410"})
_MARGIN_MS = 60_000
"""Added to the hour until a page that is gone is requested again, so that it has passed for sure."""
_WAIT_FACTOR = 4
"""Factor by which each further wait is longer than the one before: changes become rarer with age."""
_MAX_VALIDATOR_CHARS = 1024
"""Bounds a validator that is kept, in characters; a longer one counts as none."""
_MAX_SUMMARY_CHARS = 2000
"""Bounds, in characters, what a planned visit keeps of an entry's summary."""

Evidence = Literal["feed", "validators", "date"]
_LONGEST_LAG = timedelta(days=7)
"""Time by which a date of change may be older than the last reading: caches, mere days, wrong zones."""

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitPolicy:
    """The operator's settings of revisits."""

    young: int = 3
    """Conditional requests for a young article whose page gave a validator."""
    first_ms: int = HOUR_MS
    """Until the first of them; each further one waits four times as long."""
    schedule_ms: tuple[int, ...] = ()
    """Ages at which every page is requested again, validator or not."""


class RevisitState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is noted of a page from visit to visit."""

    born: int = 0
    """When the article was published first."""
    etag: str = ""
    modified: str = ""
    planned: int = 0
    """Visits planned so far."""
    gone_at: int = 0
    """When the page was first found gone; 0 when it was there."""
    words: str = ""
    """Hash of the feed's words about the article when its page was read last; empty up to release 0.1.0."""


@dataclass(frozen=True, slots=True)
class PageGone:
    """The page is gone for good."""


def read_revisit_state(page: LeasedPage) -> RevisitState:
    """Read the notes of the last visit; what cannot be read counts as none."""
    try:
        return msgspec.json.decode(page.visit, type=RevisitState) if page.visit else RevisitState()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return RevisitState()


def build_conditional_headers(page: LeasedPage) -> dict[str, str]:
    """Return the header fields that make a revisit conditional: the page's validators, byte for byte."""
    notes = read_revisit_state(page)
    fields = {"If-None-Match": notes.etag, "If-Modified-Since": notes.modified}
    return {name: value for name, value in fields.items() if value and page.known_rev}


def read_validators(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return an answer's ETag and Last-Modified as they came; too long ones are none."""
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    return (
        etag if len(etag) <= _MAX_VALIDATOR_CHARS else "",
        modified if len(modified) <= _MAX_VALIDATOR_CHARS else "",
    )


def plan_revisit(
    page: LeasedPage, given: tuple[str, str], policy: RevisitPolicy, *, now: int, changed: bool
) -> PlannedVisit | None:
    """Plan the next visit after a page was read in full; `given` are its validators.

    A page that answered a conditional request in full and in vain does not honour its validators.
    """
    before = read_revisit_state(page)
    honest = changed or not build_conditional_headers(page)
    etag, modified = given if honest else ("", "")
    born = before.born or (0 if page.known_rev else now)
    state = RevisitState(born, etag, modified, before.planned, words=hash_entry_words(page.entry))
    return _plan_next(page, state, policy, now)


def hash_entry_words(entry: Entry) -> str:
    """Hash the feed's words about an article as far as a planned visit keeps it, as 8 hex characters."""
    summary = entry.summary[:_MAX_SUMMARY_CHARS] if entry.summary else ""
    updated = entry.updated_at.isoformat() if entry.updated_at else ""
    words = "\x1f".join(map(normalize_for_diff, (entry.title or "", summary))) + "\x1f" + updated
    return sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def plan_after_not_modified(page: LeasedPage, policy: RevisitPolicy, *, now: int) -> PlannedVisit | None:
    """Plan the next visit after a 304."""
    return _plan_next(page, msgspec.structs.replace(read_revisit_state(page), gone_at=0), policy, now)


def plan_after_gone(page: LeasedPage, *, now: int) -> PlannedVisit | PageGone:
    """Plan another visit of a page that is gone; found so twice, an hour apart, it is gone for good."""
    notes = read_revisit_state(page)
    since = now - notes.gone_at
    if notes.gone_at and since >= HOUR_MS:
        return PageGone()
    left = HOUR_MS + _MARGIN_MS - (since if notes.gone_at else 0)
    return _make_visit(page, msgspec.structs.replace(notes, gone_at=notes.gone_at or now), left)


def _plan_next(page: LeasedPage, notes: RevisitState, policy: RevisitPolicy, now: int) -> PlannedVisit | None:
    if not notes.born or page.entry.link is None:
        return None
    following = msgspec.structs.replace(notes, planned=notes.planned + 1)
    if policy.schedule_ms:
        ages = [age for age in policy.schedule_ms if notes.born + age > now]
        return _make_visit(page, following, notes.born + min(ages) - now) if ages else None
    if not (notes.etag or notes.modified) or notes.planned >= policy.young:
        return None
    return _make_visit(page, following, policy.first_ms * _WAIT_FACTOR**notes.planned)


def _make_visit(page: LeasedPage, notes: RevisitState, delay_ms: int) -> PlannedVisit:
    summary = page.entry.summary
    entry: Entry = msgspec.structs.replace(
        page.entry, content=None, summary=summary[:_MAX_SUMMARY_CHARS] if summary else summary
    )
    return PlannedVisit(
        delay_ms=delay_ms,
        url=page.url,
        site=page.site,
        entry=_encode(entry).decode(),
        notes=_encode(notes).decode(),
    )


def find_change_evidence(
    page: LeasedPage, given: tuple[str, str], before: Article | None, after: Article
) -> Evidence | None:
    """Find evidence for a change of a published page since it was read last; None without any.

    `given` are the validators (ETag, Last-Modified) of its answer now, `before` is the last revision, None
    when the stream has dropped it, `after` what would be the next.
    """
    state = read_revisit_state(page)
    if _has_new_words(page, state):
        return "feed"
    if any(old and new and old != new for old, new in zip((state.etag, state.modified), given, strict=True)):
        return "validators"
    return "date" if before is not None and _has_later_date(before, after) else None


def _has_new_words(page: LeasedPage, state: RevisitState) -> bool:
    """Return whether the feed's words about an article brought its page back.

    What no plan brought back, they did. With a plan they did when they are not those noted with it; notes of
    releases up to 0.1.0 have none, but what a plan keeps of an entry never has its content.
    """
    if not page.visit:
        return True
    if state.words:
        return hash_entry_words(page.entry) != state.words
    return page.entry.content is not None


def _has_later_date(before: Article, after: Article) -> bool:
    """Return whether the page's date of change is later than the last revision's.

    Another reader may take another of a page's dates: one from long before the last revision was read is
    no sign of a change since.
    """
    if after.updated_at is None:
        return False
    if before.updated_at is None:
        return after.updated_at > before.fetched_at
    return after.updated_at > max(before.updated_at, before.fetched_at - _LONGEST_LAG)
