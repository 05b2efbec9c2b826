"""Takes a fetched page through its stages: read, measure, learn, resolve, publish (or drop, or put off).

All of it is processor work on a stranger's words, so it runs in a reader (worker.pipeline.reader_child),
whose calls to the ledger its horse runs. Without readers (tests, a single page) it runs in place.
"""

import time
from collections.abc import Callable
from datetime import datetime
from random import Random
from uuid import uuid4

from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.core.replies import ResolvedArticle
from feedmill._ledger.errors import LedgerError
from feedmill._ledger.operations import page_operations
from feedmill._net.client.jump_pages import left_site_by_jump
from feedmill._net.client.response import HttpResponse
from worker import process_limits
from worker.boilerplate.hold_policy import HeldPage, unpack_held_page
from worker.extraction.entry_reader import read_entry, read_response, reread_for_usual_length
from worker.fetching.retry_policy import FailureRun, GiveUp, RetryLater, after_interstitial
from worker.fetching.revisit_policy import plan_revisit, read_validators
from worker.overrides.page_overrides import OverrideRun
from worker.page_models import CleanedArticle, RejectedPage
from worker.pipeline.boilerplate_step import HeldBack, learn_boilerplate
from worker.pipeline.override_step import tell_override_trouble
from worker.pipeline.page_outcomes import (
    LEASE_LOST,
    PageOutcome,
    PageOutcomes,
    PageTask,
    Run,
    build_publish_call,
)
from worker.pipeline.published_page import PublishedPage, RunCall
from worker.pipeline.site_change_step import record_page_stats
from worker.pipeline.stand_in_policy import NO_PAGE, has_words_to_learn_from, is_due, may_stand_in
from worker.pipeline.worker_context import WorkerContext
from worker.publishing.article_builder import build_article, build_stream_fields, list_article_aliases
from worker.publishing.fingerprints import (
    choose_known_fingerprint,
    compute_fingerprint,
    has_same_substance,
    number_fingerprint,
)
from worker.quality.template_change import find_usual_word_range
from worker.stories.subject_builder import build_story_subject

Found = HttpResponse | GiveUp | RetryLater | None
"""What came of a page's request; None: it has no page, or was read before."""
NO_RESPONSE = HttpResponse(url="", status=0, headers={}, body=b"", redirects=(), elapsed_s=0.0)
"""Stands for the answer of a page that gives none."""


class Conclusion:
    """Brings pages to their ends, one at a time; `run` runs a call to the ledger while a lease lasts."""

    def __init__(
        self, context: WorkerContext, run: Run, *, clock: Callable[[], datetime], rng: Random
    ) -> None:
        self.context = context
        self.outcomes = PageOutcomes(context, run)
        self._clock = clock
        self._rng = rng

    async def conclude(self, task: PageTask, found: Found, attempts: int) -> PageOutcome:
        """Bring a page to its end. Raises LedgerError.

        A page that takes all memory ends the process; the exit code says so.
        """
        try:
            there = unpack_held_page(task.page.held) if task.page.held is not None else found
            return await self.outcomes.release_held_pages(task, await self._finish(task, there))
        except MemoryError:
            process_limits.exit_out_of_memory()
            raise
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001  outermost: any error that a page sets off is its own
            return await self.outcomes.record_unexpected_error(task, attempts, error)

    def _known(self, task: PageTask) -> PublishedPage:
        return PublishedPage(self.context, task.page, self._calls_for(task), self._clock())

    def _calls_for(self, task: PageTask) -> RunCall:
        """Return what runs calls to the ledger for as long as the page's lease lasts."""
        return lambda call: self.outcomes.run_until_lease_ends(task, call)

    async def _finish(self, task: PageTask, found: Found | HeldPage) -> PageOutcome:
        page = task.page
        if isinstance(found, HeldPage):
            return await self._resolve(task, found)
        if found is None:
            return await self._publish_words(task, NO_PAGE)
        if isinstance(found, GiveUp | RetryLater):
            return await self._stand_in(task, found)
        began = time.perf_counter()
        whole_text = self.context.stand_in.stand_in == "full" and page.entry.stands_in
        overrides = OverrideRun(task.overrides, self.context.switched_off) if task.overrides else None
        read = read_response(
            page,
            found,
            self.context.skipped_steps,
            now=self._clock(),
            stands_in=whole_text,
            overrides=overrides,
        )
        self.context.meters.count_stage("read", time.perf_counter() - began)
        if overrides and (overrides.missing or overrides.slow):
            await tell_override_trouble(
                self.context,
                page,
                found.url,
                overrides,
                now=self._clock(),
                run_call=self._calls_for(task),
            )
        before = await record_page_stats(
            self.context, page, found.url, read, now=self._clock(), run_call=self._calls_for(task)
        )
        read = reread_for_usual_length(
            page,
            found,
            read,
            find_usual_word_range(before),
            self.context.skipped_steps,
            now=self._clock(),
            overrides=overrides,
        )
        if isinstance(read, RejectedPage):
            return await self._reject(task, read)
        validators = read_validators(found.headers)
        held = HeldPage(
            url=found.url,
            read_at=self._clock(),
            cleaned=read,
            validators=validators,
            jumped=left_site_by_jump(page.url, found),
        )
        return await self._resolve(task, held)

    async def _reject(self, task: PageTask, read: RejectedPage) -> PageOutcome:
        """End a page that is no article, or put it off where it may still become one."""
        failing = FailureRun(task.page.failures, task.page.first_failed_at)
        later = after_interstitial(read.outcome, failing, now=self._clock(), rng=self._rng)
        if later:
            due = is_due(task.page, later, self.context.stand_in, now_ms=self._now_ms())
            return await (self._stand_in(task, later) if due else self.outcomes.defer_page(task, later))
        return await self._stand_in(task, GiveUp(read.outcome, read.detail, settled=True))

    async def _stand_in(self, task: PageTask, why: GiveUp | RetryLater) -> PageOutcome:
        """Publish the feed's words in place of a page's; else end the page, or put it off."""
        page, policy = task.page, self.context.stand_in
        known = self._known(task)
        if may_stand_in(page, policy) and (not page.known_rev or await known.was_made_of_feed()):
            return await self._publish_words(task, why.reason, ending=why)
        if policy.stand_in == "full" and page.entry.stands_in and isinstance(why, GiveUp):
            read = read_response(
                page, NO_RESPONSE, self.context.skipped_steps, now=self._clock(), stands_in=True
            )
            if isinstance(read, CleanedArticle):
                held = HeldPage(url=page.url, read_at=self._clock(), cleaned=read, stands_in=why.reason)
                return await self._resolve(task, held)
        return await self.outcomes.defer_page(task, why)

    async def _publish_words(
        self,
        task: PageTask,
        reason: str,
        *,
        ending: GiveUp | RetryLater | None = None,
    ) -> PageOutcome:
        """Publish what the feed says; `ending` is the page's end where it says nothing, or nothing new."""
        page = task.page
        read = read_entry(
            page.entry, page.url, skipped=self.context.skipped_steps, stands_in=ending is not None
        )
        if isinstance(read, RejectedPage):
            return await self.outcomes.defer_page(
                task, ending or GiveUp(read.outcome, read.detail, settled=True)
            )
        held = HeldPage(url=page.url, read_at=self._clock(), cleaned=read, stands_in=reason)
        return await self._resolve(task, held, ending=ending)

    async def _resolve(
        self,
        task: PageTask,
        held: HeldPage,
        *,
        ending: GiveUp | RetryLater | None = None,
    ) -> PageOutcome:
        """Join a page to the article whose other name it has, else learn from it and publish it."""
        page = task.page
        names, weak_names = list_article_aliases(
            page, held.url, held.cleaned.canonical_url, is_proven=not held.jumped
        )
        known = await self.outcomes.run_until_lease_ends(
            task,
            page_operations.resolve_aliases(
                self.context.keys,
                page_id=page.id,
                lease=page.token,
                aliases=names,
                weak_aliases=weak_names,
                fingerprint=compute_fingerprint(held.cleaned, url=held.url),
                token=uuid4().hex,
            ),
        )
        if known is None:
            return LEASE_LOST
        if not known.is_own:
            return PageOutcome("joined", known.id)
        stripped: CleanedArticle | HeldBack = held.cleaned
        if not isinstance(ending, RetryLater) and has_words_to_learn_from(held):
            stripped = await learn_boilerplate(
                self.context, page, held, now=self._clock(), run_call=self._calls_for(task)
            )
        if isinstance(stripped, HeldBack):
            return LEASE_LOST if stripped.lost else PageOutcome("held")
        before, _ = choose_known_fingerprint(known.known_fingerprint, known.numbered_fingerprint)
        if ending and has_same_substance(compute_fingerprint(held.cleaned, stripped), before):
            return await self.outcomes.defer_page(task, ending)
        later = ending if isinstance(ending, RetryLater) else None
        return await self._publish(task, held, stripped, known, later)

    async def _publish(
        self,
        task: PageTask,
        held: HeldPage,
        read: CleanedArticle,
        known: ResolvedArticle,
        later: RetryLater | None,
    ) -> PageOutcome:
        """Publish what is new in substance; `read` is the held page without its source's boilerplate."""
        page = task.page
        substance = compute_fingerprint(held.cleaned, read, url=held.url)
        now = self._clock()
        event = "updated" if known.known_rev else "created"
        article = build_article(page, read, rev=known.known_rev + 1, url=held.url, fetched_at=held.read_at)
        judged = self._known(task)

        def following(*, changed: bool) -> PlannedVisit | None:
            return plan_revisit(
                page, held.validators, self.context.revisits, now=judged.now_ms, changed=changed
            )

        changes = None
        if known.known_rev:
            ended = await judged.end_reread(
                known, read, substance, article, following(changed=False), validators=held.validators
            )
            if isinstance(ended, PageOutcome):
                return ended
            changes = ended
        began = time.perf_counter()
        published = await self.outcomes.run_until_lease_ends(
            task,
            build_publish_call(
                self.context.keys,
                page,
                article,
                event=event,
                fields=build_stream_fields(article, event=event, now=now, changes=changes),
                fingerprint=number_fingerprint(substance),
                visit=following(changed=True),
                words_because=(held.stands_in or "fuller") if read.text_from == "feed" else "",
                later=later,
                story=build_story_subject(article, window_days=self.context.story_window_days),
            ),
        )
        self.context.meters.count_stage("publish", time.perf_counter() - began)
        if published:
            self.context.meters.count_removed(article.removed)
        if published and event == "created" and not page.backfill:
            self.context.meters.count_published(now.timestamp() - page.listed_at / 1000)
        return PageOutcome(event if published else LEASE_LOST.word, held.stands_in)

    def _now_ms(self) -> int:
        return round(self._clock().timestamp() * 1000)
