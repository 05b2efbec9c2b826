"""/v1/stream: events as they come, resumed, chosen, bounded, and over losses of the server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio
from gateway import STREAM, Gateway, append, serving, story
from support.schemas import validator_of
from support.waiting import until

from feedmill.schema import article_schema
from web.api import event_stream_endpoints


class Reader:
    """Reads server-sent events."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines
        self.comments: list[str] = []

    async def next(self) -> dict[str, str]:
        """Wait for the next event."""
        event: dict[str, str] = {}
        async with asyncio.timeout(120):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    self.comments.append(line[1:].strip())
                elif line:
                    event[name] = value
                elif "data" in event:
                    return event
                else:
                    event = {}
        pytest.fail("the stream ended")

    async def comment(self, word: str) -> None:
        """Wait for a comment with a word."""
        async with asyncio.timeout(120):
            async for line in self._lines:
                if line.startswith(":") and word in line:
                    return
        pytest.fail("the stream ended")


async def nobody_reads(gateway: Gateway) -> bool:
    return not (await gateway.json("/v1/status"))["live"]


@asynccontextmanager
async def reading(gateway: Gateway, query: str = "", **headers: str) -> AsyncIterator[Reader]:
    async with gateway.http.stream("GET", f"/v1/stream{query}", headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        reader = Reader(answer.aiter_lines())
        yield reader


@pytest.fixture
async def gateway(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> AsyncIterator[Gateway]:
    for number in range(1, 6):
        await append(redis_client, story(number, tags=("odd" if number % 2 else "even",)), at=f"{number}-0")
    async with serving(redis_url, tmp_path) as running:
        yield running


async def test_an_article_comes_as_it_is_published(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    async with reading(gateway) as reader:
        await append(redis_client, story(6), at="6-0")
        event = await reader.next()
    assert event["id"] == "6-0"
    assert event["event"] == "created"
    article: Any = json.loads(event["data"])
    validator_of(article_schema()).validate(article)
    assert article["title"] == "Story 6"


async def test_a_reader_goes_on_behind_the_last_event_that_it_got(gateway: Gateway) -> None:
    async with reading(gateway, "?after=1-0", **{"last-event-id": "3-0"}) as reader:
        assert [(await reader.next())["id"] for _ in range(2)] == ["4-0", "5-0"]


async def test_what_is_there_and_what_comes_meet_without_a_gap(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    async def write() -> None:
        for number in range(6, 300):
            await append(redis_client, story(number), at=f"{number}-0")

    async with reading(gateway, "?after=0-0") as reader:
        writing = asyncio.create_task(write())
        assert [(await reader.next())["id"] for _ in range(299)] == [
            f"{number}-0" for number in range(1, 300)
        ]
        await writing


async def test_entries_are_chosen(gateway: Gateway, redis_client: redis.asyncio.Redis) -> None:
    await append(redis_client, story(2, rev=2), event="retracted", at="6-0", reason="http_404")
    async with reading(gateway, "?after=0-0&tag=even") as reader:
        assert [(await reader.next())["id"] for _ in range(2)] == ["2-0", "4-0"]
    async with reading(gateway, "?after=0-0&event=retracted") as reader:
        event = await reader.next()
    assert json.loads(event["data"])["reason"] == "http_404"


async def test_a_quiet_stream_has_a_heart(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream_endpoints, "HEARTBEAT_S", 0.05)
    async with reading(gateway) as reader:
        await reader.comment("quiet")


async def test_what_the_stream_has_dropped_is_told_as_a_gap(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    await redis_client.xtrim(STREAM, minid="4-0", approximate=False)
    async with reading(gateway, "?after=1-0") as reader:
        seen = [await reader.next() for _ in range(2)]
    assert [one.get("id") for one in seen][-1] in {"4-0", "5-0"}


async def test_readers_beyond_the_most_are_sent_away(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream_endpoints, "MAX_LIVE_STREAMS", 1)
    async with reading(gateway):
        refused = await gateway.get("/v1/stream", 503)
        assert "retry-after" in refused.headers
    await until(lambda: nobody_reads(gateway))
    async with reading(gateway):
        pass


async def test_a_reader_that_takes_nothing_is_let_go(
    gateway: Gateway, redis_client: redis.asyncio.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream_endpoints, "SLOW_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(gateway.url.rpartition(":")[2]), limit=1)
    writer.write(b"GET /v1/stream?after=0-0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for number in range(6, 60):
        await append(redis_client, story(number, text="long " * 40_000), at=f"{number}-0")
    await until(lambda: nobody_reads(gateway))
    writer.close()
    del reader


async def test_the_end_of_the_gateway_ends_its_readers(redis_url: str, tmp_path: Path) -> None:
    async with (
        serving(redis_url, tmp_path) as gateway,
        asyncio.timeout(120),
        gateway.http.stream("GET", "/v1/stream") as answer,
    ):
        gateway.stop.set()
        async for _ in answer.aiter_lines():
            pass


@pytest.mark.parametrize("header", ["x", "1", "-1-0", "99999999999999999999-0"])
async def test_a_last_event_id_that_is_none_is_refused(gateway: Gateway, header: str) -> None:
    await gateway.get("/v1/stream", 400, **{"last-event-id": header})
