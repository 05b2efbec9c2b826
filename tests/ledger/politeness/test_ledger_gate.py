"""The gate: gaps and slots per site, fairness between sites."""

from ledger_desk import DAY, MINUTE, SECOND, Desk, story

from feedmill._ledger.core.operation_result_types import SlotReply
from feedmill._ledger.core.records import Entry

A, B = "http://a.example/feed", "http://b.example/feed"


def list_stories(desk: Desk, **sites: int) -> None:
    """List so many stories of each site (x for x.example) in one feed."""
    feed = "http://feeds.example/feed"
    desk.apply(feed)
    entries = [
        story(number + 1000 * place, site=f"{site}.example")
        for place, (site, much) in enumerate(sites.items())
        for number in range(much)
    ]
    desk.poll(feed, *entries, next_ms=DAY)


def test_requests_to_a_site_keep_the_gap(desk: Desk) -> None:
    list_stories(desk, x=3)
    assert len(desk.take(5, gap=SECOND).pages) == 1
    assert desk.take(5, gap=SECOND).next_in_ms == SECOND
    desk.now += SECOND - 1
    assert desk.take(5, gap=SECOND).pages == ()
    desk.now += 1
    assert len(desk.take(5, gap=SECOND).pages) == 1


def test_a_site_has_so_many_slots(desk: Desk) -> None:
    list_stories(desk, x=4)
    pages = desk.take(5, per_site=2).pages
    assert len(pages) == 2
    assert desk.take(5, per_site=2).pages == ()
    desk.begin(pages[0])
    assert len(desk.take(5, per_site=2).pages) == 1


def test_a_slot_lapses_with_its_lease(desk: Desk) -> None:
    list_stories(desk, x=2)
    desk.take(1, per_site=1, lease=MINUTE)
    assert desk.take(1, per_site=1).next_in_ms == MINUTE
    desk.now += MINUTE
    assert len(desk.take(1, per_site=1).pages) == 1


def test_extending_a_lease_extends_its_slot(desk: Desk) -> None:
    list_stories(desk, x=2)
    (page,) = desk.take(1, per_site=1, lease=MINUTE).pages
    desk.now += MINUTE // 2
    desk.extend(page, lease=MINUTE)
    desk.now += MINUTE // 2
    assert desk.take(1, per_site=1).pages == ()


def test_every_end_frees_the_slot(desk: Desk) -> None:
    ends = (desk.settle, desk.give_back, desk.bury, desk.publish, desk.hold, desk.resolve, desk.begin)
    list_stories(desk, x=len(ends) + 1)
    for end in ends[:-2]:
        (page,) = desk.take(1, per_site=1).pages
        assert desk.take(1, per_site=1).pages == ()
        end(page)
    assert len(desk.take(1, per_site=1).pages) == 1


def test_polls_and_pages_share_the_gate(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, story(1))
    desk.now += SECOND
    assert len(desk.claim(gap=SECOND, per_site=1).feeds) == 1
    assert desk.take(gap=SECOND, per_site=1).pages == ()
    desk.now += 2 * SECOND
    assert desk.take(gap=SECOND, per_site=1).pages == ()
    desk.now += MINUTE
    assert len(desk.take(gap=SECOND, per_site=1).pages) == 1


def test_recording_a_poll_frees_its_slot(desk: Desk) -> None:
    desk.apply(A)
    (feed,) = desk.claim(per_site=1).feeds
    desk.record(feed, story(1), next_ms=DAY)
    assert len(desk.take(per_site=1).pages) == 1


def test_a_redirect_passes_the_other_sites_gate(desk: Desk) -> None:
    list_stories(desk, x=1, y=2)
    (y_page, x_page) = sorted(desk.take(2, per_site=1).pages, key=lambda page: page.site, reverse=True)
    passage = desk.pass_gate(x_page.id, "y.example")
    assert (passage.is_free, 0 < passage.wait_ms < SECOND) == (False, True)  # a slot may come free any time
    desk.begin(y_page)
    assert desk.pass_gate(x_page.id, "y.example") == SlotReply(True, 0)
    desk.now += SECOND
    assert desk.take(per_site=1).pages == ()
    assert desk.leave_gate(x_page.id, "y.example") == 1
    assert len(desk.take(per_site=1).pages) == 1


def test_who_waits_at_a_gate_has_the_next_moment_for_himself(desk: Desk) -> None:
    list_stories(desk, x=1, y=3)
    desk.take(4, gap=SECOND)
    passages = [desk.pass_gate(name, "y.example", per_site=9) for name in ("a", "b", "c")]
    assert passages == [SlotReply(True, wait * SECOND) for wait in (1, 2, 3)]
    desk.now += 3 * SECOND
    assert desk.take(5, per_site=9, gap=SECOND).pages == ()
    desk.now += SECOND
    assert len(desk.take(5, per_site=9, gap=SECOND).pages) == 1


def test_a_moment_too_far_away_is_left_to_others(desk: Desk) -> None:
    list_stories(desk, x=1, y=1)
    desk.take(2, gap=SECOND)
    assert desk.pass_gate("a", "y.example", per_site=9, patience=SECOND - 1) == SlotReply(False, SECOND)
    desk.now += SECOND
    assert desk.pass_gate("b", "y.example", per_site=9) == SlotReply(True, 0)


def test_the_next_request_of_the_same_page_keeps_the_gap_and_its_slot(desk: Desk) -> None:
    list_stories(desk, x=2)
    (page,) = desk.take(1, per_site=1, gap=SECOND).pages
    assert desk.pass_gate(page.id, "x.example", per_site=1) == SlotReply(True, SECOND)
    assert desk.pass_gate(page.id, "x.example", per_site=1) == SlotReply(True, 2 * SECOND)
    desk.begin(page)
    desk.now += 2 * SECOND
    assert desk.take(1, per_site=1).pages == ()
    desk.now += SECOND
    assert len(desk.take(1, per_site=1).pages) == 1


def test_a_closed_site_gets_no_request(desk: Desk) -> None:
    list_stories(desk, x=2, y=1)
    (page,) = desk.take(1).pages
    assert page.site == "x.example"
    desk.give_back(page, "http_429", close=MINUTE)
    assert [page.site for page in desk.take(5).pages] == ["y.example"]
    assert desk.take(5).next_in_ms == MINUTE
    desk.now += MINUTE
    assert len(desk.take(5).pages) == 2


def test_a_poll_may_close_its_site(desk: Desk) -> None:
    desk.apply(A, B)
    desk.poll(A, story(1), outcome="http_503", ok=False, close_site_ms=MINUTE, next_ms=DAY)
    assert desk.take().pages == ()
    desk.now += MINUTE
    assert len(desk.take().pages) == 1


def test_sites_are_served_in_turn(desk: Desk) -> None:
    list_stories(desk, x=200, y=3, z=3)
    order = [page.site[0] for page in desk.take(9, per_site=100).pages]
    assert order == ["x", "y", "z"] * 3
    desk.now += 1
    assert [page.site[0] for page in desk.take(2, per_site=100).pages] == ["x", "x"]


def test_a_large_site_starves_nobody_over_many_takes(desk: Desk) -> None:
    list_stories(desk, x=50)
    desk.now += MINUTE
    desk.apply("http://late.example/feed")
    desk.poll("http://late.example/feed", *(story(n, site=f"late{n}.example") for n in range(5)), next_ms=DAY)
    served = []
    for _ in range(12):
        for page in desk.take(1, per_site=1).pages:
            served.append(page.site)
            desk.settle(page)
        desk.now += 1
    assert {f"late{n}.example" for n in range(5)} <= set(served)


def test_a_site_of_many_feeds_starves_nobody(desk: Desk) -> None:
    desk.apply(*(f"http://big.example/{n}" for n in range(300)), "http://small.example/feed")
    first = desk.claim(10, per_site=2).feeds
    assert sum(feed.site == "small.example" for feed in first) == 1
    assert len(first) == 3


def test_many_closed_sites_cost_a_bounded_number_of_looks(desk: Desk) -> None:
    sites = 300
    feed = "http://feeds.example/feed"
    desk.apply(feed)
    desk.poll(feed, *(story(n, site=f"s{n}.example") for n in range(2 * sites)), next_ms=DAY)
    for n in range(sites):
        desk.client.set(desk.keys.gate(f"s{n}.example"), desk.now + DAY)
    got: list[str] = []
    calls = 0
    while len(got) < sites:
        calls += 1
        before = desk.client.info("commandstats").get("cmdstat_zrange", {}).get("calls", 0)
        answer = desk.take(16)
        after = desk.client.info("commandstats")["cmdstat_zrange"]["calls"]
        assert after - before < 400
        got += [page.site for page in answer.pages]
        assert answer.pages or answer.next_in_ms == 0
    assert calls < 40


def test_a_site_leaves_no_keys_behind(desk: Desk) -> None:
    (page,) = desk.start(story(1))
    desk.publish(page)
    assert 0 < desk.client.pttl(desk.keys.gate("a.example")) <= MINUTE
    assert not desk.client.exists(desk.keys.slots("a.example"))
    assert not desk.client.exists(desk.keys.page_queue("a.example"))


def test_pages_that_need_no_request_pass_no_gate(desk: Desk) -> None:
    desk.apply(A)
    desk.poll(A, *(Entry(guid=f"n{number}", summary=f"Note {number}") for number in range(3)))
    assert len(desk.take(5, gap=SECOND, per_site=1).pages) == 3
