"""What remembering costs in Redis: figures that issue after issue must keep."""

import redis
from ledger_desk import DAY, MONTH, SECOND, Desk, story

from feedmill._ledger.core.records import Entry, FeedSpec


def cost(client: redis.Redis, pattern: str) -> int:
    return sum(client.memory_usage(key, samples=0) or 0 for key in client.scan_iter(pattern, count=1000))


def publish_all(desk: Desk, articles: int, *, per_poll: int = 200) -> None:
    """List articles with guids of their own in one feed, resolve each under one more link, publish it."""
    feed = "http://a.example/feed"
    desk.apply(feed)
    for start in range(0, articles, per_poll):
        desk.poll(feed, *(story(number) for number in range(start, min(start + per_poll, articles))))
        pages = desk.take(per_poll, per_site=per_poll).pages
        for page in pages:
            desk.resolve(page, f"{page.url}/canonical")
            desk.publish(page)
        desk.now += SECOND


def test_a_published_article_with_aliases_costs_at_most_200_bytes(desk: Desk) -> None:
    articles = 1000
    publish_all(desk, articles)
    each = cost(desk.client, desk.keys.volume() + "*") / articles
    assert each <= 110  # 87 when written; the budget is 200


def test_a_remembered_entry_costs_at_most_40_bytes(desk: Desk) -> None:
    desk.apply(*(f"http://s{n}.example/feed" for n in range(40)))
    for n in range(40):
        url = f"http://s{n}.example/feed"
        desk.poll(url, known=[story(number) for number in range(50)], next_ms=DAY)
    each = cost(desk.client, desk.keys.seen() + "*") / (40 * 50)
    assert each <= 20  # 17.7 when written; the budget is 40


def test_a_feed_costs_at_most_a_kilobyte(desk: Desk) -> None:
    feeds = 500
    urls = [f"https://news.site-{n}.example/section/world/feed/rss.xml" for n in range(feeds)]
    desk.apply(*(FeedSpec(url=url, source=f"Site {n}", tags=("world", "en")) for n, url in enumerate(urls)))
    state = {
        "title": "The World Section of a Site",
        "etag": '"5f3c-60b2a7d5c8f40"',
        "modified": "Mon, 23 Nov 2026 20:00:00 GMT",
        "body_hash": "0123456789abcdef" * 2,
        "status": 200,
        "notes": '["'
        + "r" * 83
        + '",[3600,86400,0,0],"rhythm=12345 ttl=3600 max_age=600",1795465348,1795465348,3]',
    }
    for _ in range(feeds // 100):
        for feed in desk.claim(100).feeds:
            desk.record(feed, final_url=feed.url, next_ms=DAY, **state)
    for key in desk.client.scan_iter(desk.keys.reply("*"), count=1000):
        desk.client.delete(key)
    for key in desk.client.scan_iter(desk.keys.gate("*"), count=1000):
        desk.client.delete(key)
    each = cost(desk.client, "*") / feeds
    assert desk.census().feeds_due == 0
    assert each <= 860  # 842 when written (about 1,000 in Redis 7.0); the budget is 1024


def test_memory_is_found_again_in_every_volume_until_volumes_expire(desk: Desk) -> None:
    publish_all(desk, 3200)
    volumes = {k: v for k, v in desk.client.hgetall(desk.keys.memory()).items() if k.isdigit()}
    assert len(volumes) == 2  # 64 shards of 96 names, then 256
    shards = list(desk.client.scan_iter(desk.keys.volume() + "*"))
    assert {desk.client.object("ENCODING", shard) for shard in shards} == {b"listpack"}  # the full ones too
    assert all(desk.client.pttl(shard) > 90 * DAY for shard in shards)
    desk.apply("http://a.example/feed", "http://b.example/feed")
    probes = [0, 1, 1500, 2500, 3199]
    by_link = [Entry(link=f"http://a.example/{number}", title="other words") for number in probes]
    by_canonical = [Entry(link=f"http://a.example/{number}/canonical", title="again") for number in probes]
    answer = desk.poll("http://b.example/feed", *by_link, *by_canonical)
    assert (answer.new, answer.listed_again) == (0, 2 * len(probes))
    desk.now += 5 * MONTH
    desk.poll("http://a.example/feed", story(99_999))
    left = [field for field in desk.client.hkeys(desk.keys.memory()) if field.isdigit()]
    assert len(left) == 1
