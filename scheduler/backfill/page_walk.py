"""Decides which page of older entries of a feed to read next, and when to stop. Pure.

Sources: RFC 5005 (paged feeds: `next`; archived feeds: `prev-archive`), JSON Feed 1.1 (`next_url`), the
`paged` parameter of WordPress feeds, sitemaps.org 0.9 (indexes, `Sitemap:` in robots.txt) for news sitemaps.
Addresses are followed on the feed's own site only, each once, and a page that shows nothing else than one
before it leads no further: no loop of any making is followed.
"""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from feedmill._ledger.core.entry_verdict_types import EntryStatus
from feedmill._ledger.identity.digests import hash_text
from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.backfill.backfill_job import BackfillJob, BackfillStep, find_entry_date
from scheduler.parsing.document_models import MalformedDocument, ParsedFeed, ParseResult

MAX_TRIES = 5
"""Failures in a row after which a page of the past is given up."""
MAX_PENDING_STEPS = 100
"""Pages that wait in a job at most; bounds what an index of sitemaps adds to its record."""
_SITEMAP = re.compile(r"^[ \t]{0,9}sitemap[ \t]{0,9}:[ \t]{0,9}(\S{1,2048})", re.IGNORECASE | re.MULTILINE)
_USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")


def make_gap_job(url: str, feed: ParsedFeed, *, since: int) -> BackfillJob | None:
    """Make the job that looks for what a poll may have missed; None where no older entries are offered."""
    start = BackfillJob(
        since=since, pending_steps=(), backfill=False, visited_hashes=(hash_text(url), feed.content)
    )
    job = _follow_paging(start, BackfillStep(url, "feed"), feed)
    return job if job.pending_steps else None


def make_backfill_job(url: str, *, since: int) -> BackfillJob:
    """Make the job that looks for all entries since a date: by the feed's own pages, then by sitemaps."""
    robots = urljoin(url, "/robots.txt")
    return BackfillJob(
        since=since, pending_steps=(BackfillStep(url, "feed"), BackfillStep(robots, "robots")), backfill=True
    )


def apply_feed_page(
    job: BackfillJob, feed: ParsedFeed, statuses: Sequence[EntryStatus], *, new: int
) -> BackfillJob:
    """Take in a page of entries; `statuses` are the feed's memory of them, in the document's order."""
    step, job = job.pending_steps[0], _advance(job)
    dates = [date for named in feed.named if (date := find_entry_date(named.entry))]
    oldest = int(min([*dates, job.oldest or max(dates, default=0)], default=0))
    seen_before = feed.content in job.visited_hashes or not feed.named
    job = msgspec.structs.replace(
        job, new=job.new + new, oldest=oldest, visited_hashes=(*job.visited_hashes, feed.content)
    )
    done = seen_before or _has_reached(job, dates, statuses)
    return job if done else _follow_paging(job, step, feed)


def apply_robots_text(job: BackfillJob, text: str) -> BackfillJob:
    """Take in a robots.txt: the sitemaps it names, or those at the usual places."""
    step, job = job.pending_steps[0], _advance(job)
    named = _SITEMAP.findall(text[:500_000])
    addresses = named or [urljoin(step.url, path) for path in _USUAL_SITEMAPS]
    return _add_steps(
        job, [BackfillStep(address, "sitemap") for address in _sort_news_first(addresses)], step.url
    )


def apply_other_document(job: BackfillJob, document: ParseResult) -> BackfillJob:
    """Take in what is no page of entries: an index of sitemaps leads on, anything else does not."""
    step, job = job.pending_steps[0], _advance(job)
    if not isinstance(document, MalformedDocument) or not job.backfill:
        return job
    fresh = [url for url, changed in document.sitemaps if changed is None or changed.timestamp() >= job.since]
    return _add_steps(job, [BackfillStep(url, "sitemap") for url in _sort_news_first(fresh)], step.url)


def apply_failure(job: BackfillJob, *, for_good: bool) -> BackfillJob:
    """Take in that a page gave no answer: it is tried again some times, unless it is not there."""
    if not for_good and job.failures + 1 < MAX_TRIES:
        return msgspec.structs.replace(job, failures=job.failures + 1)
    step = job.pending_steps[0]
    lost = job.lost + (not for_good)
    if for_good and step.kind == "robots":  # it names no sitemaps, then
        return apply_robots_text(job, "")
    return msgspec.structs.replace(_advance(job), lost=lost)


def _advance(job: BackfillJob) -> BackfillJob:
    step = job.pending_steps[0]
    return msgspec.structs.replace(
        job,
        pending_steps=job.pending_steps[1:],
        visited_hashes=(*job.visited_hashes, hash_text(step.url)),
        pages=job.pages + 1,
        failures=0,
    )


def _has_reached(job: BackfillJob, dates: Sequence[float], statuses: Sequence[EntryStatus]) -> bool:
    """Return whether a page reaches back far enough.

    For a gap: an entry that is known from before comes after a new one, or all are known. (Known ones before
    new ones are those that moved here from the page before.) For both: the page's dates are all too old.
    """
    if dates and max(dates) < job.since:
        return True
    if job.backfill or not statuses:
        return False
    fresh = [place for place, status in enumerate(statuses) if status == "new"]
    return not fresh or any(status != "new" for status in statuses[fresh[0] :])


def _follow_paging(job: BackfillJob, step: BackfillStep, feed: ParsedFeed) -> BackfillJob:
    """Follow a page to the one before it in time: an archive, a next page, or the next number."""
    if step.kind == "sitemap":
        return job
    if address := feed.paging.prev_archive or feed.paging.next:
        return _add_steps(job, [BackfillStep(address, "feed")], step.url)
    if step.kind == "wordpress" or "wordpress" in feed.generator.lower():
        return _add_steps(job, [BackfillStep(_number_next_page(step.url), "wordpress")], step.url)
    return job


def _add_steps(job: BackfillJob, steps: Sequence[BackfillStep], near: str) -> BackfillJob:
    """Put steps in front, as far as they are on the same site and have not been made."""
    known = {*job.visited_hashes, *(hash_text(step.url) for step in job.pending_steps)}
    fresh = {hash_text(step.url): step for step in steps if find_site(step.url) == find_site(near)}
    more = [step for name, step in fresh.items() if name not in known]
    return msgspec.structs.replace(job, pending_steps=(*more, *job.pending_steps)[:MAX_PENDING_STEPS])


def _number_next_page(url: str) -> str:
    """Return the address of the WordPress feed's page after this one."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    at = next((int(value) for name, value in pairs if name == "paged" and value.isdecimal()), 1)
    query = urlencode([*((name, value) for name, value in pairs if name != "paged"), ("paged", at + 1)])
    return urlunsplit(parts._replace(query=query))


def _sort_news_first(addresses: Sequence[str]) -> list[str]:
    return sorted(addresses, key=lambda address: "news" not in address.lower())
