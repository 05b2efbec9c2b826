"""What becomes of the page of an article that is out: unchanged, gone, retracted, or changed by so much."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec

from feedmill._ledger import page_calls
from feedmill._ledger.answers import Resolved
from feedmill._ledger.calls import Call
from feedmill._ledger.records import LeasedPage, PlannedVisit
from feedmill.article import Article, decode
from feedmill.changes import Changes
from worker.bench import Bench
from worker.compare import compare
from worker.fingerprints import RETRACTED, same_site, same_substance
from worker.notices import notice_of
from worker.page import Cleaned
from worker.publish import retraction_fields
from worker.visits import Retract, after_gone, after_not_modified

LOST = "lost"
"""Outcome of a turn whose lease ran out: somebody else has the page."""

Ask = Callable[[Call[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Known:
    """A published article's page under lease, with the means to end it."""

    bench: Bench
    page: LeasedPage
    ask: Ask
    now: datetime

    @property
    def now_ms(self) -> int:
        """The present time in ms."""
        return round(self.now.timestamp() * 1000)

    async def settle(self, outcome: str, visit: PlannedVisit | None = None) -> tuple[str, str]:
        """End the page without an entry."""
        call = page_calls.settle(
            self.bench.keys, page_id=self.page.id, lease=self.page.token, outcome=outcome, visit=visit,
            token=uuid4().hex,
        )  # fmt: skip
        return (outcome if await self.ask(call) else LOST), ""

    async def not_modified(self) -> tuple[str, str]:
        """End a page that is as it was."""
        visit = after_not_modified(self.page, self.bench.revisits, now=self.now_ms)
        return await self.settle("not_modified", visit)

    async def gone(self, reason: str) -> tuple[str, str]:
        """End a page that answered 404 or 410: look again in an hour, or retract the article."""
        if self.page.known_print == RETRACTED:
            return await self.settle("gone")
        decided = after_gone(self.page, now=self.now_ms)
        if isinstance(decided, Retract):
            return await self.retract(reason)
        return await self.settle("gone", decided)

    async def retract(self, reason: str, notice: str = "") -> tuple[str, str]:
        """Tell the stream that the article is no more."""
        page = self.page
        before = await self.ask(page_calls.revision(self.bench.keys, page_id=page.id))
        call = page_calls.publish(
            self.bench.keys,
            page_id=page.id,
            lease=page.token,
            rev=page.known_rev + 1,
            event="retracted",
            fields=retraction_fields(page, before, reason=reason, notice=notice, now=self.now),
            fingerprint=RETRACTED,
            outcome="retracted",
            token=uuid4().hex,
        )
        return ("retracted" if await self.ask(call) else LOST), reason

    async def is_the_feeds_own(self) -> bool:
        """Tell whether the last revision was made of the feed's words, not of a page."""
        article = await self._before()
        return article is not None and article.text_from == "feed"

    async def changed(  # noqa: PLR0911  a list of judgements
        self, known: Resolved, read: Cleaned, print_: str, article: Article, visit: PlannedVisit | None
    ) -> Changes | tuple[str, str] | None:
        """Judge a page that was read again: what it changed, or how it ended without an `updated`."""
        if same_substance(print_, known.known_print):
            return await self.settle("unchanged", visit)
        if known.known_print != RETRACTED and not same_site(print_, known.known_print):
            return await self.settle("other_site")
        if notice := notice_of(read.title, read.text):
            if known.known_print == RETRACTED:
                return await self.settle("unchanged")
            return await self.retract("notice", notice)
        before = await self._before()
        if before is None:
            return None
        if read.text_from == "feed" and before.text_from == "page":  # no words of the page: no news of it
            return await self.settle("unchanged")
        return compare(before, article)

    async def _before(self) -> Article | None:
        """Read the article as the last revision has it; None when the stream has dropped it."""
        fields = await self.ask(page_calls.revision(self.bench.keys, page_id=self.page.id))
        try:
            return decode(fields["article"]) if fields.get("article") else None
        except msgspec.DecodeError:
            return None
