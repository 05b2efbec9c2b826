"""Ends the page of a published article: unchanged, gone, retracted, or with what changed in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from feedmill._ledger.core.records import LeasedPage, PlannedVisit
from feedmill._ledger.core.replies import ResolvedArticle
from feedmill._ledger.core.script_call import Call
from feedmill._ledger.operations import page_operations
from feedmill.article import Article, decode
from feedmill.revision_changes import Changes
from worker.fetching.change_evidence import find_change_evidence
from worker.fetching.revisit_policy import PageGone, plan_after_gone, plan_after_not_modified
from worker.page_models import CleanedArticle
from worker.pipeline.page_outcomes import LEASE_LOST, PageOutcome
from worker.pipeline.worker_context import WorkerContext
from worker.publishing.article_builder import build_retraction_fields
from worker.publishing.fingerprints import (
    RETRACTED,
    choose_known_fingerprint,
    has_same_site,
    has_same_substance,
    is_of_feed_words,
    number_fingerprint,
)
from worker.publishing.retraction_notice import find_retraction_notice
from worker.publishing.revision_diff import compare_revisions

RunCall = Callable[[Call[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A published article's page under lease, with the means to end it."""

    context: WorkerContext
    page: LeasedPage
    run_call: RunCall
    now: datetime

    @property
    def now_ms(self) -> int:
        """The present time in ms."""
        return round(self.now.timestamp() * 1000)

    async def settle(
        self, outcome: str, visit: PlannedVisit | None = None, *, fingerprint: str = ""
    ) -> PageOutcome:
        """End the page without an entry; `fingerprint` is how this reader reads the last revision."""
        call = page_operations.settle_page(
            self.context.keys, page_id=self.page.id, lease=self.page.token, outcome=outcome, visit=visit,
            fingerprint=fingerprint, token=uuid4().hex,
        )  # fmt: skip
        return PageOutcome(outcome) if await self.run_call(call) else LEASE_LOST

    async def end_not_modified(self) -> PageOutcome:
        """End a page that is as it was."""
        visit = plan_after_not_modified(self.page, self.context.revisits, now=self.now_ms)
        return await self.settle("not_modified", visit)

    async def end_gone(self, reason: str) -> PageOutcome:
        """End a page that answered 404 or 410: look again in an hour, or retract the article."""
        if self.page.known_print == RETRACTED:
            return await self.settle("gone")
        decided = plan_after_gone(self.page, now=self.now_ms)
        if isinstance(decided, PageGone):
            return await self.retract(reason)
        return await self.settle("gone", decided)

    async def retract(self, reason: str, notice: str = "") -> PageOutcome:
        """Publish that the article is no more."""
        page = self.page
        before = await self.run_call(page_operations.read_last_revision(self.context.keys, page_id=page.id))
        call = page_operations.publish_revision(
            self.context.keys,
            page_id=page.id,
            lease=page.token,
            rev=page.known_rev + 1,
            event="retracted",
            fields=build_retraction_fields(page, before, reason=reason, notice=notice, now=self.now),
            fingerprint=RETRACTED,
            outcome="retracted",
            token=uuid4().hex,
        )
        retracted = await self.run_call(call)
        return PageOutcome("retracted" if retracted else LEASE_LOST.word, reason)

    async def was_made_of_feed(self) -> bool:
        """Return whether the last revision was made of the feed's words, not of a page.

        Records of 0.1.0 do not say so; then the stream does, while it has the revision.
        """
        if is_of_feed_words(self.page.known_print):
            return True
        article = await self._read_last_revision()
        return article is not None and article.text_from == "feed"

    async def end_reread(  # noqa: PLR0911  a list of judgements
        self,
        known: ResolvedArticle,
        read: CleanedArticle,
        print_: str,
        article: Article,
        visit: PlannedVisit | None,
        *,
        validators: tuple[str, str],
    ) -> Changes | PageOutcome | None:
        """Judge a page that was read again: what it changed, or how it ended without an `updated`.

        Where another reader read it before, a text that differs is no change by itself: something else must
        say that the page changed.
        """
        old_print, is_own = choose_known_fingerprint(known.known_fingerprint, known.numbered_fingerprint)
        is_retracted = known.known_fingerprint == RETRACTED
        numbered = number_fingerprint(print_)
        was_words = is_of_feed_words(known.known_fingerprint)
        came = was_words and read.text_from == "page"
        if has_same_substance(print_, old_print):
            noted = "" if is_own and not came else numbered
            return await self.settle("unchanged", visit, fingerprint=noted)
        if not is_retracted and not has_same_site(print_, old_print):
            return await self.settle("other_site")
        if notice := find_retraction_notice(read.title, read.text):
            if is_retracted:
                return await self.settle("unchanged")
            return await self.retract("notice", notice)
        before = await self._read_last_revision()
        of_words = was_words or (before is not None and before.text_from == "feed")
        if read.text_from == "feed" and not of_words:  # no words of the page: no news of it
            return await self.settle("unchanged")
        if not (is_own or came) and not find_change_evidence(self.page, validators, before, article):
            return await self.settle("other_reader", visit, fingerprint=numbered)
        return None if before is None else compare_revisions(before, article)

    async def _read_last_revision(self) -> Article | None:
        """Read the article as the last revision has it; None when the stream has dropped it."""
        fields = await self.run_call(
            page_operations.read_last_revision(self.context.keys, page_id=self.page.id)
        )
        try:
            return decode(fields["article"]) if fields.get("article") else None
        except msgspec.DecodeError:
            return None
