"""A simulated week of polls and pages: the report finds nothing, and an independent auditor agrees."""

from collections import Counter, defaultdict
from itertools import pairwise

import redis.asyncio
from ledger_desk import DAY, NOON
from week import HOUR, Channel, week_of
from week_auditor import Auditor, agree

from feedmill._ledger.operations.feed_operations import list_feeds

RETRY = (1, 2)


CHANGING = ("edited", "deleted", "reguided", "reordered", "restamped", "burst", "moved", "")


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


def changing() -> list[Channel]:
    """Make a site for each way in which sites change under a reader."""
    return [
        Channel(
            host=f"127.0.2.{place}", name=kind or "steady", every=24 if kind == "burst" else 6, kind=kind,
            to="127.0.2.99" if kind == "moved" else "",
        )
        for place, kind in enumerate(CHANGING, start=1)
    ]  # fmt: skip


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
        moved_to = {
            one.url: one.moved_to for one in await week.ledger.run(list_feeds(week.keys)) if one.moved_to
        }
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
