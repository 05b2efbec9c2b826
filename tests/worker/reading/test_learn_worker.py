"""Learning through the real worker and ledger: what is held, for how long, and what the ledger keeps."""

from datetime import UTC, datetime, timedelta

import pytest
from ledger_desk import Desk
from newsroom import entries, list_pages, until, working
from origin import page, serve
from test_learn_sites import cleaned, herald, texts

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.operation_result_types import LearnedSource
from feedmill._ledger.operations import boilerplate_operations
from feedmill.article import decode
from worker.boilerplate.batch_learning import learn_batch
from worker.boilerplate.hold_policy import HeldPage, choose_hold_ms, pack_held_page, unpack_held_page
from worker.boilerplate.line_hashes import LineHashes, hash_lines

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def learn(desk: Desk, name: str, prints: LineHashes, token: str | None = None) -> LearnedSource:
    return desk.run(
        boilerplate_operations.learn_boilerplate(
            desk.keys,
            memory="m",
            page_id=name,
            title=prints.title,
            prints=prints.entries,
            source="A",
            site="a.example",
            enough=3,
            soon_ms=60_000,
            token=token or desk.token(),
        )
    )


async def test_a_new_sources_first_articles_come_without_its_boilerplate(
    ledger: Ledger, redis_url: str
) -> None:
    written = texts(5)
    routes = {f"/{number}": page(herald(text, written[number - 1])) for number, text in enumerate(written)}
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        async with working(redis_url):
            now = await until(ledger, redis_url)
        assert [len(origin.requests(path)) for path in routes] == [1] * 5
    assert now.settled == {"published": 5}
    found = [decode(entry["article"]) for entry in await entries(ledger)]
    assert {one.text for one in found} == {"\n\n".join(text.paragraphs) for text in written}
    assert all(one.removed["learned"] >= 2 for one in found)


async def test_what_was_learned_stays_where_the_step_is_switched_off(ledger: Ledger, redis_url: str) -> None:
    written = texts(3)
    routes = {f"/{number}": page(herald(text, written[number - 1])) for number, text in enumerate(written)}
    async with serve(routes) as origin:
        await list_pages(ledger, [origin.url(path) for path in routes])
        async with working(redis_url, without=["learned"]):
            await until(ledger, redis_url)
    found = [decode(entry["article"]) for entry in await entries(ledger)]
    assert [one.removed.get("learned") for one in found] == [None] * 3
    assert all(len(one.text) > len("\n\n".join(written[0].paragraphs)) // 2 for one in found)


async def test_a_single_article_is_not_held(ledger: Ledger, redis_url: str) -> None:
    (text,) = texts(1)
    async with serve({"/one": page(herald(text, text))}) as origin:
        await list_pages(ledger, [origin.url("/one")])
        async with working(redis_url) as worker:
            await until(ledger, redis_url)
            await worker.logged("page", outcome="created")
            assert not [line for line in worker.lines if line.get("outcome") == "held"]


def test_the_ledger_and_a_batch_learn_the_same(desk: Desk) -> None:
    prints = [hash_lines(one) for _, one in cleaned(texts(6), herald)]
    prints.append(prints[2])
    names = [f"{number:016x}" for number in range(7)]
    batch = learn_batch(zip(names, prints, strict=True))
    for name, one in zip(names, prints, strict=True):
        learn(desk, name, one)
    last = learn(desk, names[6], prints[6])
    assert last.group == batch[names[6]].group == names[2]
    assert set(last.siblings) == set(batch[names[6]].siblings)


def test_an_article_learned_again_counts_once(desk: Desk) -> None:
    prints = hash_lines(cleaned(texts(1), herald)[0][1])
    assert [learn(desk, "a" * 16, prints).siblings for _ in range(3)] == [()] * 3


def test_a_sources_memory_is_bounded(desk: Desk) -> None:
    for number in range(60):
        entries_ = b"".join((number * 1000 + at).to_bytes(6, "big") + b"\xff" for at in range(200))
        learn(desk, f"{number:016x}", LineHashes(b"x" * 36, entries_, {}))
    key = desk.keys.learned("m")
    assert desk.client.llen(key) == 40
    assert int(desk.client.memory_usage(key, samples=0)) < 64 * 1024
    assert 0 < desk.client.pttl(key) <= 90 * 86_400_000


@pytest.mark.parametrize(
    ("awaited", "known_rev", "waited_s", "wanted"),
    [
        (0, 0, 0, 0),  # nobody to wait for
        (2, 1, 0, 0),  # out already
        (2, 0, 0, 15_000),
        (2, 0, 20, 20_000),  # looks become rarer
        (2, 0, 30, 30_000),
        (2, 0, 58, 2000),
        (2, 0, 60, 0),
    ],
)
def test_how_long_a_page_is_held(awaited: int, known_rev: int, waited_s: int, wanted: int) -> None:
    learned = LearnedSource("a", awaited=awaited)
    now = NOON + timedelta(seconds=waited_s)
    assert choose_hold_ms(learned, known_rev=known_rev, read_at=NOON, now=now, longest_ms=60_000) == wanted


def test_a_held_page_comes_back_as_it_was() -> None:
    url, one = cleaned(texts(1), herald)[0]
    held = HeldPage(url=url, read_at=NOON, cleaned=one)
    assert unpack_held_page(pack_held_page(held)) == held
    assert len(pack_held_page(held)) < 8192
