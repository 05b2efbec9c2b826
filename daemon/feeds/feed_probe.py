"""Requests addresses for a check: what a feed is like, and which feeds a site has. Nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from config.settings import Settings
from daemon.feeds.discovery import FeedCandidate, find_candidates, list_usual_addresses
from daemon.feeds.feed_check_result import FeedCheck, SortedEntry, check_document
from daemon.feeds.one_off_fetch import FetchCall
from daemon.terminal.output import format_count
from daemon.terminal.request_remedies import describe_outcome
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.url_normalization import normalize_url
from feedmill._net import HttpResponse
from feedmill._net.errors import NetError
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.parsing.document_models import FeedDocument, ParsedFeed
from scheduler.sandbox.parser_pool import ParserPool
from web.rendering.durations import format_span

OK = range(200, 300)
READABLE_OUTCOMES = frozenset({"ok", "truncated"})


@dataclass(frozen=True, slots=True)
class FeedProbe:
    """What a check needs."""

    fetch: FetchCall
    parser_pool: ParserPool
    bounds: IntervalBounds

    async def check_feed(self, url: str, filters: str = "") -> tuple[FeedCheck, HttpResponse | None]:
        """Request one address and check the answer; stored `filters` are applied to its entries."""
        try:
            fetched = await self.fetch(url)
        except RateLimitedError as shut:
            return FeedCheck(url=url, outcome="gate", detail=str(shut)), None
        except NetError as error:
            return FeedCheck(url=url, outcome=error.outcome, detail=error.detail), None
        if fetched.status not in OK:
            return FeedCheck(
                url=url, outcome=f"http_{fetched.status}", status=fetched.status, final_url=fetched.url
            ), fetched
        document = FeedDocument(fetched.body, fetched.headers.get("content-type"), fetched.url)
        parsed = await self.parser_pool.parse(document)
        check = check_document(url, fetched, parsed, bounds=self.bounds, now=datetime.now(UTC))
        if filters and isinstance(parsed, ParsedFeed):
            check = replace(
                check, filters=filters, sorted_entries=await self._sort_entries(document, url, filters)
            )
        return check, fetched

    async def _sort_entries(self, document: FeedDocument, url: str, filters: str) -> tuple[SortedEntry, ...]:
        """Read the document as a poll would, and list the entries that its filters hold back."""
        named = msgspec.structs.replace(document, feed_url=url, filters=filters)
        parsed = await self.parser_pool.parse(named)
        if not isinstance(parsed, ParsedFeed):
            return ()
        return tuple(
            SortedEntry(one.entry.title or one.url, is_filtered=one.is_filtered) for one in parsed.named
        )

    async def find_feeds(self, url: str) -> tuple[FeedCheck, list[FeedCheck]]:
        """Check an address, and where it is a page what it leads to: returns the check, and the feeds found.

        What a page names and links to comes first; only where none of it is a feed are the usual places
        tried, until one answers. A dozen and a half requests at most.
        """
        check, fetched = await self.check_feed(url)
        if check.outcome in READABLE_OUTCOMES or fetched is None or fetched.status not in OK:
            return check, [check] if check.outcome in READABLE_OUTCOMES else []
        known = {normalize_url(url)}
        found = await self._feeds(
            find_candidates(fetched.body, fetched.headers, fetched.url), known, most=None
        )
        return check, found or await self._feeds(list_usual_addresses(fetched.url), known, most=1)

    async def _feeds(
        self, options: Sequence[FeedCandidate], known: set[str], *, most: int | None
    ) -> list[FeedCheck]:
        feeds: list[FeedCheck] = []
        for candidate in options:
            if normalize_url(candidate.url) in known:
                continue
            check, _ = await self.check_feed(candidate.url)
            known |= {normalize_url(candidate.url), normalize_url(check.final_url or candidate.url)}
            if check.outcome in READABLE_OUTCOMES:
                feeds.append(check)
            if len(feeds) == most:
                break
        return feeds


def make_interval_bounds(settings: Settings) -> IntervalBounds:
    """Return the operator's limits between polls."""
    polling = settings.polling
    return IntervalBounds(
        interval=polling.interval, min_interval=polling.min_interval, max_interval=polling.max_interval
    )


def describe_missing_feed(check: FeedCheck) -> str:
    """Describe why an address led to no feed, and what can be done."""
    if check.outcome == "html":
        said = "it is a page, which names none, and none is in the usual places"
    else:
        said = describe_outcome(check.outcome, check.detail, check.url)
    is_refused = check.outcome.startswith("forbidden_")  # a poll would be refused as well
    return said if is_refused else f"{said}; with --no-look it is listed as it stands"


def describe_feed(check: FeedCheck) -> str:
    """Describe a feed in a few lines: what it is called, how often it has something, what was last."""
    often = f", one every {format_span(check.every_s * 1000)}" if check.every_s else ""
    newest = f", newest {check.newest:%Y-%m-%d %H:%M} UTC" if check.newest else ""
    head = f"{check.title or 'without a title'}  {check.url}"
    about = f"  {check.form or 'a feed'}, {format_count(check.entries, 'entry')}{often}{newest}"
    return "\n".join([head, about, *(f"  - {title}" for title in check.newest_titles)])
