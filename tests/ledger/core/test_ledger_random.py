"""Random work on a small ledger: the invariant holds after every step, each revision is out exactly once."""

from collections import Counter

import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from ledger_desk import DAY, HOUR, MINUTE, SECOND, Desk, planned, story

from feedmill._ledger.core.records import LeasedFeed, LeasedPage

FEEDS = ("http://a.example/feed", "http://a.example/other", "http://b.example/feed")
picks = st.integers(0, 1 << 16)
entries = st.lists(
    st.builds(
        story,
        st.integers(0, 6),
        site=st.sampled_from(["a.example", "b.example"]),
        words=st.sampled_from("xyz"),
    ),
    max_size=5,
)


class Mill(RuleBasedStateMachine):
    """Schedulers and workers that forget, die, repeat themselves and come late."""

    client: redis.Redis

    def __init__(self) -> None:
        super().__init__()
        self.client.flushdb()
        self.desk = Desk(self.client)
        self.polls: list[LeasedFeed] = []
        self.pages: list[LeasedPage] = []  # leases ever given out, the lost ones too
        self.out: set[tuple[str, int]] = set()
        self.newest: dict[str, str] = {}  # page id → the last lease given out for it
        self.desk.apply(*FEEDS)
        for feed in self.desk.claim(3, per_site=3).feeds:
            self.polls.append(feed)
            self.desk.record(feed, story(0), story(1), story(2, site="b.example"), next_ms=SECOND)

    def take(self, limit: int, owner: str) -> None:
        for page in self.desk.take(limit, owner=owner).pages:
            self.pages.append(page)
            self.newest[page.id] = page.token

    def fenced(self, page: LeasedPage, done: object) -> None:
        """State that only the newest lease of a page may do anything to it."""
        assert not done or self.newest[page.id] == page.token

    def page(self, pick: int) -> LeasedPage:
        return self.pages[-1 - pick % min(len(self.pages), 8)]

    @rule(ms=st.sampled_from([1, SECOND, 20 * SECOND, MINUTE, DAY, 31 * DAY]))
    def time_passes(self, ms: int) -> None:
        self.desk.now += ms

    @rule(feeds=st.sets(st.sampled_from(FEEDS), min_size=1))
    def the_list_changes(self, feeds: set[str]) -> None:
        self.desk.apply(*sorted(feeds))

    @rule(listed=entries)
    def a_feed_is_polled(self, listed: list) -> None:
        for feed in self.desk.claim(1).feeds:
            self.polls.append(feed)
            if listed:
                self.desk.record(feed, *listed, next_ms=SECOND)

    @precondition(lambda self: self.polls)
    @rule(pick=picks, listed=entries)
    def a_poll_comes_late(self, pick: int, listed: list) -> None:
        feed = self.polls[pick % len(self.polls)]
        newest = next(poll for poll in reversed(self.polls) if poll.id == feed.id)
        answer = self.desk.record(feed, *listed)
        assert answer.stale or feed == newest

    @rule(limit=st.integers(1, 4), owner=st.sampled_from(["w1", "w2"]))
    def pages_are_taken(self, limit: int, owner: str) -> None:
        self.take(limit, owner)

    @precondition(lambda self: self.pages)
    @rule(pick=picks)
    def a_page_is_begun(self, pick: int) -> None:
        page = self.page(pick)
        self.fenced(page, self.desk.begin(page))

    @precondition(lambda self: self.pages)
    @rule(pick=picks)
    def a_page_is_published(self, pick: int) -> None:
        page = self.page(pick)
        answer = self.desk.publish(page)
        if answer is not None:
            assert answer.repeated == ((page.id, page.known_rev + 1) in self.out)
            self.fenced(page, not answer.repeated)
            self.out.add((page.id, page.known_rev + 1))

    @precondition(lambda self: self.pages)
    @rule(pick=picks, end=st.sampled_from(["settle", "bury", "hold", "give_back"]))
    def a_page_ends_otherwise(self, pick: int, end: str) -> None:
        page = self.page(pick)
        self.fenced(page, getattr(self.desk, end)(page))

    @precondition(lambda self: self.pages)
    @rule(pick=picks, late=st.booleans())
    def a_page_is_held_and_taken_again(self, pick: int, late: bool) -> None:
        page = self.page(pick)
        self.fenced(page, self.desk.hold(page))
        if late:
            self.desk.now += MINUTE
        else:
            self.desk.release()
        self.take(2, "w2")

    @precondition(lambda self: self.pages)
    @rule(pick=picks)
    def a_page_is_published_by_two(self, pick: int) -> None:
        """An owner sleeps past the lease; another one takes the page; both publish."""
        self.desk.now += MINUTE
        self.desk.reap()
        self.take(3, "w2")
        for page in (self.page(pick), self.page(pick + 1)):
            answer = self.desk.publish(page)
            if answer is not None:
                self.out.add((page.id, page.known_rev + 1))

    @precondition(lambda self: self.pages)
    @rule(pick=picks, number=st.integers(0, 8), site=st.sampled_from(["a.example", "b.example"]))
    def a_page_resolves(self, pick: int, number: int, site: str) -> None:
        page = self.page(pick)
        self.fenced(page, self.desk.resolve(page, f"http://{site}/{number}"))

    @precondition(lambda self: self.pages)
    @rule(pick=picks)
    def a_page_is_redirected(self, pick: int) -> None:
        self.desk.pass_gate(self.page(pick).id, "elsewhere.example")

    @rule()
    def held_pages_are_released(self) -> None:
        self.desk.release()

    @rule(owner=st.sampled_from(["w1", "w2"]))
    def a_worker_dies(self, owner: str) -> None:
        self.desk.abandon(owner, max_attempts=2)

    @rule()
    def leases_are_reaped(self) -> None:
        self.desk.reap(limit=3, max_attempts=2)

    @precondition(lambda self: self.pages)
    @rule(pick=picks, gone=st.booleans())
    def a_visit_is_planned(self, pick: int, gone: bool) -> None:
        page = self.page(pick)
        visit = planned(MINUTE, link=page.url)
        if gone:
            self.fenced(page, self.desk.settle(page, "gone", visit=visit))
        elif self.newest[page.id] == page.token:
            answer = self.desk.publish(page, visit=visit)
            if answer is not None:
                self.out.add((page.id, page.known_rev + 1))

    @rule()
    def visits_are_woken(self) -> None:
        self.desk.wake(most=3)

    @rule()
    def dead_letters_expire(self) -> None:
        self.desk.expire(max_age=MINUTE, most=2)

    @rule(drop=st.booleans())
    def the_dead_are_seen_to(self, drop: bool) -> None:
        for page_id in sorted(self.desk.dead())[:1]:
            (self.desk.drop if drop else self.desk.retry)(page_id)

    @invariant()
    def the_books_balance(self) -> None:
        self.desk.census()

    @invariant()
    def each_feed_is_told_of_once(self) -> None:
        told = Counter((entry["id"], entry["feed"]) for entry in self.desk.listed())
        assert not told or max(told.values()) == 1

    @invariant()
    def each_revision_is_out_once(self) -> None:
        assert Counter(self.desk.stream()) == Counter(dict.fromkeys(self.out, 1))

    def teardown(self) -> None:
        """Let good workers come: everything finds its end, and no slot or lease is left."""
        for _ in range(60):
            self.desk.now += 13 * HOUR
            self.desk.reap(max_attempts=2)
            for feed in self.desk.claim(10).feeds:
                self.desk.record(feed, outcome="unchanged", next_ms=31 * DAY)
            for page in self.desk.take(10).pages:
                self.desk.settle(page, "unchanged")
            if self.desk.census().idle:
                break
        census = self.desk.census()
        assert census.idle, census
        assert census.deferred == 0
        assert list(self.client.scan_iter(self.desk.keys.page_queue("*"))) == []
        for key in list(self.client.scan_iter(self.desk.keys.owner("*"))):
            members = self.client.smembers(key)
            assert all(one.startswith(b"slot elsewhere.example ") for one in members), (
                members
            )  # nobody left them
            self.desk.abandon(key.decode().rpartition(":")[2])
        assert list(self.client.scan_iter(self.desk.keys.owner("*"))) == []
        for slots in self.client.scan_iter(self.desk.keys.slots("*")):
            assert self.client.zcount(slots, f"({self.desk.now}", "+inf") == 0  # one that nobody freed lapses
        pages = {key.decode().rpartition(":")[2] for key in self.client.scan_iter(self.desk.keys.page("*"))}
        assert pages == set(self.desk.dead())


def test_random_work_keeps_the_books(redis_client_sync: redis.Redis) -> None:
    machine = type("Mill", (Mill,), {"client": redis_client_sync})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
