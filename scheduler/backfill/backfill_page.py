"""Reads one page of a feed's past: requests it through the gate, parses it, and finds what is new."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from feedmill._ledger.core.records import FoundEntry, LeasedBackfill
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.feed_operations import compare_entries
from feedmill._ledger.outcome import Outcome
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net import HttpClient, HttpResponse
from feedmill._net.cache_and_retry_headers import read_retry_after_s
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.errors import NetError
from feedmill._site_credentials.credentials import LACKING, NO_CREDENTIALS, CredentialStore
from scheduler.backfill.backfill_job import BackfillJob, is_wanted
from scheduler.backfill.page_walk import (
    apply_failure,
    apply_feed_page,
    apply_other_document,
    apply_robots_text,
)
from scheduler.entries.article_assignment import RecognizedEntries, apply_verdicts
from scheduler.entries.feed_document_builder import build_feed_document
from scheduler.entries.found_entry_builder import build_found_entries
from scheduler.parsing.document_models import ParsedFeed
from scheduler.retrying_ledger import RetryingLedger
from scheduler.sandbox.parser_pool import ParserPool

CLOSED_SITE_WAIT_MS = 10_000
"""Wait before a page is tried again whose site's gate is closed: sites close for longer than a moment."""
FIRST_RETRY_MS = 60_000
"""Wait after a page's first failure, in ms; it doubles with each further one, up to `MAX_TRIES`."""
OK, GONE = 200, frozenset({400, 401, 403, 404, 405, 406, 410, 451})
SITE_WIDE = frozenset({429, 503})
"""Statuses that stand for a whole site: its gate is closed for the time that the answer names."""
SITE_PAUSE_MS = 60_000
"""Time that a 429 or 503 without Retry-After closes a site's gate for, in ms."""


@dataclass(frozen=True, slots=True)
class BackfillPage:
    """What the reading of one page came to; times in ms."""

    outcome: Outcome
    left: BackfillJob
    """The job after it."""
    listed: int = 0
    found: tuple[FoundEntry, ...] = ()
    wait_ms: int = 0
    close_ms: int = 0
    site: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillPageReader:
    """All that the reading of a page needs of its surroundings."""

    client: HttpClient
    parser_pool: ParserPool
    ledger: RetryingLedger
    rate_limiter: RateLimiter
    deadline_s: float
    now: Callable[[], datetime]
    credentials: CredentialStore = NO_CREDENTIALS

    async def read_next_page(self, leased: LeasedBackfill, job: BackfillJob) -> BackfillPage:
        """Read the page that a job reads next; its job must not be done."""
        if job.pending_steps[0].kind == "robots":
            return await self._read_robots(leased, job)
        if self.credentials.find_lack(leased.url):
            return build_failure(apply_failure(job, for_good=False), LACKING)
        try:
            response = await self._request(leased, job.pending_steps[0].url)
        except RateLimitedError:
            return BackfillPage(Outcome("gate"), job, wait_ms=CLOSED_SITE_WAIT_MS)
        except NetError as error:
            return build_failure(apply_failure(job, for_good=not error.temporary), error.outcome)
        if response.status != OK:
            return build_refusal(job, response, self.now())
        return await self._parse_page(leased, job, response)

    async def _request(self, leased: LeasedBackfill, url: str) -> HttpResponse:
        async with self.rate_limiter.begin_request(leased.name) as permit:
            await permit(url)
            return await self.client.fetch(
                url,
                on_redirect=permit,
                purpose=RequestPurpose(kind="other", name=leased.name),
                deadline_s=self.deadline_s,
                credentials=self.credentials.open_chain(leased.url),
            )

    async def _read_robots(self, leased: LeasedBackfill, job: BackfillJob) -> BackfillPage:
        """Read the sitemaps that robots.txt names: from the copy that pages go by, once a day for all."""
        robots = RobotsCache(self.client, self.rate_limiter, {})
        try:
            async with self.rate_limiter.begin_request(leased.name) as permit:
                answer = await robots.read_text(job.pending_steps[0].url, permit)
        except RateLimitedError:
            return BackfillPage(Outcome("gate"), job, wait_ms=CLOSED_SITE_WAIT_MS)
        if isinstance(answer, str):
            return BackfillPage(Outcome("ok"), apply_robots_text(job, answer))
        if answer.verdict == "wait":
            return BackfillPage(Outcome("robots"), job, wait_ms=answer.wait_ms)
        failed = build_failure(apply_failure(job, for_good=False), "robots_unreachable")
        return replace(failed, wait_ms=max(failed.wait_ms, answer.wait_ms))

    async def _parse_page(
        self, leased: LeasedBackfill, job: BackfillJob, response: HttpResponse
    ) -> BackfillPage:
        parsed = await self.parser_pool.parse(build_feed_document(leased, response, self.credentials))
        if not isinstance(parsed, ParsedFeed):
            return BackfillPage(Outcome(parsed.outcome), apply_other_document(job, parsed))
        compared = await self._compare(leased, parsed)
        fresh = [
            named
            for named, status in zip(compared.named, compared.statuses, strict=True)
            if status == "new" and is_wanted(job, named.entry)
        ]
        found = build_found_entries(fresh, ["new"] * len(fresh))
        left = apply_feed_page(job, parsed, compared.statuses, new=len(found))
        return BackfillPage(Outcome("ok"), left, listed=parsed.listed, found=found)

    async def _compare(self, leased: LeasedBackfill, parsed: ParsedFeed) -> RecognizedEntries:
        """Compare a page's entries with the feed's memory: which are new."""
        ids = tuple(named.ids for named in parsed.named)
        if not ids:
            return apply_verdicts((), ())
        verdicts, _ = await self.ledger.run(
            lambda keys: compare_entries(keys, feed_id=leased.feed_id, entries=ids)
        )
        return apply_verdicts(parsed.named, verdicts)


def build_failure(left: BackfillJob, word: str) -> BackfillPage:
    """Build the end of a page that gave no document; each failure in a row waits twice as long."""
    wait_ms = FIRST_RETRY_MS * 2 ** (left.failures - 1) if left.failures else 0
    return BackfillPage(Outcome(word), left, wait_ms=wait_ms)


def build_refusal(job: BackfillJob, response: HttpResponse, now: datetime) -> BackfillPage:
    """Build the end of a page that was answered by another status than 200; some are tried again."""
    left = apply_failure(job, for_good=response.status in GONE)
    refused = build_failure(left, f"http_{response.status}")
    asked = read_retry_after_s(response.headers, now)
    if asked is not None:
        refused = replace(refused, wait_ms=max(refused.wait_ms, round(asked * 1000)))
    if response.status in SITE_WIDE:
        closed = SITE_PAUSE_MS if asked is None else round(asked * 1000)
        refused = replace(refused, close_ms=closed, site=find_site(response.url))
    return refused
