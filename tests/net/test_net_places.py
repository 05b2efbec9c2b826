"""However many servers send as much as they may at once, only so much of it is in memory."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from random import Random

import footprint
import pytest
from origin import Origin, Reply, page, serve

from feedmill._net import HttpClient, HttpClientSettings, HttpResponse
from feedmill._net.client.body_reader import LARGE_BYTES, MAX_LARGE_BODIES
from feedmill._net.errors import NetError, TooLargeError

SETTINGS = HttpClientSettings(user_agent="feedmill/0", allow_private=("127.0.0.1/32",))
BEAT = Random(5).randbytes(16_000)
MOST = 14 << 20
PACKED = gzip.compress(BEAT * (MOST // len(BEAT)))
"""14 MiB in some 130 KB: within all limits of one answer."""


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with serve() as running:
        running.routes |= {
            "/large": Reply(body=PACKED, headers={"Content-Encoding": "gzip"}),
            "/cut": Reply(body=PACKED[:-9], headers={"Content-Encoding": "gzip"}),
            "/small": page("small"),
        }
        yield running


async def test_64_answers_as_large_as_may_be_are_read_in_turn(origin: Origin) -> None:
    async with HttpClient(SETTINGS) as door:

        async def size() -> int:
            answer = await door.fetch(origin.url("/large"), deadline_s=50)
            await asyncio.sleep(0)  # others have their turn while it is held
            return len(answer.body)

        before = footprint.begin()
        sizes = await asyncio.gather(*(size() for _ in range(64)))
        assert footprint.peak() - before < footprint.MOST
    assert set(sizes) == {MOST // len(BEAT) * len(BEAT)}


async def test_a_small_answer_waits_for_no_large_one(origin: Origin) -> None:
    async with HttpClient(SETTINGS) as door:
        held = [await door.fetch(origin.url("/large"), deadline_s=20) for _ in range(MAX_LARGE_BODIES)]
        assert all(len(answer.body) > LARGE_BYTES for answer in held)
        waiting = asyncio.create_task(door.fetch(origin.url("/large"), deadline_s=20))
        assert (await door.fetch(origin.url("/small"), deadline_s=20)).body == b"small"
        assert not waiting.done()
        held.pop()
        assert len((await waiting).body) > LARGE_BYTES


async def test_who_waits_for_a_place_keeps_its_deadline(origin: Origin) -> None:
    async with HttpClient(SETTINGS) as door:
        held = [await door.fetch(origin.url("/large"), deadline_s=20) for _ in range(MAX_LARGE_BODIES)]
        with pytest.raises(NetError) as caught:
            await door.fetch(origin.url("/large"), deadline_s=0.5)
        assert caught.value.outcome == "timeout"
        del held


async def test_an_answer_that_ends_badly_leaves_its_place(origin: Origin) -> None:
    ends: list[NetError | HttpResponse | BaseException] = []
    async with HttpClient(SETTINGS) as door:
        for path in ["/cut"] * (2 * MAX_LARGE_BODIES) + ["/large"]:
            ends += await asyncio.gather(door.fetch(origin.url(path), deadline_s=20), return_exceptions=True)
    *cut, whole = ends
    assert {type(end).__name__ for end in cut} == {"BadEncodingError"}
    assert isinstance(whole, HttpResponse)
    del cut


async def test_a_body_past_its_limit_leaves_its_place(origin: Origin) -> None:
    kept = []
    async with HttpClient(
        HttpClientSettings(user_agent="f/0", allow_private=("127.0.0.1/32",), max_decoded=2 << 20)
    ) as door:
        for _ in range(2 * MAX_LARGE_BODIES):
            with pytest.raises(TooLargeError) as caught:
                await door.fetch(origin.url("/large"), deadline_s=20)
            kept.append(caught.value)  # with its frames
    assert len(kept) == 2 * MAX_LARGE_BODIES
