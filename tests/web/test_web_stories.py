"""Stories at the gateway: the first of each, and what is refused."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio
from gateway import Gateway, append, serving, story

HTML = {"accept": "text/html"}


def of_story(first: int, sources: int, similarity: str = "") -> dict[str, str]:
    """Give the fields of an entry's story, which is called after its first article."""
    relation = "" if not similarity else "copy" if float(similarity) >= 0.8 else "edited"
    return {
        "story": f"{first:016x}",
        "story_size": str(sources),
        "story_sources": str(sources),
        "similarity": similarity,
        "relation": relation,
    }


@pytest.fixture
async def gateway(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> AsyncIterator[Gateway]:
    """Serve two stories, of three and of two articles, one article alone and one that is in none."""
    copies = {1: (1, ""), 2: (1, "1.00"), 3: (3, ""), 4: (1, "0.41"), 5: (3, "0.90"), 6: (6, "")}
    for number, (first, similarity) in copies.items():
        fields = of_story(first, number - first + 1, similarity)
        await append(redis_client, story(number, source=f"S{number}"), at=f"{number}000-0", **fields)
    await append(redis_client, story(7), at="7000-0")
    for number, (first, similarity) in ((1, copies[1]), (2, copies[2])):
        revised = story(number, rev=2, source=f"S{number}", title=f"Corrected {number}")
        fields = of_story(first, 3, similarity)
        await append(redis_client, revised, event="updated", at=f"8000-{number}", changes="{}", **fields)
    async with serving(redis_url, tmp_path) as running:
        yield running


async def test_firsts_are_the_first_of_each_story_and_what_is_in_none(gateway: Gateway) -> None:
    found = await gateway.json("/v1/articles?firsts=1&order=oldest")
    assert [one["stream_id"] for one in found["entries"]] == [
        "1000-0",
        "3000-0",
        "6000-0",
        "7000-0",
        "8000-1",
    ]
    assert len((await gateway.json("/v1/articles?firsts=0"))["entries"]) == 9
    created = await gateway.json("/v1/articles?firsts=1&event=created&limit=2")
    assert [one["stream_id"] for one in created["entries"]] == ["7000-0", "6000-0"]
    more = await gateway.json(f"/v1/articles?firsts=1&event=created&after={created['next']}")
    assert [one["stream_id"] for one in more["entries"]] == ["3000-0", "1000-0"]


async def test_firsts_that_arrive_are_told_from_copies(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    for number, first, similarity in ((21, 21, ""), (22, 21, "0.00"), (23, 3, "0.95")):
        await append(redis_client, story(number, tags=("late",)), **of_story(first, 2, similarity))
    await append(redis_client, story(24, tags=("late",)))
    async with gateway.http.stream("GET", "/v1/stream?firsts=1&after=8000-2") as answer:
        events = []
        async for line in answer.aiter_lines():
            events += [line] if '"title"' in line else []
            if len(events) == 2:
                break
    assert [f'"title":"Story {number}"' in line for number, line in zip((21, 24), events, strict=True)] == [
        True
    ] * 2


async def test_feeds_may_be_of_firsts(gateway: Gateway) -> None:
    items = (await gateway.json("/feeds/all.json?firsts=1"))["items"]
    assert [item["title"] for item in items] == ["Corrected 1", "Story 7", "Story 6", "Story 3"]
    assert (await gateway.get("/feeds/all.atom?firsts=1")).text.count("<entry>") == 4


async def test_the_page_may_be_of_firsts(gateway: Gateway) -> None:
    shown = (await gateway.get("/?firsts=1", **HTML)).text
    assert ">Story 3<" in shown
    assert ">Story 5<" not in shown
    assert ">Story 5<" in (await gateway.get("/", **HTML)).text


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/v1/articles?firsts=1&source=S1", "source"),
        ("/v1/stream?firsts=1&tag=world", "tag"),
        ("/v1/articles?firsts=1&lang=en", "lang"),
        ("/v1/articles?firsts=1&feed=https://news.example/feed", "feed"),
        ("/v1/stream?firsts=1&text_from=page", "text_from"),
        ("/feeds/world.atom?firsts=1", "tag"),
        ("/feeds/world.json?firsts=1", "tag"),
    ],
)
async def test_firsts_of_a_part_are_refused_with_the_way_out(gateway: Gateway, path: str, part: str) -> None:
    detail = (await gateway.json(path, 400))["detail"]
    assert detail.startswith(f"firsts with {part}: ")
    assert "[[routes]] firsts = true" in detail


async def test_firsts_is_yes_or_no(gateway: Gateway) -> None:
    assert (await gateway.json("/v1/articles?firsts=yes", 400))["detail"].startswith("firsts: wanted is")
