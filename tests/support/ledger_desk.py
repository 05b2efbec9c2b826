"""A desk to work at a ledger from: a clock that tests move, and every operation in a word."""

from collections.abc import Sequence
from itertools import count
from typing import Any, TypeVar

import redis

from feedmill._ledger.core.feed_operation_results import AppliedFeeds, ClaimedFeeds, FeedState, RecordedPoll
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.operation_call import Call
from feedmill._ledger.core.operation_result_types import (
    Census,
    ClaimedPages,
    PublishedRevision,
    ReapedLeases,
    ResolvedArticle,
    ReturnedPages,
    SiteRequests,
    SlotReply,
    TrimmedStream,
)
from feedmill._ledger.core.records import (
    Entry,
    FeedSpec,
    FoundEntry,
    LeasedFeed,
    LeasedPage,
    PlannedVisit,
    PollRecord,
    RequestRecord,
)
from feedmill._ledger.core.site_and_route_rules import SiteRule
from feedmill._ledger.core.story_subject import StorySubject
from feedmill._ledger.identity import entry_identity
from feedmill._ledger.identity.article_and_feed_ids import name_feed, name_link
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations import (
    boilerplate_operations,
    census_operations,
    feed_operations,
    page_lease_operations,
    rule_operations,
    site_request_operations,
)
from feedmill._ledger.operations.dead_page_operations import (
    drop_dead_page,
    expire_dead_pages,
    list_dead_pages,
    retry_dead_page,
)
from feedmill._ledger.operations.lease_recovery_operations import (
    reap_leases,
    return_owner_pages,
    start_due_revisits,
)
from feedmill._ledger.operations.origin_file_operations import leave_robots
from feedmill._ledger.operations.publication_operations import publish_revision
from feedmill._ledger.operations.stream_entry_operations import trim_stream

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 86400 * SECOND
MONTH = 30 * DAY
PRINT = "ab" * 16
NOON = 20_000 * DAY - DAY // 2
"""Where the clock starts: in the middle of a month of the ledger."""

T = TypeVar("T")


def found(feed_url: str, entry: Entry) -> FoundEntry:
    """Make of an entry what a scheduler hands to record_poll."""
    url = entry.link or feed_url
    return FoundEntry(
        key=entry_identity.compute_entry_key(entry),
        version=entry_identity.compute_entry_version(entry),
        page=entry_identity.name_article(feed_url, entry),
        url=url,
        site=find_site(entry.link or ""),
        aliases=entry_identity.list_aliases(feed_url, entry),
        entry=entry,
    )


def pair(entry: Entry) -> tuple[int, int]:
    return entry_identity.compute_entry_key(entry), entry_identity.compute_entry_version(entry)


def story(number: int, *, site: str = "a.example", words: str = "words") -> Entry:
    return Entry(guid=f"g{number}", link=f"http://{site}/{number}", title=f"Story {number}", summary=words)


def planned(delay: int, *, link: str = "http://a.example/6", notes: str = "noted") -> PlannedVisit:
    """Plan a visit as a worker would."""
    return PlannedVisit(
        delay_ms=delay,
        url=link,
        site=find_site(link),
        entry='{"title":"as listed"}',
        notes=notes,
    )


class Desk:
    """One ledger, one moved clock, tokens made on the way."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.keys = Keys()
        self.now = NOON
        self.ledger = SyncLedger(client, self.keys, now_ms=lambda: self.now)
        self._tokens = count()

    def run(self, call: Call[T]) -> T:
        return self.ledger.run(call)

    def token(self) -> str:
        return f"t{next(self._tokens)}"

    def apply(self, *feeds: str | FeedSpec) -> AppliedFeeds:
        specs = [FeedSpec(url=feed, source="A") if isinstance(feed, str) else feed for feed in feeds]
        return self.run(feed_operations.apply_feeds(self.keys, feeds=specs, token=self.token()))

    def claim(self, limit: int = 1, *, per_site: int = 2, gap: int = 0, lease: int = MINUTE) -> ClaimedFeeds:
        return self.run(
            feed_operations.claim_due_feeds(
                self.keys,
                owner="s",
                limit=limit,
                lease_ms=lease,
                per_site=per_site,
                gap_ms=gap,
                token=self.token(),
            )
        )

    def record(
        self, feed: LeasedFeed, *entries: Entry, known: Sequence[Entry] = (), **fields: Any
    ) -> RecordedPoll:
        state = {"outcome": "ok", "ok": True, "next_ms": 0, "reason": "test", "listed": len(entries)} | fields
        record = PollRecord(
            **state,
            found=tuple(found(feed.url, entry) for entry in entries),
            known=tuple(pair(entry) for entry in known),
        )
        return self.run(
            feed_operations.record_poll(
                self.keys, feed_id=feed.id, lease=feed.token, record=record, token=self.token()
            )
        )

    def poll(self, url: str, *entries: Entry, **fields: Any) -> RecordedPoll:
        """Claim all due feeds, record what the one of this URL listed; the others stay due."""
        feeds = {feed.url: feed for feed in self.claim(100, per_site=100).feeds}
        wanted = feeds.pop(url)
        for feed in feeds.values():
            self.record(feed, outcome="unchanged")
        return self.record(wanted, *entries, **fields)

    def start(self, *entries: Entry, feed: str = "http://a.example/feed") -> list[LeasedPage]:
        """List entries in a new feed and take their pages; answers them in the order of the entries."""
        self.apply(feed)
        self.poll(feed, *entries, next_ms=DAY)
        pages = {page.url: page for page in self.take(len(entries), per_site=100).pages}
        return [pages[entry.link] for entry in entries if entry.link]

    def sights(self, url: str, *entries: Entry) -> list[feed_operations.EntryStatus]:
        pairs = [pair(entry) for entry in entries]
        return self.run(feed_operations.classify_entries(self.keys, feed_id=name_feed(url), pairs=pairs))

    def take(
        self,
        limit: int = 1,
        *,
        owner: str = "w",
        per_site: int = 2,
        gap: int = 0,
        lease: int = MINUTE,
        **more: Any,
    ) -> ClaimedPages:
        return self.run(
            page_lease_operations.claim_pages(
                self.keys,
                owner=owner,
                limit=limit,
                lease_ms=lease,
                per_site=per_site,
                gap_ms=gap,
                token=self.token(),
                **more,
            )
        )

    def pass_gate(
        self,
        member: str,
        site: str,
        *,
        per_site: int = 1,
        gap: int = SECOND,
        patience: int = MINUTE,
        lease: int = MINUTE,
        owner: str = "w",
    ) -> SlotReply:
        return self.run(
            site_request_operations.acquire_slot(
                self.keys,
                member=member,
                site=site,
                per_site=per_site,
                gap_ms=gap,
                lease_ms=lease,
                patience_ms=patience,
                owner=owner,
                token=self.token(),
            )
        )

    def leave_robots(self, origin: str, owner: str) -> bool:
        return self.run(leave_robots(self.keys, origin=origin, owner=owner, token=self.token()))

    def leave_gate(self, member: str, *sites: str) -> int:
        return self.run(
            site_request_operations.release_slots(
                self.keys, member=member, sites=sites, owner="w", token=self.token()
            )
        )

    def rule(self, gap: int = SECOND, per_site: int = 2, **rules: SiteRule) -> tuple[str, ...]:
        """Make the operator's rules; `x` stands for x.example."""
        named = {f"{name}.example": rule for name, rule in rules.items()}
        return self.run(
            rule_operations.replace_site_rules(
                self.keys, rules=named, per_site=per_site, gap_ms=gap, most_ms=MINUTE, token=self.token()
            )
        )

    def sent(
        self, *requests: RequestRecord, gap: int = SECOND, per_site: int = 2, at_ms: int | None = None
    ) -> None:
        """Record requests that were made."""
        self.run(
            site_request_operations.record_requests(
                self.keys,
                requests=requests,
                per_site=per_site,
                gap_ms=gap,
                most_ms=MINUTE,
                token=self.token(),
                at_ms=at_ms,
            )
        )

    def report(self, site: str = "") -> list[SiteRequests]:
        return self.run(site_request_operations.read_request_report(self.keys, weeks=2, limit=100, site=site))

    def begin(self, page: LeasedPage) -> int | None:
        charged = self.run(
            page_lease_operations.charge_attempt(
                self.keys, page_id=page.id, lease=page.token, token=self.token()
            )
        )
        return charged.attempts if charged else None

    def suspend(self, page: LeasedPage) -> bool:
        call = page_lease_operations.suspend_attempt(
            self.keys, page_id=page.id, lease=page.token, token=self.token()
        )
        return self.run(call)

    def extend(self, *pages: LeasedPage, lease: int = MINUTE) -> set[str]:
        leases = [(page.id, page.token) for page in pages]
        return self.run(page_lease_operations.extend_leases(self.keys, leases=leases, lease_ms=lease))

    def hold(self, page: LeasedPage, blocks: bytes = b"\x00\xff") -> int | None:
        return self.run(
            boilerplate_operations.hold_page(
                self.keys,
                page_id=page.id,
                lease=page.token,
                source=page.source,
                blocks=blocks,
                hold_ms=MINUTE,
                token=self.token(),
            )
        )

    def release(self, source: str = "A") -> int:
        return self.run(
            boilerplate_operations.release_held_pages(self.keys, source=source, token=self.token())
        )

    def resolve(
        self, page: LeasedPage, *links: str, told: Sequence[str] = (), fingerprint: str = PRINT
    ) -> ResolvedArticle | None:
        return self.run(
            page_lease_operations.resolve_aliases(
                self.keys,
                page_id=page.id,
                lease=page.token,
                aliases=[name_link(link) for link in links],
                weak_aliases=[name_link(link) for link in told],
                fingerprint=fingerprint,
                token=self.token(),
            )
        )

    def publish(
        self,
        page: LeasedPage,
        rev: int | None = None,
        *,
        fingerprint: str = PRINT,
        event: str = "",
        visit: PlannedVisit | None = None,
        subject: StorySubject | None = None,
        **fields: str,
    ) -> PublishedRevision | None:
        rev = page.known_rev + 1 if rev is None else rev
        return self.run(
            publish_revision(
                self.keys,
                page_id=page.id,
                lease=page.token,
                rev=rev,
                event=event or ("created" if rev == 1 else "updated"),
                fields={"id": page.id, "rev": str(rev), **fields},
                fingerprint=fingerprint,
                visit=visit,
                story=subject,
                token=self.token(),
            )
        )

    def settle(
        self,
        page: LeasedPage,
        outcome: str = "unchanged",
        *,
        visit: PlannedVisit | None = None,
        fingerprint: str = "",
    ) -> bool:
        return self.run(
            page_lease_operations.settle_page(
                self.keys,
                page_id=page.id,
                lease=page.token,
                outcome=outcome,
                visit=visit,
                fingerprint=fingerprint,
                token=self.token(),
            )
        )

    def give_back(
        self,
        page: LeasedPage,
        reason: str = "timeout",
        *,
        delay: int = 0,
        charge: bool = False,
        close: int = 0,
    ) -> bool:
        return self.run(
            page_lease_operations.return_page(
                self.keys,
                page_id=page.id,
                lease=page.token,
                delay_ms=delay,
                reason=reason,
                charge=charge,
                close_site_ms=close,
                token=self.token(),
            )
        )

    def bury(self, page: LeasedPage, reason: str = "http_404") -> bool:
        return self.run(
            page_lease_operations.dead_letter_page(
                self.keys,
                page_id=page.id,
                lease=page.token,
                reason=reason,
                detail="why",
                token=self.token(),
            )
        )

    def retry(self, page_id: str) -> bool:
        return self.run(retry_dead_page(self.keys, page_id=page_id, token=self.token()))

    def drop(self, page_id: str) -> bool:
        return self.run(drop_dead_page(self.keys, page_id=page_id, token=self.token()))

    def abandon(self, owner: str = "w", *, max_attempts: int = 3) -> ReturnedPages:
        return self.run(
            return_owner_pages(
                self.keys, owner=owner, reason="memory", max_attempts=max_attempts, token=self.token()
            )
        )

    def reap(
        self, *, limit: int = 100, max_attempts: int = 3, since: int = 0, elapsed: int = 0
    ) -> ReapedLeases:
        return self.run(
            reap_leases(
                self.keys,
                limit=limit,
                max_attempts=max_attempts,
                token=self.token(),
                since_ms=since,
                elapsed_ms=elapsed,
            )
        )

    def wake(self, *, most: int = 20) -> int:
        return self.run(start_due_revisits(self.keys, limit=100, max_revisits=most, token=self.token()))

    def expire(self, *, max_age: int = 90 * DAY, most: int = 1000) -> int:
        return self.run(
            expire_dead_pages(self.keys, limit=100, max_age_ms=max_age, most=most, token=self.token())
        )

    def trim(self, *protect: str, max_age: int = DAY, max_bytes: int = 1 << 30) -> int:
        return self.trimmed(*protect, max_age=max_age, max_bytes=max_bytes).dropped

    def trimmed(
        self,
        *protect: str,
        max_age: int = DAY,
        max_bytes: int = 1 << 30,
        hard_bytes: int = 0,
        route: str = "",
    ) -> TrimmedStream:
        return self.run(
            trim_stream(
                self.keys,
                max_age_ms=max_age,
                max_bytes=max_bytes,
                protect=protect,
                hard_bytes=hard_bytes,
                route=route,
            )
        )

    def census(self) -> Census:
        """Count, and check the invariant on the way."""
        census = self.run(census_operations.count_all(self.keys))
        assert census.balanced, census
        return census

    def dead(self) -> dict[str, str]:
        return {page.id: page.reason for page in self.run(list_dead_pages(self.keys, limit=100))}

    def feed(self, url: str) -> FeedState:
        return next(state for state in self.run(feed_operations.list_feeds(self.keys)) if state.url == url)

    def stream(self) -> list[tuple[str, int]]:
        """Answer (id, rev) of every revision in the stream, in order."""
        return [
            (fields[b"id"].decode(), int(fields[b"rev"]))
            for _, fields in self.client.xrange(self.keys.stream())
            if fields.get(b"event") != b"listed"
        ]

    def listed(self) -> list[dict[str, str]]:
        """Answer the entries that tell of one more feed, in order."""
        entries = [
            {name.decode(): value.decode() for name, value in fields.items()}
            for _, fields in self.client.xrange(self.keys.stream())
        ]
        return [entry for entry in entries if entry.get("event") == "listed"]
