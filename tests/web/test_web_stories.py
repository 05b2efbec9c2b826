"""Stories at the gateway: the first of each, the biggest, one with who carries it, and what is refused."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import redis.asyncio
from gateway import Gateway, append, serving, story

HTML = {"accept": "text/html"}
BEGAN = int(time.time()) - 600  # clock: the gateway counts hours back from now


def at(number: int, sequence: int = 0) -> str:
    """Give the id of an entry so many seconds after the first."""
    return f"{BEGAN + number}000-{sequence}"


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
        await append(redis_client, story(number, source=f"S{number}"), at=at(number), **fields)
    await append(redis_client, story(7), at=at(7))
    for number, (first, similarity) in ((1, copies[1]), (2, copies[2])):
        revised = story(number, rev=2, source=f"S{number}", title=f"Corrected {number}")
        fields = of_story(first, 3, similarity)
        await append(redis_client, revised, event="updated", at=at(8, number), changes="{}", **fields)
    async with serving(redis_url, tmp_path) as running:
        yield running


async def test_firsts_are_the_first_of_each_story_and_what_is_in_none(gateway: Gateway) -> None:
    found = await gateway.json("/v1/articles?firsts=1&order=oldest")
    assert [one["stream_id"] for one in found["entries"]] == [*map(at, (1, 3, 6, 7)), at(8, 1)]
    assert len((await gateway.json("/v1/articles?firsts=0"))["entries"]) == 9
    created = await gateway.json("/v1/articles?firsts=1&event=created&limit=2")
    assert [one["stream_id"] for one in created["entries"]] == [at(7), at(6)]
    more = await gateway.json(f"/v1/articles?firsts=1&event=created&after={created['next']}")
    assert [one["stream_id"] for one in more["entries"]] == [at(3), at(1)]


async def test_firsts_that_arrive_are_told_from_copies(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    for number, first, similarity in ((21, 21, ""), (22, 21, "0.00"), (23, 3, "0.95")):
        await append(redis_client, story(number, tags=("late",)), **of_story(first, 2, similarity))
    await append(redis_client, story(24, tags=("late",)))
    async with gateway.http.stream("GET", f"/v1/stream?firsts=1&after={at(8, 2)}") as answer:
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


async def test_the_biggest_stories_come_first(gateway: Gateway) -> None:
    found = await gateway.json("/v1/stories")
    rows = [(one["id"], one["sources"], one["articles"]) for one in found["stories"]]
    assert rows == [(f"{1:016x}", 3, 3), (f"{3:016x}", 2, 2)]
    assert (found["next"], found["complete"]) == (None, True)
    first = found["stories"][0]
    assert first["source_names"] == ["S1", "S2", "S4"]
    assert first["entry"]["stream_id"] == at(8, 1)
    assert first["entry"]["article"]["title"] == "Corrected 1"
    assert (first["first_ms"], first["last_ms"]) == ((BEGAN + 1) * 1000, (BEGAN + 8) * 1000)


async def test_stories_come_in_pages_and_of_so_many_sources(gateway: Gateway) -> None:
    page = await gateway.json("/v1/stories?limit=1")
    assert page["next"] == 1
    rest = await gateway.json(f"/v1/stories?limit=1&offset={page['next']}")
    assert ([one["id"] for one in rest["stories"]], rest["next"]) == ([f"{3:016x}"], None)
    assert [one["id"] for one in (await gateway.json("/v1/stories?sources=3"))["stories"]] == [f"{1:016x}"]
    assert (await gateway.json("/v1/stories?sources=4"))["stories"] == []


async def test_what_is_older_than_the_hours_does_not_count(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> None:
    for number, age_s in ((1, 10_000), (2, 8_000), (3, 60)):
        fields = of_story(1, number, "" if number == 1 else "1.00")
        where = f"{BEGAN - age_s}000-0"
        await append(redis_client, story(number, source=f"S{number}"), at=where, **fields)
    async with serving(redis_url, tmp_path) as running:
        assert (await running.json("/v1/stories?hours=1"))["stories"] == []
        (found,) = (await running.json("/v1/stories"))["stories"]
    assert found["sources"] == 3


async def test_a_story_has_an_entry_for_each_article_in_their_order(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    await append(redis_client, story(2, source="S9"), event="listed", at=at(9), **of_story(1, 3, "1.00"))
    found = await gateway.json(f"/v1/stories/{1:016x}")
    assert [one["stream_id"] for one in found["entries"]] == [at(8, 1), at(8, 2), at(4)]
    assert [one["more"]["relation"] for one in found["entries"]] == ["", "copy", "edited"]
    assert (found["sources"], found["articles"], found["next"]) == (3, 3, None)
    page = await gateway.json(f"/v1/stories/{1:016x}?limit=2")
    assert page["next"] == 2
    rest = await gateway.json(f"/v1/stories/{1:016x}?limit=2&offset=2")
    assert [one["stream_id"] for one in rest["entries"]] == [at(4)]
    assert rest["source_names"] == ["S1", "S2", "S4"]


@pytest.mark.parametrize("story_id", [f"{2:016x}", f"{7:016x}", "0" * 16, "f" * 16])
async def test_what_is_no_story_is_not_found(gateway: Gateway, story_id: str) -> None:
    assert "no story" in (await gateway.json(f"/v1/stories/{story_id}", 404))["detail"]


@pytest.mark.parametrize(
    "path", ["/v1/stories?hours=0", "/v1/stories?hours=169", "/v1/stories?limit=101", "/v1/stories/xyz"]
)
async def test_what_cannot_be_meant_is_refused(gateway: Gateway, path: str) -> None:
    await gateway.get(path, 400)


async def test_the_page_lists_the_biggest_stories(gateway: Gateway) -> None:
    shown = (await gateway.get("/stories", **HTML)).text
    assert shown.index(">Corrected 1<") < shown.index(">Story 3<")
    assert "3 sources" in shown
    assert "Story 6" not in shown


async def test_an_articles_page_says_who_else_carries_it(gateway: Gateway) -> None:
    shown = (await gateway.get(f"/articles/{4:016x}", **HTML)).text
    table = shown.partition("Who else carries it")[2].partition("</table>")[0]
    assert [name for name in ("S1", "S2", "S3", "S4") if f">{name}<" in table] == ["S1", "S2"]
    assert "the first" in table
    assert "1.00 copy" in table
    assert "Who else carries it" not in (await gateway.get(f"/articles/{6:016x}", **HTML)).text
    assert "Who else carries it" not in (await gateway.get(f"/articles/{7:016x}", **HTML)).text


async def test_an_articles_page_leads_on_within_the_choice_and_shows_what_differs(gateway: Gateway) -> None:
    text = (await gateway.get(f"/articles/{3:016x}", accept="text/html")).text
    assert f'rel="next" href="/articles/{2:016x}"' in text
    assert f'rel="prev" href="/articles/{4:016x}"' in text
    assert "What differs from S5" in text
    assert "First paragraph of 5." in text
    text = (await gateway.get(f"/articles/{4:016x}?source=S4&source=S2", accept="text/html")).text
    assert f'rel="next" href="/articles/{2:016x}?source=S4&amp;source=S2"' in text
    assert "Back to the choice" in text
    assert (
        "/articles/0000000000000004?source=S4" in (await gateway.get("/?source=S4", accept="text/html")).text
    )
