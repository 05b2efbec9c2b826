"""Polls a feed by its stages, in order; each is a function from one frozen value to the next.

    request         build_poll_request, Poller._fetch  LeasedFeed   -> HttpResponse
    judge           classify_response                  HttpResponse -> ResponseVerdict (all: AnsweredPoll)
    parse, compare  EntryComparer.read                AnsweredPoll -> PollResult
    decide          decide_after_answer                PollResult   -> PollDecision
    record          build_poll_record                  PollDecision -> PollRecord

Where there is no document to go on with, a stage returns the poll's Outcome instead; `decide` and
`record` have a form for these. Parsing and comparing are one stage: known entries are found by their bytes
first, so that only the others are parsed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import msgspec

from feedmill._ledger.core.records import LeasedFeed, Limits, PollRecord
from feedmill._ledger.errors import RateLimitedError
from feedmill._ledger.outcome import Outcome
from feedmill._ledger.politeness.rate_limiter import RateLimiter
from feedmill._net import HttpClient, HttpResponse
from feedmill._net.client.exchange_record import RequestPurpose
from feedmill._net.client.jump_pages import find_feed_jump
from feedmill._net.errors import NetError
from feedmill._site_credentials.credentials import LACKING, NO_CREDENTIALS, CredentialStore
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.polling.entry_comparison import EntryComparer
from scheduler.polling.feed_state import read_poll_state
from scheduler.polling.next_poll_decision import decide_after_answer, decide_after_failure
from scheduler.polling.oldest_first_tail import complete_end
from scheduler.polling.poll_record import build_failure_record, build_poll_record
from scheduler.polling.poll_request import build_poll_request, find_audit_excuse
from scheduler.polling.poll_values import AnsweredPoll, PollRequest
from scheduler.polling.response_verdict import classify_response


@dataclass(frozen=True, slots=True, kw_only=True)
class Poller:
    """All that a poll needs of its surroundings."""

    client: HttpClient
    reader: EntryComparer
    rate_limiter: RateLimiter
    interval_bounds: IntervalBounds
    deadline_s: float
    now: Callable[[], datetime]
    rng: Random
    max_revisits: int = 20
    """The most times that one article's page is requested again."""
    limits: Limits | None = None
    """What bounds the new pages."""
    credentials: CredentialStore = NO_CREDENTIALS

    async def poll(self, feed: LeasedFeed) -> PollRecord:
        """Poll a feed; whatever the publisher's side does ends in a record with a named outcome."""
        state, now_s = read_poll_state(feed.notes), self.now().timestamp()
        request = build_poll_request(feed, state, now_s)
        excuse = find_audit_excuse(feed, state, self.interval_bounds, now_s)
        response = await self._fetch(feed, request, excuse)
        if isinstance(response, Outcome):
            return self.build_failure(feed, response)
        response = complete_end(response)
        verdict = classify_response(feed, response, request)
        answered = AnsweredPoll(feed=feed, state=state, request=request, response=response, verdict=verdict)
        result = await self.reader.read(answered, now_s)
        if isinstance(result, Outcome):
            return self.build_failure(feed, result)
        now = self.now()
        decision = decide_after_answer(result, bounds=self.interval_bounds, now=now, rng=self.rng)
        record = build_poll_record(result, decision, now)
        return msgspec.structs.replace(record, most_revisits=self.max_revisits, limits=self.limits)

    async def _fetch(self, feed: LeasedFeed, request: PollRequest, excuse: str) -> HttpResponse | Outcome:
        """Send the request through the gates on its way; the outcome where no response comes."""
        lack = self.credentials.find_lack(feed.url)
        if lack:
            return Outcome(LACKING, detail=lack)
        try:
            async with self.rate_limiter.begin_request(feed.id, already_passed=feed.site) as permit:
                await permit(request.url)
                return await self.client.fetch(
                    request.url,
                    headers=request.headers,
                    deadline_s=self.deadline_s,
                    on_redirect=permit,
                    purpose=RequestPurpose(kind="feed", name=feed.id, audit_excuse=excuse),
                    find_jump=find_feed_jump,
                    keeps_cut=True,
                    credentials=self.credentials.open_chain(feed.url),
                )
        except RateLimitedError as shut:
            return Outcome("gate", detail=str(shut))
        except NetError as error:
            return Outcome(error.outcome, detail=error.detail)

    def build_failure(self, feed: LeasedFeed, outcome: Outcome) -> PollRecord:
        """Build the record of a poll that got no response, or none that is read."""
        now = self.now()
        decision = decide_after_failure(feed, outcome, bounds=self.interval_bounds, now=now, rng=self.rng)
        return build_failure_record(feed, outcome, decision, now)
