"""The gateway's articles: pages of the stream, one article with its revisions, and what is refused."""

from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import redis.asyncio
from gateway import STREAM, Gateway, append, serving, story
from ledger_desk import Desk
from ledger_desk import story as entry
from support.waiting import until


@pytest.fixture
async def gateway(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> AsyncIterator[Gateway]:
    for number in range(1, 8):
        tags = ("world",) if number % 2 else ("science", "world")
        await append(redis_client, story(number, tags=tags, source=f"S{number % 3}"), at=f"{number * 1000}-0")
    await append(redis_client, story(3, rev=2, title="Corrected"), event="updated", at="9000-0", changes="{}")
    await append(redis_client, story(4, rev=2), event="retracted", at="9000-1", reason="http_410")
    async with serving(redis_url, tmp_path) as running:
        yield running


async def ids(gateway: Gateway, query: str = "") -> list[str]:
    return [one["stream_id"] for one in (await gateway.json(f"/v1/articles{query}"))["entries"]]


async def test_the_newest_come_first_and_events_without_an_article_are_asked_for(gateway: Gateway) -> None:
    assert await ids(gateway) == ["9000-0", *(f"{number}000-0" for number in range(7, 0, -1))]
    assert (await ids(gateway, "?event=retracted")) == ["9000-1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?tag=science", ["6000-0", "4000-0", "2000-0"]),
        ("?tag=science&tag=world&source=S0", ["6000-0", "3000-0"]),
        ("?source=S1&order=oldest", ["1000-0", "4000-0", "7000-0"]),
        ("?from=1970-01-01T00:00:06Z&until=1970-01-01T00:00:07Z", ["6000-0"]),
        ("?tag=nobody", []),
        ("?lang=de", []),
        ("?feed=https://news.example/feed&limit=1", ["9000-0"]),
        ("?after=3000-0&order=oldest&limit=2", ["4000-0", "5000-0"]),
        ("?after=3000-0", ["2000-0", "1000-0"]),
    ],
)
async def test_entries_are_chosen_by_their_fields(gateway: Gateway, query: str, found: list[str]) -> None:
    assert await ids(gateway, query) == found


async def test_pages_lead_through_all_entries(gateway: Gateway) -> None:
    walked, after = [], ""
    for _ in range(5):
        page = await gateway.json(f"/v1/articles?limit=3&order=oldest{after}")
        walked += [one["stream_id"] for one in page["entries"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert walked == [*(f"{number}000-0" for number in range(1, 8)), "9000-0"]


async def test_an_article_has_its_revisions_newest_first(gateway: Gateway) -> None:
    found = await gateway.json(f"/v1/articles/{3:016x}")
    assert [one["rev"] for one in found["entries"]] == [2, 1]
    assert found["entries"][0]["article"]["title"] == "Corrected"
    assert found["entries"][0]["more"] == {"changes": "{}"}
    assert found["status"] == "published"
    assert found["complete"]


async def test_a_retracted_article_says_so(gateway: Gateway) -> None:
    found = await gateway.json(f"/v1/articles/{4:016x}")
    assert found["status"] == "retracted"
    assert found["entries"][0]["article"] is None
    assert found["entries"][0]["more"] == {"reason": "http_410"}


async def test_an_article_whose_first_revision_was_dropped_is_not_complete(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    await redis_client.xtrim(STREAM, minid="8000-0", approximate=False)
    found = await gateway.json(f"/v1/articles/{3:016x}")
    assert [one["rev"] for one in found["entries"]] == [2]
    assert not found["complete"]
    await gateway.get(f"/v1/articles/{5:016x}", 404)


async def test_the_ledger_knows_under_which_id_an_article_goes(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    (page,) = desk.start(entry(1))
    desk.publish(page)
    async with serving(redis_url, tmp_path) as gateway:
        found = await gateway.json(f"/v1/articles/{page.id}")
    assert found["id"] == page.id


@pytest.mark.parametrize(
    "path",
    [
        "/v1/articles?limit=0",
        "/v1/articles?limit=101",
        "/v1/articles?limit=x",
        "/v1/articles?limit=1&limit=2",
        "/v1/articles?after=5",
        "/v1/articles?tagg=world",
        "/v1/articles?from=yesterday",
        "/v1/articles?order=up",
        "/v1/articles?event=exploded",
        "/v1/articles?tag=a,b",
        "/v1/articles?tag=%ff",
        "/v1/articles/xyz",
    ],
)
async def test_what_cannot_be_meant_is_a_problem(gateway: Gateway, path: str) -> None:
    answer = await gateway.get(path, 400)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 400


async def test_what_arrives_is_found_at_once(gateway: Gateway, redis_client: redis.asyncio.Redis) -> None:
    new = await append(redis_client, story(50, tags=("late",)))

    async def found() -> bool:
        return await ids(gateway, "?tag=late") == [new]

    await until(found)


async def test_a_path_with_other_methods_says_which(gateway: Gateway) -> None:
    wrong = await gateway.get("/v1/feeds/check", 405)
    assert wrong.headers["allow"] == "POST"
    assert wrong.headers["content-type"] == "application/problem+json"
    answer = await gateway.http.request("DELETE", "/v1/feeds")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
    assert (await gateway.http.request("OPTIONS", "/v1/feeds")).status_code == 405


async def test_a_feed_is_not_sent_again_to_who_has_it(gateway: Gateway) -> None:
    first = await gateway.get("/feeds/all.atom")
    said = first.headers["last-modified"]
    changed = parsedate_to_datetime(said)
    for since in (
        said,
        f"{changed:%A, %d-%b-%y %H:%M:%S} GMT",
        f"{changed:%a %b} {changed.day:2d} {changed:%H:%M:%S %Y}",
    ):
        await gateway.get("/feeds/all.atom", 304, **{"if-modified-since": since})
    for since in ("", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"):
        await gateway.get("/feeds/all.atom", 200, **{"if-modified-since": since})
    await gateway.get("/feeds/all.atom", 304, **{"if-none-match": f"W/{first.headers['etag']}"})
    await gateway.get("/feeds/all.atom", 200, **{"if-none-match": '"another"', "if-modified-since": said})
