"""Requests a page among others in flight, then hands it to a reader when its site's share allows it."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import structlog

from feedmill._ledger.core.ledger import Ledger
from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.identity.url_normalization import find_site
from feedmill._ledger.operations import page_operations
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._ledger.politeness.request_record import names_contact
from feedmill._ledger.politeness.robots_cache import RobotsCache
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client.response import HttpResponse
from feedmill._page_overrides.rules import PageOverrides
from worker.fetching.page_request import NOT_MODIFIED, PageRequestPermit, fetch_page
from worker.fetching.retry_policy import GiveUp, RetryLater
from worker.fetching.revisit_policy import GONE
from worker.pipeline import reader_messages
from worker.pipeline.ledger_retry import call_until
from worker.pipeline.page_conclusion import Conclusion, Found
from worker.pipeline.page_outcomes import LEASE_LOST, PageOutcome, PageOutcomes, PageTask
from worker.pipeline.page_readers import Died, Readers, apply_meters
from worker.pipeline.processor_lock import Processor, RunnableClaim
from worker.pipeline.published_page import PublishedPage
from worker.pipeline.site_shares import Shares
from worker.pipeline.stand_in_policy import is_due, may_stand_in
from worker.pipeline.worker_context import WorkerContext

log = structlog.get_logger()


def read_utc_now() -> datetime:
    """Return the present time with its zone."""
    return datetime.now(UTC)


NO_OVERRIDES: Mapping[str, PageOverrides] = MappingProxyType({})


class PageProcessor:
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
        self.processor = Processor(self.shares)
        self.outcomes = PageOutcomes(context, self._run)
        self._client = client
        self._rate_limiter = rate_limiter
        self._robots = robots
        self._clock = clock
        self._rng = rng or Random()  # noqa: S311  jitter is no secret
        self._readers = readers
        self._overrides = overrides
        self._here = Conclusion(context, self._run, clock=clock, rng=self._rng)

    async def process_page(self, task: PageTask) -> None:
        """Take a page from its request to its end, and log how it ended."""
        started = time.monotonic()
        page = task.page
        found = await self._fetch_page(task)
        known = self._published_page(task)
        if isinstance(found, HttpResponse) and found.status == NOT_MODIFIED:
            ended = await known.end_not_modified()
        elif isinstance(found, GiveUp) and await self._is_gone(known, found):
            ended = await known.end_gone(found.reason)
        elif isinstance(found, RetryLater | GiveUp) and not self._may_have_words(page, found):
            deferred = await self.outcomes.defer_page(task, found)
            ended = await self.outcomes.release_held_pages(task, deferred)
        else:
            async with self.processor.claim(page.site or find_site(page.feed)) as claim:
                task.claim = claim
                ended = await self._read_page(task, claim, found)
        self.context.meters.count_page(ended.word, page.tags)
        log.info(
            "page",
            id=page.id,
            source=page.source,
            url=page.url,
            outcome=ended.word,
            **({"reason": ended.reason} if ended.reason else {}),
            ms=round((time.monotonic() - started) * 1000),
        )

    def in_hand(self, task: PageTask) -> bool:
        """Return whether a page is being read now."""
        return task.claim is not None and self.processor.has(task.claim)

    async def _run(self, call: Call[Any], until: float) -> Any:
        return await call_until(self.ledger, call, until=until)

    async def _fetch_page(self, task: PageTask) -> Found | Exception:
        """Request the page; None: it was read before, or the feed's own words are all there is.

        An error that no rule expects is returned, so that the page is charged with it.
        """
        page = task.page
        if page.held is not None or page.entry.link is None:
            return None
        try:
            async with self._rate_limiter.begin_request(
                page.id, already_passed=page.site, since=task.taken_at
            ) as permit:
                return await fetch_page(
                    page,
                    client=self._client,
                    permit=PageRequestPermit(
                        self._robots, permit, names_contact(self.context.client.user_agent)
                    ),
                    deadline_s=self.context.page_timeout_s,
                    clock=self._clock,
                    rng=self._rng,
                )
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  `_read` charges the page with it: uncharged, it would loop
            return error  # also with a MemoryError: raised here it would end the horse, and nobody be charged

    def _published_page(self, task: PageTask) -> PublishedPage:
        return PublishedPage(
            self.context,
            task.page,
            lambda call: self.outcomes.run_until_lease_ends(task, call),
            self._clock(),
        )

    async def _is_gone(self, known: PublishedPage, why: GiveUp) -> bool:
        """Return whether it is a published page that is gone, not one that the feed's words stand in for."""
        if why.reason not in GONE or not known.page.known_rev:
            return False
        return not await known.was_made_of_feed()

    def _may_have_words(self, page: LeasedPage, why: GiveUp | RetryLater) -> bool:
        """Return whether the feed's words may stand in now for a page that did not come."""
        policy = self.context.stand_in
        if isinstance(why, RetryLater):
            return is_due(page, why, policy, now_ms=round(self._clock().timestamp() * 1000))
        return may_stand_in(page, policy) or (policy.stand_in == "full" and bool(page.entry.content))

    async def _read_page(
        self,
        task: PageTask,
        claim: RunnableClaim,
        found: Found | Exception,
    ) -> PageOutcome:
        """Have a page read: from here on it is charged with what that does to the process that reads it."""
        attempts = await self.outcomes.run_until_lease_ends(
            task,
            page_operations.charge_attempt(
                self.context.keys, page_id=task.page.id, lease=task.page.token, token=uuid4().hex
            ),
        )
        if attempts is None:
            return LEASE_LOST
        if isinstance(found, MemoryError):
            return await self.outcomes.abandon(task, "memory")
        if isinstance(found, Exception):
            return await self.outcomes.record_unexpected_error(task, attempts, found)
        if isinstance(found, HttpResponse):
            task.overrides = self._overrides.get(find_site(found.url))
        if self._readers is None:
            return await self._here.conclude(task, found, attempts)
        ahead_s = self._clock().timestamp() - time.monotonic()
        handed = reader_messages.handed(
            task.page, found, attempts=attempts, ahead_s=ahead_s, overrides=task.overrides
        )
        return await self._hand_over(task, claim, handed, self._readers)

    async def _hand_over(
        self, task: PageTask, claim: RunnableClaim, handed: bytes, readers: Readers
    ) -> PageOutcome:
        """Hand a page to a reader; one whose page was taken from it makes way for a later one."""
        while True:
            claim.reading = reader = readers.take()
            ended = await reader.read(handed, lambda call: self.outcomes.run_until_lease_ends(task, call))
            if not isinstance(ended, Died):
                break
            if not reader.dropped:
                return await self._bury(task, claim, ended)
            await self.processor.again(claim)
        self.processor.settle(claim, ended.cpu_ms)
        readers.put_back(reader, grown=ended.grown)
        apply_meters(self.context, ended)
        return PageOutcome(ended.outcome, ended.reason)

    async def _bury(self, task: PageTask, claim: RunnableClaim, died: Died) -> PageOutcome:
        """Charge a page with the end of its reader."""
        claim.reading = None
        self.processor.settle(claim, died.cpu_ms)
        self.context.meters.count_horse_death(died.cause)
        log.warning("reader_died", id=task.page.id, url=task.page.url, cause=died.cause, status=died.status)
        return await self.outcomes.release_held_pages(task, await self.outcomes.abandon(task, died.cause))
