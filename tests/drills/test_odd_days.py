"""Days of sites that lie, loop and rest: nothing is missed or doubled, and nobody is hammered."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import redis.asyncio
from ledger_desk import DAY, NOON
from origin import Reply, Seen
from week import HOUR, Channel, Logged, World, page_of, week_of

from feedmill._ledger.operations.feed_operations import list_feeds

REST = "<html><title>Under maintenance</title><h1>Under maintenance</h1><p>We will be back soon.</p></html>"
KINDS = ("liar", "loop", "resting", "replicas", "emptied", "short", "long")


@dataclass(slots=True)
class OddWorld(World):
    """What each kind does stands in `_reply` and `numbers`."""

    answers: Counter[str] = field(default_factory=Counter)

    def _reply(self, site: str, seen: Seen) -> Reply:
        spent = self.clock.now - NOON
        if seen.path == "/loop.xml" and DAY < spent < 2 * DAY:
            return self._to(301, site, seen.path)
        if seen.path == "/resting.html":
            return Reply(body=REST)
        if "/open/resting/" in seen.path and DAY < spent < 2 * DAY:
            return self._to(302, site, "/resting.html")
        if seen.path.startswith("/short/"):
            return self._to(302, site, f"/open/pair{seen.path.removeprefix('/short')}")
        if seen.path.startswith("/open/pair/"):
            return Reply(body=page_of(seen.path))
        return World._reply(self, site, seen)

    def _to(self, status: int, site: str, path: str) -> Reply:
        return Reply(status=status, headers={"Location": f"http://{site}:{self.port}{path}"})

    def _feed(self, channel: Channel, site: str, seen: Seen) -> Reply:
        self.answers[channel.kind] += 1
        if channel.kind != "liar":
            return World._feed(self, channel, site, seen)
        if "if-none-match" in seen.headers:
            return Reply(status=304, type=None, headers={"ETag": '"the same"'})
        document = self.document(channel, site, self.numbers(channel))
        return Reply(body=document, type="application/rss+xml", headers={"ETag": '"the same"'})

    def numbers(self, channel: Channel, page: int = 1) -> list[int]:
        listed = World.numbers(self, channel, page)
        if channel.kind == "replicas" and self.answers["replicas"] % 2:
            return [number - 2 for number in listed]  # one of two servers lags behind
        if channel.kind == "emptied" and self.answers["emptied"] % 3 == 0:
            return []
        return listed

    def _item(self, channel: Channel, site: str, number: int) -> str:
        item = World._item(self, channel, site, number)
        place = {"short": "/short", "long": "/open/pair"}.get(channel.kind, f"/open/{channel.name}")
        return item.replace(f"/open/{channel.name}/{number}<", f"{place}/{number}<")


def odd() -> list[Channel]:
    """Make a site a kind; the two feeds that list the same pages share one."""
    return [
        Channel(
            host=f"127.0.3.{min(place, 6)}", name=kind, kind=kind, every=12 if kind == "loop" else 6,
            validators=kind != "emptied",
        )
        for place, kind in enumerate(KINDS, start=1)
    ]  # fmt: skip


async def test_days_of_odd_sites_miss_nothing_double_nothing_and_hammer_nobody(
    redis_client: redis.asyncio.Redis, redis_url: str
) -> None:
    channels = odd()
    async with week_of(channels, redis_client, redis_url, kind=OddWorld) as week:
        await week.live(4 * DAY)
        world = week.world
        moved = [one.url for one in await week.ledger.run(list_feeds(week.keys)) if one.moved_to]
        told = [fields for _, fields in await redis_client.xrange(week.keys.stream())]
        events = [fields for _, fields in await redis_client.xrange(week.keys.events_stream())]
        reports = await week.report()
    assert moved == []
    assert {site: report.broken for site, report in reports.items() if report.broken} == {}
    out: dict[str, list[int]] = defaultdict(list)
    for fields in told:
        _, name, number = fields[b"url"].decode().rsplit("/", 2)
        assert fields[b"event"] in {b"created", b"listed"}
        if fields[b"event"] == b"created":
            out[name].append(int(number))
    for name in ("liar", "loop", "resting", "replicas", "emptied", "pair"):
        assert len(out[name]) == len(set(out[name])), name
        every = (12 if name == "loop" else 6) * HOUR
        due = range(NOON // every - 4, (NOON + 4 * DAY - 6 * HOUR) // every + 1)
        assert set(due) <= set(out[name]), name
    names = {(fields[b"source"].decode(), fields[b"event"].decode()) for fields in events}
    assert names == {("liar", "feed_false_304"), ("loop", "feed_failing"), ("loop", "feed_recovered")}
    asked: dict[str, list[Logged]] = defaultdict(list)
    for line in world.log:
        asked[line.path].append(line)
    assert len([line for line in asked["/loop.xml"] if line.status == 301]) < 12
    waited = [lines for path, lines in asked.items() if path.startswith("/open/resting/")]
    assert max(len(lines) for lines in waited) in range(2, 12)
    assert len(asked["/resting.html"]) < 40
