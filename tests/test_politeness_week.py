"""A simulated week of polls and pages: the report finds nothing, and an independent auditor agrees."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

import pytest
import redis.asyncio
from ledger_desk import DAY, NOON, SECOND
from week import AGENT, HOUR, Channel, Logged, Week, week_of

import scheduler.conclude
import scheduler.poll
from feedmill._ledger.feed_calls import feeds
from scheduler.judge import Request

RETRY = (1, 2)


def world() -> list[Channel]:
    """Make a small world: lively, daily and dead feeds, refusals, moves, ends."""
    channels = [Channel(host=f"127.0.1.{n}", name=f"lively{n}", every=3 + n) for n in RETRY]
    channels += [Channel(host="127.0.1.3", name=f"daily{n}", every=24) for n in range(2)]
    channels += [Channel(host="127.0.1.4", name=f"dead{n}") for n in range(3)]
    return [
        *channels,
        Channel(host="127.0.1.5", name="fresh", every=5, max_age=7200),
        Channel(host="127.0.1.6", name="bare", every=12, validators=False),
        Channel(host="127.0.1.7", name="gone", every=12, gone_after=2 * DAY),
        Channel(host="127.0.1.8", name="away", every=8, to="127.0.1.1"),
        Channel(host="127.0.1.9", name="shy", every=6, closed=True),
        Channel(
            host="127.0.1.10", name="tired", every=4,
            refuses=((DAY, DAY + 5 * HOUR, 429), (4 * DAY, 4 * DAY + 9 * HOUR, 503)),
        ),
        Channel(host="127.0.1.10", name="neighbour", every=9),
    ]  # fmt: skip


class Auditor:
    """Reads the origin's log, and knows nothing of what feedmill has recorded."""

    def __init__(self, log: Iterable[Logged], channels: Iterable[Channel]) -> None:
        self.log = sorted(log, key=lambda line: line.at)
        self.channels = list(channels)
        self.sites: dict[str, list[Logged]] = defaultdict(list)
        for line in self.log:
            self.sites[line.site].append(line)

    def broken(self) -> dict[str, set[str]]:
        """Name the rules that were broken at each site."""
        found: dict[str, set[str]] = defaultdict(set)
        for site, lines in self.sites.items():
            shortest = self.shortest(site)
            if shortest is not None and shortest < SECOND * 0.75:
                found[site].add("gap")
            if self._in_rest(lines):
                found[site].add("retry_after")
            if any(AGENT not in line.sent["user-agent"] for line in lines):
                found[site].add("agent")
            found[site] |= {
                name for name in ("cookie", "referer") if any(name in line.sent for line in lines)
            }
        for channel in self.channels:
            found[channel.host] |= self._feed(channel)
        return {site: rules for site, rules in found.items() if rules}

    def shortest(self, site: str) -> int | None:
        return min((after.at - before.at for before, after in pairwise(self.sites[site])), default=None)

    def _in_rest(self, lines: list[Logged]) -> bool:
        until, since = 0, 0
        for line in lines:
            if since + 2 * SECOND < line.at < until - 2 * SECOND:
                return True
            if line.status in (429, 503):
                since, until = line.at, max(until, line.at + int(line.given["retry-after"]) * SECOND)
        return False

    def _feed(self, channel: Channel) -> set[str]:
        asked = [line for line in self.sites[channel.host] if line.path == channel.path]
        answers = [line for line in self.log if line.path == channel.path and line.status in (200, 304)]
        etags = {line.given.get("etag") for line in answers}
        found = set()
        full = [line.at for line in asked if "if-none-match" not in line.sent]
        if channel.validators and any(c - a < 23 * HOUR for a, c in zip(full, full[2:], strict=False)):
            found.add("unconditional")
        if any(line.sent.get("if-none-match") not in {None, *etags} for line in asked):
            found.add("validator")
        gaps = [after.at - before.at for before, after in pairwise(asked)]
        if not channel.every and min(gaps, default=DAY) < 55 * HOUR // 60:
            found.add("hourly")
        if min(gaps, default=DAY) < 60 * SECOND:
            found.add("twice")
        if channel.max_age and min(gaps, default=DAY) < channel.max_age * SECOND - 2 * SECOND:
            found.add("fresh")
        ends = [line.at for line in asked if line.status == 410]
        if ends and asked[-1].at > ends[0]:
            found.add("gone")
        return found


async def agree(week: Week, auditor: Auditor) -> dict[str, set[str]]:
    """Hold the report against the auditor's findings; answers the broken rules by site."""
    reports = await week.report()
    assert set(reports) == set(auditor.sites)
    feeds = {channel.path for channel in auditor.channels}
    for site, report in reports.items():
        lines = auditor.sites[site]
        assert report.counts["requests"] == len(lines)
        own = {channel.path for channel in auditor.channels if channel.host == site}
        polls = [line for line in lines if line.path in own]
        assert report.counts.get("polls", 0) == len(polls)
        conditional = [line for line in polls if "if-none-match" in line.sent]
        assert report.counts.get("conditional", 0) == len(conditional)
        assert report.counts.get("not_modified", 0) == sum(line.status == 304 for line in lines)
        assert report.counts.get("robots", 0) == sum(line.path == "/robots.txt" for line in lines)
        pages = [line for line in lines if line.path not in feeds and line.path != "/robots.txt"]
        assert report.counts.get("pages", 0) == len(pages)
        shortest = auditor.shortest(site)
        if shortest is not None:  # times are taken at the two ends of the wire
            assert abs(report.counts["shortest"] - shortest) < 250
    return {site: set(report.broken) for site, report in reports.items() if report.broken}


@pytest.mark.timeout(180)
async def test_a_week_breaks_no_rule_of_the_audits(redis_client: redis.asyncio.Redis, redis_url: str) -> None:
    channels = world()
    async with week_of(channels, redis_client, redis_url) as week:
        await week.live(7 * DAY)
        auditor = Auditor(week.world.log, channels)
        broken = await agree(week, auditor)
        reports = await week.report()
    assert auditor.broken() == {}
    assert broken == {}
    assert len(auditor.log) > 800
    polls = sum(report.counts.get("polls", 0) for report in reports.values())
    conditional = sum(report.counts.get("conditional", 0) for report in reports.values())
    assert conditional > polls * 0.8
    assert not [line for line in auditor.log if line.path.startswith("/closed/")]
    for site, lines in auditor.sites.items():
        fetched = [line.at for line in lines if line.path == "/robots.txt"]
        assert all(after - before >= DAY for before, after in pairwise(fetched)), site
        pages = [line.at for line in lines if line.path.startswith("/open/")]
        assert not pages or fetched[0] <= pages[0]
    settled = (await redis_client.hgetall(week.keys.counts()))[b"settled:robots"]
    assert int(settled) >= 20
    assert max(line.at for line in auditor.log if line.site == "127.0.1.7") < NOON + 3 * DAY


CHANGING = ("edited", "deleted", "reguided", "reordered", "restamped", "burst", "moved", "")


def changing() -> list[Channel]:
    """Make a site for each way in which sites change under a reader."""
    return [
        Channel(
            host=f"127.0.2.{place}", name=kind or "steady", every=24 if kind == "burst" else 6, kind=kind,
            to="127.0.2.99" if kind == "moved" else "",
        )
        for place, kind in enumerate(CHANGING, start=1)
    ]  # fmt: skip


@pytest.mark.timeout(180)
async def test_a_week_of_changing_sites_misses_nothing_and_doubles_nothing(
    redis_client: redis.asyncio.Redis, redis_url: str
) -> None:
    channels = changing()
    async with week_of(channels, redis_client, redis_url) as week:
        first = {one.name: set(week.world.numbers(one)) for one in channels}
        await week.live(7 * DAY)
        world = week.world
        due = {
            one.name: {
                number
                for number in range(min(first[one.name]), max(world.numbers(one)) + 1)
                if NOON < world.published(one, number) < world.clock.now - 2 * HOUR
            }
            for one in channels
        }
        auditor = Auditor(world.log, channels)
        reports = await week.report()
        moved_to = {one.url: one.moved_to for one in await week.ledger.run(feeds(week.keys)) if one.moved_to}
        told = [fields for _, fields in await redis_client.xrange(week.keys.stream())]
    assert auditor.broken() == {}
    assert {site: report.broken for site, report in reports.items() if report.broken} == {}
    events: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for fields in told:
        _, name, number = fields[b"url"].decode().rsplit("/", 2)
        events[name][fields[b"event"].decode()].append(int(number))
    for one in channels:
        created = events[one.name]["created"]
        assert len(created) == len(set(created)), one
        assert due[one.name] <= set(created), one
        assert one.kind == "deleted" or first[one.name] <= set(created), one
        fetched = Counter(line.path for line in auditor.log if f"/{one.name}/" in line.path)
        if one.kind not in {"edited", "deleted"}:
            assert set(events[one.name]) == {"created"}, one
            again = [path for path, times in fetched.items() if times > 1]
            assert len(again) <= (5 if one.kind == "moved" else 0), one  # a new link is looked at
    assert len(events["edited"]["updated"]) == len(set(events["edited"]["updated"])) > 20
    assert len(events["deleted"]["retracted"]) == len(set(events["deleted"]["retracted"])) > 20
    misses = defaultdict(list)
    for line in auditor.log:
        if line.status == 404:
            misses[line.path].append(line.at)
    assert all(len(at) <= 2 and at[-1] - at[0] >= HOUR for at in misses.values() if len(at) > 1)
    assert list(moved_to.values()) == [f"http://127.0.2.99:{world.port}/moved.xml"]
    old = [line.at for line in auditor.log if line.site == "127.0.2.7" and line.path == "/moved.xml"]
    assert NOON + 4 * DAY < max(old) < NOON + 5 * DAY


def without_validators(*given: object) -> Request:
    feed = given[0]
    return Request(url=feed.url, headers={}, conditional=False)  # type: ignore[attr-defined]


def deaf(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("unconditional", (scheduler.poll, "request_for", without_validators)),
        ("fresh", (scheduler.conclude, "freshness", deaf)),
        ("gap", None),
        ("retry_after", (scheduler.conclude, "retry_after_s", deaf)),
    ],
)
@pytest.mark.timeout(120)
async def test_a_broken_run_is_found(
    redis_client: redis.asyncio.Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch,
    rule: str, fault: tuple[object, str, object] | None,
) -> None:  # fmt: skip
    channels = [
        Channel(host="127.0.1.1", name="one", every=3),
        Channel(host="127.0.1.1", name="two", every=3, max_age=7200),
        Channel(host="127.0.1.2", name="three", every=2, refuses=((3 * HOUR, 20 * HOUR, 503),)),
    ]
    if fault:
        monkeypatch.setattr(*fault)
    gap = {"forgetful": rule == "retry_after"} if fault else {"real_gap_ms": 0}
    async with week_of(channels, redis_client, redis_url, **gap) as week:
        await week.live(DAY)
        auditor = Auditor(week.world.log, channels)
        broken = await agree(week, auditor)
    assert rule in set().union(*broken.values())
    seen = {site: rules - {"at_once"} for site, rules in broken.items()}  # a log of arrivals shows no overlap
    assert {site: rules for site, rules in seen.items() if rules} == auditor.broken()
