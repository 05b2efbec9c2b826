"""A site's pace: the operator's rules, Crawl-delay, slow and refusing servers; and what is written down."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from ledger_desk import DAY, MINUTE, SECOND, Desk, story

from feedmill._ledger.core.operation_result_types import RobotsState
from feedmill._ledger.core.records import FeedSpec, RequestRecord
from feedmill._ledger.core.site_and_route_rules import SiteRule
from feedmill._ledger.operations.origin_file_operations import read_robots, store_robots

SITE = "x.example"
URL = "http://x.example/feed"
HOUR = 60 * MINUTE
_names = count()


def sent(**more: Any) -> RequestRecord:
    """Make a request as the journal records it, answered at once."""
    given = {"site": SITE, "url": URL, "kind": "page", "age": 0, "lasted": 0, "latency": 50, "status": 200}
    return RequestRecord(**{**given, **more})


def listed(desk: Desk, much: int = 9) -> None:
    feed = "http://feeds.example/feed"
    desk.apply(feed)
    desk.poll(feed, *(story(number, site=SITE) for number in range(much)), next_ms=DAY)


def gap_of(desk: Desk, *, gap: int = SECOND) -> int | None:
    """Take a page and tell after how long the next one may be taken."""
    desk.now += HOUR
    assert len(desk.take(1, gap=gap).pages) == 1
    return desk.take(1, gap=gap).next_in_ms


def test_the_operators_word_for_a_site_stands(desk: Desk) -> None:
    listed(desk)
    assert desk.rule(x=SiteRule(gap_ms=7 * SECOND, per_site=1, reason="asked")) == (SITE,)
    assert desk.rule(x=SiteRule(gap_ms=7 * SECOND, per_site=1, reason="asked")) == ()
    assert gap_of(desk) == 7 * SECOND
    desk.now += 7 * SECOND
    assert desk.take(1, gap=SECOND).pages == ()  # one at a time
    desk.now += MINUTE
    assert desk.report(SITE)[0].pace == (7 * SECOND, 1)
    assert desk.rule() == (SITE,)
    assert desk.report(SITE)[0].pace is None


def test_a_rule_may_be_quicker_than_what_all_sites_get(desk: Desk) -> None:
    listed(desk)
    desk.rule(x=SiteRule(gap_ms=100, per_site=8))
    assert gap_of(desk) == 100
    assert desk.client.pttl(desk.keys.pace(SITE)) == -1


def test_slow_answers_slow_the_requests_and_quick_ones_mend_it(desk: Desk) -> None:
    listed(desk)
    for _ in range(8):
        desk.sent(sent(latency=3000))
    assert 2000 < (desk.report(SITE)[0].pace or (0, 0))[0] <= 3000
    assert (desk.report(SITE)[0].pace or (0, 0))[1] == 1
    for _ in range(20):
        desk.sent(sent())
    assert desk.report(SITE)[0].pace is None


def test_refusals_slow_a_site_more_each_time_and_good_answers_heal_it(desk: Desk) -> None:
    gaps = []
    for status in (429, 503, 429):
        desk.sent(sent(status=status))
        gaps.append((desk.report(SITE)[0].pace or (0, 0))[0])
    assert gaps == [2000, 4000, 8000]
    for _ in range(20):
        desk.sent(sent(status=429))
    assert (desk.report(SITE)[0].pace or (0, 0)) == (MINUTE, 1)  # the longest gap that is set
    for _ in range(24):
        desk.sent(sent())
    assert desk.report(SITE)[0].pace is None


def test_time_heals_refusals_too(desk: Desk) -> None:
    desk.sent(sent(status=429))
    desk.now += HOUR
    desk.sent(sent())
    assert desk.report(SITE)[0].pace is None


def keep(desk: Desk, *, crawl: int = 0, verdict: str = "rules", failed: bool = False, ms: int = DAY) -> None:
    desk.run(
        store_robots(
            desk.keys, origin="http://x.example", site=SITE, verdict=verdict, rules=b"r", keep_ms=ms,
            failed=failed, crawl_ms=crawl, per_site=2, gap_ms=SECOND, most_ms=MINUTE, owner="w",
            token=desk.token(),
        )
    )  # fmt: skip


def ask(desk: Desk, owner: str = "w") -> RobotsState:
    return desk.run(
        read_robots(
            desk.keys, origin="http://x.example", lease_ms=20 * SECOND, owner=owner, token=desk.token()
        )
    )


@pytest.mark.parametrize(("crawl", "gap"), [(10 * SECOND, 10 * SECOND), (DAY, MINUTE), (100, SECOND)])
def test_a_crawl_delay_is_kept_up_to_the_longest_gap(desk: Desk, crawl: int, gap: int) -> None:
    listed(desk)
    keep(desk, crawl=crawl)
    assert gap_of(desk) == gap


def test_a_crawl_delay_gives_way_to_the_operator(desk: Desk) -> None:
    listed(desk)
    desk.rule(x=SiteRule(gap_ms=2 * SECOND))
    keep(desk, crawl=30 * SECOND)
    assert gap_of(desk) == 2 * SECOND


def test_what_no_site_answers_while_the_line_is_down_stays_so_until_the_next_probe(desk: Desk) -> None:
    listed(desk)
    call = {
        "site": SITE, "verdict": "unreachable", "rules": b"", "keep_ms": HOUR, "failed": True, "crawl_ms": 0,
        "per_site": 2, "gap_ms": SECOND, "most_ms": MINUTE, "unreached": "connect", "owner": "w",
    }  # fmt: skip
    kept = [
        desk.run(
            store_robots(desk.keys, origin=f"http://{name}", token=desk.token(), **{**call, "site": name})
        )
        for name in ("x.example", "y.example", "z.example")
    ]
    assert kept[0] == HOUR  # one site that does not answer is no line
    assert kept[2] == 15 * SECOND


def test_one_of_many_fetches_a_robots_file(desk: Desk) -> None:
    assert [ask(desk).what for _ in range(3)] == ["fetch", "wait", "wait"]
    desk.now += 20 * SECOND  # the fetcher died
    assert [ask(desk).what for _ in range(2)] == ["fetch", "wait"]
    keep(desk)
    assert (ask(desk).what, ask(desk).rules) == ("known", b"r")
    desk.now += DAY
    assert ask(desk).what == "fetch"


def test_a_dead_fetcher_leaves_the_robots_file_to_others_at_once(desk: Desk) -> None:
    assert [ask(desk, owner).what for owner in ("a", "b")] == ["fetch", "wait"]
    assert desk.abandon("b").robots == 0
    assert ask(desk, "b").what == "wait"
    assert desk.abandon("a").robots == 1
    assert [ask(desk, owner).what for owner in ("b", "a")] == ["fetch", "wait"]


def test_a_fetch_that_came_to_nothing_is_left_to_others_and_what_was_known_stays(desk: Desk) -> None:
    ask(desk)
    keep(desk, verdict="unreachable", failed=True, ms=MINUTE)
    desk.now += MINUTE
    assert ask(desk).failures == 1
    assert [desk.leave_robots("http://x.example", owner) for owner in ("other", "w", "w")] == [
        False,
        True,
        False,
    ]
    assert (ask(desk).what, ask(desk).what) == ("fetch", "wait")
    keep(desk)
    assert desk.abandon().robots == 0
    assert ask(desk).what == "known"


def test_a_claim_that_lapsed_is_not_taken_from_who_has_it_now(desk: Desk) -> None:
    ask(desk, "a")
    desk.now += 20 * SECOND
    assert ask(desk, "b").what == "fetch"
    assert desk.abandon("a").robots == 0
    assert ask(desk, "c").what == "wait"


def test_an_unreachable_robots_file_is_asked_for_later_each_time(desk: Desk) -> None:
    for failures in range(3):
        state = ask(desk)
        assert (state.what, state.failures) == ("fetch", failures)
        keep(desk, verdict="unreachable", failed=True, ms=MINUTE)
        assert ask(desk).verdict == "unreachable"
        desk.now += MINUTE
    ask(desk)
    keep(desk)
    desk.now += DAY
    assert ask(desk).failures == 0


def broken(desk: Desk) -> dict[str, int]:
    return dict(desk.report(SITE)[0].broken)


def test_gaps_and_the_most_at_a_time_are_measured_in_any_order(desk: Desk) -> None:
    desk.now += MINUTE
    desk.sent(sent(age=9000, lasted=100), sent(age=1000, lasted=100))
    desk.sent(sent(age=6000, lasted=5500))
    report = desk.report(SITE)[0]
    assert (report.counts["shortest"], report.counts["at_once"], report.broken) == (3000, 2, {})
    desk.sent(sent(age=5900, lasted=5300), sent(age=5000, lasted=4500))
    report = desk.report(SITE)[0]
    assert (report.counts["shortest"], report.counts["at_once"]) == (100, 4)
    assert report.broken == {"gap": 1, "at_once": 2}
    assert report.counts["requests"] == 5


def test_a_record_that_comes_late_tells_when_the_request_was_made(desk: Desk) -> None:
    made = desk.now
    desk.now += 8 * SECOND  # the server was away
    desk.sent(sent(age=5, lasted=5), at_ms=made)
    desk.sent(sent(status=429, retry=MINUTE, age=5, lasted=5), at_ms=desk.now + HOUR)  # none is of later
    report = desk.report(SITE)[0]
    assert (report.counts["shortest"], report.broken) == (8 * SECOND, {})


def test_a_request_in_a_rest_is_found(desk: Desk) -> None:
    desk.sent(sent(status=429, retry=HOUR))
    desk.now += MINUTE
    desk.sent(sent(), sent(site="y.example"))
    assert broken(desk) == {"retry_after": 1}
    desk.now += HOUR
    desk.sent(sent())
    assert broken(desk) == {"retry_after": 1}


FEED = {"kind": "feed", "given": ("e1",), "body": "b"}
AGAIN = {"status": 304, "conditional": True, "validators": ("e1",), "body": ""}


@pytest.mark.parametrize(
    ("first", "after", "second", "rules"),
    [
        ({}, HOUR, AGAIN, []),
        ({}, 10 * MINUTE, AGAIN, []),
        ({}, 30 * SECOND, AGAIN, ["twice"]),
        ({}, 30 * SECOND, {**AGAIN, "excused": "interval"}, []),
        ({}, HOUR, {**AGAIN, "validators": ("e2",)}, ["validator"]),
        ({"fresh": 2 * HOUR}, HOUR, AGAIN, ["fresh"]),
        ({"fresh": 2 * HOUR}, HOUR, {**AGAIN, "excused": "interval false_304"}, []),
        ({"fresh": 2 * HOUR}, 2 * HOUR, AGAIN, []),
        ({"status": 410, "given": ()}, DAY, {"given": ()}, ["gone"]),
        ({"status": 410, "given": ()}, DAY, {"status": 410, "hop": 1, "given": ()}, []),
        ({"status": 410, "url": f"{URL}/moved", "given": ()}, DAY, {"given": ()}, []),
    ],
)
def test_what_a_feed_was_asked_is_held_against_what_it_said(
    desk: Desk, first: Mapping[str, Any], after: int, second: Mapping[str, Any], rules: list[str]
) -> None:
    desk.sent(sent(**{**FEED, "name": "f", **first}))
    desk.now += after
    desk.sent(sent(**{**FEED, "name": "f", **second}), sent(**{**FEED, "name": "other", "age": 9000}))
    assert sorted(broken(desk)) == rules


def test_full_requests_of_a_feed_with_validators_come_daily_at_most(desk: Desk) -> None:
    for after, times in ((HOUR, 0), (HOUR, 0), (DAY, 1), (DAY, 1), (DAY, 1)):
        desk.sent(sent(**FEED, name="f"))
        assert broken(desk).get("unconditional", 0) == times
        desk.now += after
    assert desk.report(SITE)[0].counts["full"] == 5


def test_full_requests_of_a_feed_without_validators_are_no_offence(desk: Desk) -> None:
    for _ in range(5):
        desk.sent(sent(kind="feed", name="f", body="b"))
        desk.now += HOUR
    assert broken(desk) == {}


def test_a_silent_feed_is_asked_hourly_at_most(desk: Desk) -> None:
    desk.sent(sent(**FEED, name="f"))
    for _ in range(2 * 24 * 2):
        desk.now += 30 * MINUTE
        desk.sent(sent(**{**FEED, **AGAIN, "name": "f"}))
    assert broken(desk) == {}
    assert desk.report(SITE)[0].counts["quick"] == 96
    desk.now += 2 * DAY
    desk.sent(sent(**{**FEED, **AGAIN, "name": "f"}))
    desk.now += 30 * MINUTE
    desk.sent(sent(**{**FEED, **AGAIN, "name": "f"}))
    assert broken(desk) == {"hourly": 1}


def test_a_robots_file_is_fetched_daily_at_most(desk: Desk) -> None:
    for after, times in ((HOUR, 0), (DAY, 1), (DAY, 1)):
        desk.sent(sent(kind="robots", name="http://x.example"))
        assert broken(desk).get("robots", 0) == times
        desk.now += after


def test_what_is_written_down_is_bounded_and_ends(desk: Desk) -> None:
    for number in range(100):
        desk.sent(sent(kind="feed", name="f", given=(f"e{number}",), age=number))
    assert desk.client.zcard(desk.keys.recent(SITE)) <= 32
    assert desk.client.strlen(desk.keys.asked("f")) < 300
    kept = [desk.keys.recent(SITE), desk.keys.asked("f"), desk.keys.site(SITE), desk.keys.pace(SITE)]
    kept += desk.client.keys(desk.keys.sent(SITE) + ":*")
    assert all(desk.client.pttl(key) > 0 for key in kept if desk.client.exists(key))
    desk.now += 36 * DAY
    desk.sent(sent(site="y.example"))
    assert desk.client.zrange(desk.keys.sent_sites(), 0, -1) == [b"y.example"]


def test_a_site_with_a_thousand_feeds_starves_nobody(desk: Desk) -> None:
    crowd = [f"http://crowd.example/{number}" for number in range(1000)]
    others = [f"http://s{number}.example/feed" for number in range(50)]
    desk.apply(*(FeedSpec(url=url, source="A") for url in crowd + others))
    done: dict[str, int] = {}
    start = desk.now
    while len(done) < 50:
        for feed in desk.claim(8, gap=SECOND).feeds:
            if feed.site != "crowd.example":
                done[feed.url] = desk.now - start
            desk.record(feed, next_ms=HOUR)
        desk.now += 100
    assert max(done.values()) < 5 * SECOND
    crowded = desk.claim(100, gap=SECOND).feeds
    assert len(crowded) <= 1
    pages = [story(number, site="crowd.example") for number in range(300)]
    pages += [story(number, site=f"s{number}.example") for number in range(300, 320)]
    desk.now += HOUR
    feeds = [feed for feed in desk.claim(100, gap=SECOND, per_site=9).feeds if feed.site != "crowd.example"]
    desk.record(feeds[0], *pages, next_ms=DAY)
    desk.now += MINUTE
    taken = [page.site for _ in range(4) for page in desk.take(12, gap=SECOND).pages]
    assert taken.count("crowd.example") == 1
    assert len(taken) == 21


@pytest.mark.parametrize("kind", ["feed", "page", "robots", "other"])
def test_a_site_that_names_a_time_is_closed_whatever_was_asked_of_it(desk: Desk, kind: str) -> None:
    listed(desk)
    desk.sent(sent(kind=kind, name="any", status=503, retry=2 * HOUR))
    desk.now += HOUR
    assert desk.take(1).pages == ()
    desk.now += HOUR + SECOND
    assert len(desk.take(1).pages) == 1


def test_a_validator_that_is_given_again_and_again_is_known(desk: Desk) -> None:
    for number in range(12):
        asked = ("same",) if number else ()
        answer = sent(
            kind="feed", name="f", validators=asked, given=(f"new{number}", "same"), conditional=True
        )
        desk.sent(answer)
        desk.now += HOUR
    assert "validator" not in desk.report(SITE)[0].broken
