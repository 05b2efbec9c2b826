"""Describes a feed by an answer that was fetched: what it holds and how it answers. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import urlsplit

from daemon.feeds.discovery import measure_spacing_s
from feedmill._ledger.core.records import Entry
from feedmill._net import HttpResponse
from feedmill._net.cache_and_retry_headers import read_max_age
from feedmill._net.client.response import JUMP, Redirect
from scheduler.entries.entry_names import name_entries
from scheduler.intervals.arrival_rate import start_rate
from scheduler.intervals.next_poll import IntervalBounds, NextPoll, PollEnd, PollHistory, decide_next_poll
from scheduler.parsing.document_models import Hints as NoHints
from scheduler.parsing.document_models import ParsedFeed, ParseResult

_MIN_FULL_WORDS = 150
"""Words from which an entry counts as having its full text; fewer are a summary."""
_AHEAD = timedelta(hours=1)
_STALE = timedelta(days=180)
MAX_NAME_CHARS = 200
"""As many as `source` may have in feeds.toml."""
MAX_TITLE_CHARS = 80
"""Titles beyond it are slogans rather than names; they are cut at a word."""


@dataclass(frozen=True, slots=True)
class SortedEntry:
    """An entry, and whether the feed's filters hold it back."""

    title: str
    is_filtered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """One look at a feed."""

    url: str
    outcome: str
    detail: str = ""
    status: int | None = None
    final_url: str = ""
    moved: str = ""
    """Where redirects led, with their codes; `jump` for a page that only sends on."""
    form: str = ""
    title: str = ""
    entries: int = 0
    newest: datetime | None = None
    newest_titles: tuple[str, ...] = ()
    every_s: float | None = None
    """What usually lies between two entries."""
    full_text: int = 0
    """Entries that carry an article's words."""
    validators: tuple[str, ...] = ()
    next_s: float | None = None
    next_reason: str = ""
    notes: tuple[str, ...] = ()
    """What is odd, in sentences."""
    source: str = ""
    """The name of its publisher that `feeds add` would propose, where that was asked."""
    filters: str = ""
    """The feed's filters, as they are stored."""
    sorted_entries: tuple[SortedEntry, ...] = ()
    """Its entries, where it was asked what the filters do with them."""


def check_document(
    url: str, fetched: HttpResponse, parsed: ParseResult, *, bounds: IntervalBounds, now: datetime
) -> FeedCheck:
    """Check an answer; nothing of it is stored."""
    moved = " ".join(f"{_name_redirect(redirect)} → {redirect.url}" for redirect in fetched.redirects)
    common = {"url": url, "status": fetched.status, "final_url": fetched.url, "moved": moved}
    if not isinstance(parsed, ParsedFeed):
        return FeedCheck(**common, outcome=parsed.outcome, detail=parsed.detail)  # type: ignore[arg-type]
    entries = parsed.entries
    dates = [date for entry in entries if (date := entry.published_at or entry.updated_at)]
    past = [date for date in dates if date <= now + _AHEAD]
    validators = tuple(name for name in ("etag", "last-modified") if fetched.headers.get(name))
    history = PollHistory(
        arrival_rate=start_rate([date.timestamp() for date in dates if date <= now], now.timestamp()),
        listed=parsed.listed,
        hints=parsed.hints or NoHints(),
        conditional=bool(validators),
    )
    following = _predict_next_poll(fetched, history, bounds, now)
    return FeedCheck(
        **common,  # type: ignore[arg-type]
        outcome=parsed.outcome,
        form=parsed.form,
        title=parsed.title or "",
        entries=parsed.listed,
        newest=max(past, default=None),
        newest_titles=tuple(entry.title or entry.link or "" for entry in _sort_latest(entries)),
        every_s=measure_spacing_s([date.timestamp() for date in past]),
        full_text=sum(len((entry.content or "").split()) >= _MIN_FULL_WORDS for entry in entries),
        validators=validators,
        next_s=following.next_ms / 1000,
        next_reason=following.reason,
        notes=(
            *_list_oddities(entries, dates, now, validators=validators, moved=bool(moved), fetched=fetched),
            *_list_announcements(parsed, fetched),
        ),
    )


def _predict_next_poll(
    fetched: HttpResponse, history: PollHistory, bounds: IntervalBounds, now: datetime
) -> NextPoll:
    """Decide when the feed would be polled next, as the scheduler does after its first poll."""
    return decide_next_poll(
        bounds=bounds,
        history=history,
        end=PollEnd(ok=True, status=fetched.status, max_age=read_max_age(fetched.headers, now)),
        now=now.timestamp(),
        rng=Random(0),  # noqa: S311  jitter is no secret
    )


def _name_redirect(redirect: Redirect) -> str:
    return "jump" if redirect.status == JUMP else str(redirect.status)


def _sort_latest(entries: Sequence[Entry]) -> Sequence[Entry]:
    least = datetime.min.replace(tzinfo=UTC)
    return sorted(entries, key=lambda entry: entry.published_at or entry.updated_at or least, reverse=True)[
        :3
    ]


def _list_oddities(
    entries: Sequence[Entry],
    dates: Sequence[datetime],
    now: datetime,
    *,
    validators: Sequence[str],
    moved: bool,
    fetched: HttpResponse,
) -> list[str]:
    said = []
    if fetched.is_cut:
        said.append(
            f"larger than is read ({len(fetched.body) >> 20} MiB): what comes after is not; look for a"
            " feed with fewer entries, or raise network.max_wire and network.max_decoded"
        )
    ahead = sum(date > now + _AHEAD for date in dates)
    if not entries:
        said.append("lists no entries")
    if ahead:
        said.append(f"{ahead} of {len(entries)} entries are dated in the future: a wrong zone?")
    if len(dates) < len(entries):
        said.append(f"{len(entries) - len(dates)} of {len(entries)} entries have no date that can be read")
    if dates and now - max(dates) > _STALE:
        said.append("nothing new for half a year")
    said += _list_name_oddities(entries)
    if not validators:
        said.append("gives no validator (ETag, Last-Modified): every poll is a full request")
    if moved and all(redirect.status in {301, 308} for redirect in fetched.redirects):
        said.append(f"has moved for good: list {fetched.url} instead")
    return said


def _list_announcements(parsed: ParsedFeed, fetched: HttpResponse) -> list[str]:
    if not parsed.announced:
        return []
    return [f"names another address as its own: {parsed.announced} (asked: {fetched.url})"]


def _list_name_oddities(entries: Sequence[Entry]) -> list[str]:
    said = []
    guids = [entry.guid for entry in entries if entry.guid]
    if len(set(guids)) < len(guids):
        said.append("entries share guids; those with links are told apart by their links")
    elif entries and not guids:
        said.append("entries have no guids; links stand for them")
    listed = name_entries(entries, feed_url="")
    if shared := sum(named.entry.place is not None for named in listed.named):
        said.append(f"{shared} entries share a link with others: they are published in the feed's words")
    without_target = listed.without_target
    if without_target:
        some = "1 entry has" if without_target == 1 else f"{without_target} entries have"
        said.append(f"{some} neither a link nor words: nothing can be published of that")
    return said


def propose_source(title: str, url: str, taken: Collection[str]) -> str | None:
    """Return a feed's title as one line, with its host where the name is taken; None without one."""
    name = " ".join("".join(char if char.isprintable() else " " for char in title).split())
    if len(name) > MAX_TITLE_CHARS:
        name = name[: MAX_TITLE_CHARS + 1].rpartition(" ")[0] or name[:MAX_TITLE_CHARS]
    if name and name in taken:
        name = f"{name} ({urlsplit(url).hostname})"
    return name[:MAX_NAME_CHARS] or None
