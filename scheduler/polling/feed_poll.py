"""One poll: request the feed, read it, compare it with the feed's memory, and make its record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.core.records import LeasedFeed, Limits, PollRecord
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._net import HttpClient, HttpResponse
from feedmill._net.client.exchange import RequestPurpose
from feedmill._net.client.jump_pages import find_feed_jump
from feedmill._net.errors import NetError, TooLargeError
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.parsing.document_models import MalformedDocument
from scheduler.polling.document_reader import DocumentReader
from scheduler.polling.feed_state import read_poll_state
from scheduler.polling.poll_record import build_failure_record, build_poll_record
from scheduler.polling.poll_result import ComparedEntries, PollResult
from scheduler.polling.response_verdict import (
    PollRequest,
    build_poll_request,
    classify_response,
    find_audit_excuse,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """All that a poll needs of its surroundings."""

    client: HttpClient
    reader: DocumentReader
    rate_limiter: RateLimiter
    interval_bounds: IntervalBounds
    deadline_s: float
    now: Callable[[], datetime]
    rng: Random
    max_revisits: int = 20
    """The most times that one article's page is asked for again."""
    limits: Limits | None = None
    """What bounds the new pages."""

    async def poll(self, feed: LeasedFeed) -> PollRecord:
        """Poll a feed; whatever the publisher's side does ends in a record with a named outcome."""
        state, now = read_poll_state(feed.notes), self.now().timestamp()
        request = build_poll_request(feed, state, now)
        purpose = RequestPurpose(
            kind="feed", name=feed.id, audit_excuse=find_audit_excuse(feed, state, self.interval_bounds, now)
        )
        try:
            response = await self._fetch(feed, request, purpose)
        except RateLimitedError as shut:
            return self.build_failure(feed, "gate", str(shut))
        except NetError as error:
            return self.build_failure(feed, error.outcome, error.detail)
        verdict = classify_response(feed, response, request)
        parsed, compared = (
            await self.reader.read(feed, state, response, now)
            if verdict.is_to_be_parsed
            else (None, ComparedEntries())
        )
        if response.is_cut and isinstance(parsed, MalformedDocument):
            return self.build_failure(feed, TooLargeError.outcome, f"more than {len(response.body)} bytes")
        result = PollResult(
            feed=feed, request=request, fetched=response, verdict=verdict, parsed=parsed, compared=compared
        )
        record = build_poll_record(result, bounds=self.interval_bounds, now=self.now(), rng=self.rng)
        return msgspec.structs.replace(record, most_revisits=self.max_revisits, limits=self.limits)

    async def _fetch(self, feed: LeasedFeed, request: PollRequest, purpose: RequestPurpose) -> HttpResponse:
        async with self.rate_limiter.begin_request(feed.id, already_passed=feed.site) as permit:
            await permit(request.url)
            return await self.client.fetch(
                request.url,
                headers=request.headers,
                deadline_s=self.deadline_s,
                on_redirect=permit,
                purpose=purpose,
                find_jump=find_feed_jump,
                keeps_cut=True,
            )

    def build_failure(self, feed: LeasedFeed, outcome: str, detail: str) -> PollRecord:
        """Make the record of a poll that got no answer."""
        return build_failure_record(
            feed, outcome, detail, bounds=self.interval_bounds, now=self.now(), rng=self.rng
        )
