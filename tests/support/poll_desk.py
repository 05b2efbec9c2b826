"""Polls of one feed at a desk: the answers are given, the ledger is real."""

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

from ledger_desk import MINUTE, Desk

from feedmill._ledger.core.records import Entry, FeedSpec, LeasedFeed, PollRecord
from feedmill._ledger.operations.feed_operations import compare_entries, record_poll
from feedmill._ledger.outcome import Outcome
from feedmill._net import HttpResponse, Redirect
from scheduler.entries.article_assignment import apply_verdicts
from scheduler.entries.entry_names import name_entries
from scheduler.entries.found_entry_builder import build_found_entries
from scheduler.intervals.next_poll import IntervalBounds
from scheduler.parsing.document_models import MalformedDocument, ParsedFeed, ParseResult
from scheduler.polling.feed_state import read_poll_state
from scheduler.polling.next_poll_decision import decide_after_answer, decide_after_failure
from scheduler.polling.poll_record import build_failure_record, build_poll_record
from scheduler.polling.poll_request import build_poll_request
from scheduler.polling.poll_values import (
    AnsweredPoll,
    ComparedEntries,
    PollRequest,
    PollResult,
)
from scheduler.polling.response_verdict import classify_document, classify_response

URL = "http://site.example/feed"
BOUNDS = IntervalBounds(interval=900, min_interval=300, max_interval=86400)


class Poll:
    """Polls one feed at a desk; the answers are given, all else is real."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.made: PollRecord | None = None
        self.request: PollRequest | None = None
        self.spec = FeedSpec(url=URL, source="Site")
        desk.apply(self.spec)

    def claim(self, after: int) -> LeasedFeed:
        state = self.desk.feed(URL)
        self.desk.now = max(self.desk.now + after, state.next_at or 0)
        (feed,) = self.desk.claim().feeds
        self.request = build_poll_request(feed, read_poll_state(feed.notes), self.desk.now / 1000)
        return feed

    def answered(
        self,
        entries: Iterable[Entry] | MalformedDocument = (),
        *,
        after: int = MINUTE,
        status: int = 200,
        via: tuple[Redirect, ...] = (),
        is_cut: bool = False,
        announced: str = "",
        **headers: str,
    ) -> PollRecord:
        feed = self.claim(after)
        if not status:  # a server that knows conditions
            status = 304 if self.request.conditional else 200
        listed = entries if isinstance(entries, MalformedDocument) else tuple(entries)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        fetched = HttpResponse(
            url=via[-1].url if via else self.request.url, status=status, headers=sent,
            body=repr(listed).encode(), redirects=via, elapsed_s=0.1, is_cut=is_cut,
        )  # fmt: skip
        judged = classify_response(feed, fetched, self.request)
        parsed: ParseResult | None = None
        if judged.is_to_be_parsed and isinstance(listed, MalformedDocument):
            parsed = listed
        elif judged.is_to_be_parsed:
            parsed = ParsedFeed(
                outcome="truncated" if is_cut else "ok", title="t", entries=listed, listed=len(listed),
                announced=announced,
            )  # fmt: skip
        seen = ComparedEntries()
        if isinstance(parsed, ParsedFeed) and listed:
            named = name_entries(listed, feed_url=URL, by_link=feed.fickle >= 2).named
            ids = tuple(one.ids for one in named)
            verdicts, _ = self.desk.run(compare_entries(self.desk.keys, feed_id=feed.id, entries=ids))
            told = apply_verdicts(named, verdicts)
            seen = ComparedEntries(
                listed=tuple(one.entry for one in told.named), statuses=told.statuses,
                found=build_found_entries(told.named, told.statuses), all_new=told.all_new,
            )  # fmt: skip
        answered = AnsweredPoll(
            feed=feed, state=read_poll_state(feed.notes), request=self.request, response=fetched,
            verdict=judged,
        )  # fmt: skip
        result = (
            PollResult(answered=answered, outcome=judged.outcome, ok=judged.ok)
            if parsed is None
            else classify_document(answered, parsed, seen)
        )
        decision = decide_after_answer(result, bounds=BOUNDS, now=self.now, rng=Random(1))
        return self.record(feed, build_poll_record(result, decision, self.now))

    def lost(self, outcome: str = "timeout") -> PollRecord:
        feed = self.claim(MINUTE)
        failed = Outcome(outcome, detail="d")
        decision = decide_after_failure(feed, failed, bounds=BOUNDS, now=self.now, rng=Random(1))
        return self.record(feed, build_failure_record(feed, failed, decision, self.now))

    def record(self, feed: LeasedFeed, made: PollRecord) -> PollRecord:
        desk = self.desk
        recorded = desk.run(
            record_poll(desk.keys, feed_id=feed.id, lease=feed.token, record=made, token=desk.token())
        )
        assert not recorded.stale
        return made

    @staticmethod
    def record_of(**fields: object) -> PollRecord:
        """Make a record as another version's scheduler may have."""
        return PollRecord(**{"outcome": "ok", "ok": True, "next_ms": 0, "reason": "test", **fields})

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.desk.now / 1000, UTC)

    def events(self) -> list[str]:
        stream = self.desk.client.xrange(self.desk.keys.events_stream())
        assert all(fields[b"feed"].decode() == URL for _, fields in stream)
        return [fields[b"event"].decode().removeprefix("feed_") for _, fields in stream]
