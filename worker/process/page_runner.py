"""Requests a page among others in flight, then hands it to a reader when its site's share allows it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType
from uuid import uuid4

import structlog

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations import page_lease_operations
from feedmill._ledger.outcome import Outcome
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._ledger.politeness.tdm_cache import TdmFileCache
from feedmill._net.client.http_client import HttpClient
from feedmill._operator_rules.page_overrides import PageOverrides
from worker.continuation.supplement_fetch import HeldBytes, count_bytes
from worker.fetching.page_request import FetchResult
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import (
    LEASE_LOST,
    abandon_page,
    record_unexpected_error,
    release_held_pages,
    return_page,
)
from worker.pipeline.page_stages import PageRequester, finish_page, request_page
from worker.pipeline.site_events import name_page_history
from worker.pipeline.stage_values import EndedPage
from worker.pipeline.supplement_stage import ASKING, request_supplement
from worker.pipeline.worker_context import WorkerContext
from worker.process.ledger_retry import call_until
from worker.publishing.reader_version import READER_VERSION
from worker.readers.page_readers import ReaderDeath, Readers, apply_meters
from worker.readers.reader_messages import pack_page
from worker.readers.reading_scheduler import ReadingScheduler, RunnableClaim
from worker.readers.site_shares import Shares

log = structlog.get_logger()

NO_OVERRIDES: Mapping[str, PageOverrides] = MappingProxyType({})


def read_utc_now() -> datetime:
    """Return the present time with its zone."""
    return datetime.now(UTC)


@dataclass(slots=True)
class PageTask:
    """A leased page in this process."""

    page: LeasedPage
    until: float
    """When its lease is certainly over, on the monotonic clock; it moves with each extension."""
    taken_at: float = field(default_factory=time.monotonic)
    """When it passed its site's gate, on the monotonic clock."""
    claim: RunnableClaim | None = None
    """Its claim to the processor, from when that was granted first."""


class PageRunner:
    """Requests pages and hands them out to be read, one at a time.

    What a crash charges is the page that was handed over, so no second one is while the first is being read,
    but for one that was interrupted.
    """

    def __init__(
        self,
        context: WorkerContext,
        ledger: Ledger,
        client: HttpClient,
        *,
        rate_limiter: RateLimiter,
        robots: RobotsCache,
        clock: Callable[[], datetime] = read_utc_now,
        rng: Random | None = None,
        readers: Readers | None = None,
        overrides: Mapping[str, PageOverrides] = NO_OVERRIDES,
    ) -> None:
        """Without `readers` pages are read in this process, which they can end.

        `overrides` are the operator's selectors by site.
        """
        self.context = context
        self.ledger = ledger
        self.shares = Shares()
        self.processor = ReadingScheduler(self.shares)
        self._requester = PageRequester(
            client=client,
            rate_limiter=rate_limiter,
            robots=robots,
            tdm_files=TdmFileCache(client, rate_limiter, robots) if context.reads_tdm_files else None,
        )
        self._clock = clock
        self._rng = rng or Random()  # noqa: S311  jitter is no secret
        self._readers = readers
        self._overrides = overrides
        self._held = HeldBytes()

    async def process_page(self, task: PageTask) -> None:
        """Take a page from its request to its end, and log how it ended."""
        started = time.monotonic()
        page, work = task.page, self._make_work(task)
        fetched = await request_page(work, self._requester, passed_at=task.taken_at)
        if isinstance(fetched, Outcome):
            ended = EndedPage(fetched)
        else:
            ended = await self._read_to_end(task, work, fetched)
        outcome = ended.outcome
        self.context.meters.count_page(outcome.word, page.tags)
        log.info(
            "page",
            id=page.id,
            source=page.source,
            url=page.url,
            outcome=outcome.word,
            **({"reason": outcome.reason} if outcome.reason else {}),
            **({"title": ended.title, "words": ended.words} if ended.words else {}),
            ms=round((time.monotonic() - started) * 1000),
        )

    async def _read_to_end(self, task: PageTask, work: PageContext, fetched: FetchResult) -> EndedPage:
        """Read a page, once more with whatever its reading needs besides.

        Another page has the processor while that is being requested.
        """
        until: float | None = None
        while True:
            async with self.processor.claim(task.page.site or find_site(task.page.feed)) as claim:
                task.claim = claim
                ended = await self._read_page(work, claim, fetched)
            if ended.outcome.word not in ASKING:
                return ended
            task.claim, size = None, count_bytes(fetched)
            until = until or time.monotonic() + self.context.page_timeout_s
            await work.run(
                page_lease_operations.suspend_attempt(
                    self.context.keys, page_id=task.page.id, lease=task.page.token, token=uuid4().hex
                )
            )
            self._held.total += size
            try:
                fetched = await request_supplement(
                    work, self._requester, fetched, ended.outcome, held=self._held, until=until
                )
            finally:
                self._held.total -= size

    def in_hand(self, task: PageTask) -> bool:
        """Return whether a page is being read now."""
        return task.claim is not None and self.processor.has(task.claim)

    async def return_page(self, task: PageTask, reason: str) -> None:
        """Return a page to the ledger, uncharged."""
        await return_page(self._make_work(task), reason)

    def _make_work(self, task: PageTask) -> PageContext:
        return PageContext(
            context=self.context,
            page=task.page,
            run_call=lambda call: call_until(self.ledger, call, until=task.until),
            clock=self._clock,
            rng=self._rng,
        )

    async def _read_page(self, work: PageContext, claim: RunnableClaim, fetched: FetchResult) -> EndedPage:
        """Read a page in a reader: from here on it is charged with what that does to the reader."""
        wanted = self._name_templates(work.page, fetched)
        charged = await work.run(
            page_lease_operations.charge_attempt(
                self.context.keys,
                page_id=work.page.id,
                lease=work.page.token,
                token=uuid4().hex,
                templates=wanted,
                reader=READER_VERSION,
            )
        )
        if charged is None:
            return EndedPage(LEASE_LOST)
        attempts = charged.attempts
        work = replace(work, templates=(charged.templates or b"") if wanted else None)
        if isinstance(fetched.error, MemoryError):
            return EndedPage(await abandon_page(work, "memory"))
        if fetched.error is not None:
            return EndedPage(await record_unexpected_error(work, attempts, fetched.error))
        if fetched.response is not None:
            url = fetched.response.url
            rights = self._requester.list_rights((fetched.response, *fetched.further))
            work = replace(work, overrides=self._overrides.get(find_site(url)), origin_rights=rights)
        if self._readers is None:
            return await finish_page(work, fetched, attempts=attempts)
        ahead_s = self._clock().timestamp() - time.monotonic()
        packed = pack_page(
            work.page,
            fetched,
            attempts=attempts,
            ahead_s=ahead_s,
            overrides=work.overrides,
            origin_rights=work.origin_rights,
            templates=work.templates,
        )
        return await self._hand_over(work, claim, packed, self._readers)

    def _name_templates(self, page: LeasedPage, fetched: FetchResult) -> str:
        """Name the templates that a page may be read by and teach; empty for none, and for other hosts."""
        response = fetched.response
        if not self.context.uses_templates or response is None or fetched.further:
            return ""
        if find_site(response.url) != page.site:
            return ""
        return name_page_history(page.source, response.url)

    async def _hand_over(
        self, work: PageContext, claim: RunnableClaim, packed: bytes, readers: Readers
    ) -> EndedPage:
        """Hand a page to a reader; one whose page was taken from it makes way for a later one."""
        while True:
            claim.reading = reader = readers.take()
            ended = await reader.read(packed, work.run)
            if not isinstance(ended, ReaderDeath):
                break
            if not reader.dropped:
                return EndedPage(await self._charge_death(work, claim, ended))
            await self.processor.again(claim)
        self.processor.settle(claim, ended.cpu_ms)
        readers.put_back(reader, grown=ended.grown)
        apply_meters(self.context, ended)
        return EndedPage(Outcome(ended.outcome, ended.reason), title=ended.title, words=ended.words)

    async def _charge_death(self, work: PageContext, claim: RunnableClaim, died: ReaderDeath) -> Outcome:
        """Charge a page with the end of its reader."""
        claim.reading = None
        self.processor.settle(claim, died.cpu_ms)
        self.context.meters.count_horse_death(died.cause)
        log.warning("reader_died", id=work.page.id, url=work.page.url, cause=died.cause, status=died.status)
        return await release_held_pages(work, await abandon_page(work, died.cause))
