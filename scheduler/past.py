"""Looking through a feed's past: which page of older entries to read next, and when to stop. Pure.

Sources: RFC 5005 (paged feeds: `next`; archived feeds: `prev-archive`), JSON Feed 1.1 (`next_url`), the
`paged` parameter of WordPress feeds, sitemaps.org 0.9 (indexes, `Sitemap:` in robots.txt) for news sitemaps.
Addresses are followed on the feed's own site only, each once, and a page that shows nothing else than one
before it leads no further: no loop of any making is followed.
"""

import re
from collections.abc import Sequence
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from feedmill._ledger.identity import entry_key
from feedmill._ledger.links import site_of
from feedmill._ledger.records import Entry
from scheduler.documents import Malformed, Parsed, ParsedFeed
from scheduler.judge import Sight

GAP_PAGES = 10
"""Pages that are read to fill a gap, at most."""
BACKFILL_PAGES = 500
BACKFILL_ENTRIES = 10_000
TRIES = 5
"""Failures in a row after which a page of the past is given up."""
MAX_TODO = 100
_SITEMAP = re.compile(r"^[ \t]{0,9}sitemap[ \t]{0,9}:[ \t]{0,9}(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")

Kind = Literal["feed", "wordpress", "robots", "sitemap"]


class Step(msgspec.Struct, frozen=True, array_like=True):
    """A page of the past that is to be read."""

    url: str
    kind: Kind


class Past(msgspec.Struct, frozen=True, array_like=True):
    """A job on a feed's past. New fields go to the end; times in seconds since the epoch."""

    since: int
    """Entries before this are not wanted."""
    todo: tuple[Step, ...]
    backfill: bool
    met: tuple[int, ...] = ()
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
    """When the last entry found so far may be asked for (backfill)."""


def read_past(text: str) -> Past:
    """Read a stored job; raises msgspec.ValidationError for what is none."""
    return msgspec.json.decode(text, type=Past)


def written_past(past: Past) -> str:
    """Write a job for the ledger."""
    return msgspec.json.encode(past).decode()


def gap_to_fill(url: str, feed: ParsedFeed, *, since: int) -> Past | None:
    """Make the job that looks for what a poll may have missed; None where no older entries are offered."""
    start = Past(since=since, todo=(), backfill=False, met=(_hash(url), _content(feed.entries)))
    past = _led_on(start, Step(url, "feed"), feed)
    return past if past.todo else None


def backfill_of(url: str, *, since: int) -> Past:
    """Make the job that looks for all entries since a date: by the feed's own pages, then by sitemaps."""
    robots = urljoin(url, "/robots.txt")
    return Past(since=since, todo=(Step(url, "feed"), Step(robots, "robots")), backfill=True)


def wanted(past: Past, entries: Sequence[Entry]) -> list[Entry]:
    """Choose the entries that a job is after: the new enough ones, and those without a date."""
    return [entry for entry in entries if (_date(entry) or past.since) >= past.since]


def after_feed(past: Past, feed: ParsedFeed, sights: Sequence[Sight], *, new: int) -> Past:
    """Take in a page of entries; `sights` are the feed's memory of them, in the document's order."""
    step, past = past.todo[0], _next(past)
    dates = [date for entry in feed.entries if (date := _date(entry))]
    oldest = int(min([*dates, past.oldest or max(dates, default=0)], default=0))
    content = _content(feed.entries)
    seen_before = content in past.met or not feed.entries
    past = msgspec.structs.replace(past, new=past.new + new, oldest=oldest, met=(*past.met, content))
    done = seen_before or _reached(past, dates, sights)
    return past if done else _led_on(past, step, feed)


def after_text(past: Past, text: str) -> Past:
    """Take in a robots.txt: the sitemaps it names, or those at the usual places."""
    step, past = past.todo[0], _next(past)
    named = _SITEMAP.findall(text[:500_000])
    addresses = named or [urljoin(step.url, path) for path in _USUAL_SITEMAPS]
    return _with(past, [Step(address, "sitemap") for address in _news_first(addresses)], step.url)


def after_other(past: Past, document: Parsed) -> Past:
    """Take in what is no page of entries: an index of sitemaps leads on, anything else does not."""
    step, past = past.todo[0], _next(past)
    if not isinstance(document, Malformed) or not past.backfill:
        return past
    fresh = [
        url for url, changed in document.sitemaps if changed is None or changed.timestamp() >= past.since
    ]
    return _with(past, [Step(url, "sitemap") for url in _news_first(fresh)], step.url)


def after_failure(past: Past, *, for_good: bool) -> Past:
    """Take in that a page gave no answer: it is tried again some times, unless it is not there."""
    if not for_good and past.failures + 1 < TRIES:
        return msgspec.structs.replace(past, failures=past.failures + 1)
    step = past.todo[0]
    lost = past.lost + (not for_good)
    if for_good and step.kind == "robots":  # it names no sitemaps, then
        return after_text(past, "")
    return msgspec.structs.replace(_next(past), lost=lost)


def is_done(past: Past) -> bool:
    """Tell whether nothing is left to read, or enough has been."""
    most = BACKFILL_PAGES if past.backfill else GAP_PAGES
    return not past.todo or past.pages >= most or past.new >= BACKFILL_ENTRIES


def _next(past: Past) -> Past:
    step = past.todo[0]
    return msgspec.structs.replace(
        past, todo=past.todo[1:], met=(*past.met, _hash(step.url)), pages=past.pages + 1, failures=0
    )


def _reached(past: Past, dates: Sequence[float], sights: Sequence[Sight]) -> bool:
    """Tell whether a page reaches back far enough.

    For a gap: an entry that is known from before comes after a new one, or all are known. (Known ones before
    new ones are those that moved here from the page before.) For both: the page's dates are all too old.
    """
    if dates and max(dates) < past.since:
        return True
    if past.backfill or not sights:
        return False
    fresh = [place for place, sight in enumerate(sights) if sight == "new"]
    return not fresh or any(sight != "new" for sight in sights[fresh[0] :])


def _led_on(past: Past, step: Step, feed: ParsedFeed) -> Past:
    """Follow a page to the one before it in time: an archive, a next page, or the next number."""
    if step.kind == "sitemap":
        return past
    if address := feed.paging.prev_archive or feed.paging.next:
        return _with(past, [Step(address, "feed")], step.url)
    if step.kind == "wordpress" or "wordpress" in feed.generator.lower():
        return _with(past, [Step(_numbered(step.url), "wordpress")], step.url)
    return past


def _with(past: Past, steps: Sequence[Step], near: str) -> Past:
    """Put steps in front, as far as they are on the same site and have not been made."""
    known = {*past.met, *(_hash(step.url) for step in past.todo)}
    fresh = {_hash(step.url): step for step in steps if site_of(step.url) == site_of(near)}
    more = [step for name, step in fresh.items() if name not in known]
    return msgspec.structs.replace(past, todo=(*more, *past.todo)[:MAX_TODO])


def _numbered(url: str) -> str:
    """Give the address of the WordPress feed's page after this one."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    at = next((int(value) for name, value in pairs if name == "paged" and value.isdecimal()), 1)
    query = urlencode([*((name, value) for name, value in pairs if name != "paged"), ("paged", at + 1)])
    return urlunsplit(parts._replace(query=query))


def _news_first(addresses: Sequence[str]) -> list[str]:
    return sorted(addresses, key=lambda address: "news" not in address.lower())


def _date(entry: Entry) -> float | None:
    moment = entry.published_at or entry.updated_at
    return moment.timestamp() if moment else None


def _hash(url: str) -> int:
    return entry_key(Entry(guid=url))


def _content(entries: Sequence[Entry]) -> int:
    """Name a page by the entries that it lists, whatever their order."""
    keys = sorted(entry_key(entry) for entry in entries)
    return _hash("\n".join(map(str, keys)))
