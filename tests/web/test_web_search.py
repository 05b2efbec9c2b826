"""Search: a query is read as words, found is what the stream holds, and the index keeps its bounds."""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import redis
import redis.asyncio
from gateway import STREAM, Gateway, append, serving, story
from running import Site
from support.growth import LINEAR, growth
from support.waiting import block_until, until

from feedmill.article import encode
from web.search.index_follower import SearchFollower
from web.search.query_words import cut_excerpt, split_letters, write_match
from web.search.text_index import IndexedText, TextIndex, TextQuery, search_file

HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("harbour bridge", '"harbour" AND "bridge"'),
        ('"old bridge" -ferry', '"old bridge" NOT "ferry"'),
        ("harb*", '"harb"*'),
        ("a*", '"a"'),
        ('an "open quote', '"an" AND "open quote"'),
        ("-ferry", ""),
        ("", ""),
        ("! () *", ""),
        ("text:secret OR NEAR(a b)", '"text:secret" AND "OR" AND "NEAR(a" AND "b)"'),
        ("東京都", '"東\u200b京\u200b都"'),
    ],
)
def test_what_is_asked_for_becomes_quoted_terms(query: str, match: str) -> None:
    assert write_match(query) == match


def text(number: int, words: str, **more: Any) -> IndexedText:
    given = {"source": "S", "lang": "en", "tags": "a,b", "title": f"Title {number}"} | more
    return IndexedText(place=(number, 0), article=f"{number:016x}", text=split_letters(words), **given)


def found(path: Path, query: str, **more: Any) -> list[int]:
    answer = search_file(path, TextQuery(write_match(query), **more))
    return [one.place[0] for one in answer.texts]


def test_an_index_finds_the_last_revision_by_words_phrases_and_choices(tmp_path: Path) -> None:
    path = tmp_path / "i"
    index = TextIndex(path)
    index.apply(
        [
            text(1, "The old bridge in Zürich", source="A"),
            text(2, "The ferry and the bridge", tags="b", lang="de"),
            text(3, "東京都の橋", lang="ja"),
        ],
        [],
        (3, 0),
    )
    assert found(path, "bridge") == [2, 1]
    assert found(path, "bridge", limit=1, offset=1) == [1]
    assert sorted(found(path, "bridge", is_best_first=True)) == [1, 2]
    assert found(path, "zurich") == [1]
    assert found(path, '"old bridge"') == [1]
    assert found(path, "bridge -ferry") == [1]
    assert found(path, "brid*", sources=frozenset({"A"})) == [1]
    assert found(path, "bridge", tags=frozenset({"a"})) == [1]
    assert found(path, "bridge", langs=frozenset({"de"}), tags=frozenset({"b", "x"})) == [2]
    assert found(path, "京都") == [3]
    (one,) = search_file(path, TextQuery(write_match("京都"))).texts
    assert [(part.text, part.is_found) for part in cut_excerpt(one.snippet)] == [
        ("東", False), ("京都", True), ("の橋", False),
    ]  # fmt: skip
    revised = IndexedText((4, 0), f"{1:016x}", "A", "en", "", "New", "Nothing of it is left")
    index.apply([revised], [f"{2:016x}"], (4, 0))
    assert found(path, "bridge") == []
    assert found(path, "nothing") == [4]
    assert len(index) == 2
    index.close()


def test_an_index_keeps_its_bound_and_drops_the_oldest(tmp_path: Path) -> None:
    index = TextIndex(tmp_path / "i")
    index.apply([text(number, "word " * 100) for number in range(1, 41)], [], (40, 0))
    while index.remove_beyond(10_000, 5):
        pass
    assert found(tmp_path / "i", "word", limit=100)[-1] == 26, "500 bytes each, and their titles"
    assert index.remove_before((31, 0), 100) == 5
    assert len(index) == 10
    index.close()
    again = TextIndex(tmp_path / "i")
    assert (len(again), again.last) == (10, (40, 0))
    again.close()


def test_what_was_taken_out_stays_nowhere_in_the_file(tmp_path: Path) -> None:
    index = TextIndex(tmp_path / "i")
    index.apply([text(1, "Kerguelen cabbage"), text(2, "Other words")], [], (2, 0))
    index.remove([f"{1:016x}"])
    index.forget_removed()
    index.close()
    assert not any(b"erguelen" in one.read_bytes() for one in tmp_path.iterdir())


def test_a_file_of_another_layout_or_a_damaged_one_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "i"
    with contextlib.closing(sqlite3.connect(path)) as db:  # its own `with` closes nothing
        db.execute("PRAGMA user_version = 99")
    TextIndex(path).close()
    assert found(path, "word") == []


def test_queries_are_read_in_time_that_grows_with_their_length() -> None:
    assert growth(lambda size: write_match('-"' * size + "a" * size), 50_000) < LINEAR


@pytest.fixture
async def gateway(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> AsyncIterator[Gateway]:
    for number in range(1, 36):
        await append(
            redis_client, story(number, text=f"The lighthouse keeper number {number} & <b>sons</b>.")
        )
    await append(redis_client, story(36, text="Only ferries.", source="Other", tags=("sea",)))
    async with serving(redis_url, tmp_path) as running:
        await until(lambda: is_complete(running))
        yield running


async def is_complete(gateway: Gateway) -> bool:
    answer = await gateway.http.get("/v1/search?q=lighthouse")
    return answer.status_code == 200 and bool(answer.json()["complete"])


async def test_articles_are_found_and_paged(gateway: Gateway) -> None:
    page = await gateway.json("/v1/search?q=lighthouse+-number&limit=5")
    assert (page["hits"], page["total"], page["next"]) == ([], 0, None)
    page = await gateway.json("/v1/search?q=%22lighthouse%20keeper%22&limit=30")
    assert (page["total"], page["next"], page["complete"]) == (35, 30, True)
    assert page["hits"][0]["entry"]["article"]["title"] == "Story 35"
    assert page["hits"][0]["excerpt"].startswith("The lighthouse keeper number 35")
    rest = await gateway.json("/v1/search?q=%22lighthouse%20keeper%22&limit=30&offset=30")
    assert (len(rest["hits"]), rest["next"]) == (5, None)
    assert (await gateway.json("/v1/search?q=story&source=Other&tag=sea"))["total"] == 1
    assert "at least one word" in (await gateway.json("/v1/search?q=-x", 400))["detail"]


async def test_the_page_marks_what_it_found_and_keeps_texts_texts(gateway: Gateway) -> None:
    text = (await gateway.get("/search?q=keeper+sons", **HTML)).text
    assert "<mark>keeper</mark>" in text
    assert "&lt;b&gt;<mark>sons</mark>&lt;/b&gt;" in text
    assert "35 articles" in text
    assert "offset=30" in text
    assert "0 articles" in (await gateway.get("/search?q=zeppelin", **HTML)).text
    assert "All words have to stand" in (await gateway.get("/search", **HTML)).text


async def test_what_leaves_the_stream_is_found_no_more_at_once(
    gateway: Gateway, redis_client: redis.asyncio.Redis
) -> None:
    page = await gateway.json("/v1/search?q=ferries")
    await redis_client.xdel(STREAM, page["hits"][0]["entry"]["stream_id"])
    assert (await gateway.json("/v1/search?q=ferries"))["hits"] == []


async def test_search_that_is_off_is_a_conflict(redis_url: str, tmp_path: Path) -> None:
    async with serving(redis_url, tmp_path, search=False) as gateway:
        assert "search is off" in (await gateway.json("/v1/search?q=a", 409))["detail"]
        assert "search is off" in (await gateway.get("/search", **HTML)).text
    assert not (tmp_path / "data" / "search").exists()


@pytest.fixture
def follower(redis_client_sync: redis.Redis, tmp_path: Path) -> SearchFollower:
    return SearchFollower(tmp_path / "search", redis_client_sync, STREAM, 2**20)


def put(client: redis.Redis, number: int, words: str, event: str = "created") -> bytes:
    article = json.dumps({"title": f"T{number}", "text": words})
    return client.xadd(STREAM, {"event": event, "id": f"{number:016x}", "article": article})  # type: ignore[return-value]


def follow_once(follower: SearchFollower) -> None:
    """Follow until everything was read, in a thread as it runs."""
    follower.start()
    block_until(lambda: follower.is_complete)
    follower.stop()


def test_retracted_trimmed_and_deleted_articles_leave_the_index(
    follower: SearchFollower, redis_client_sync: redis.Redis, tmp_path: Path
) -> None:
    client = redis_client_sync
    ids = [put(client, number, f"word w{number}") for number in range(1, 7)]
    put(client, 2, "", event="retracted")
    put(client, 3, "word again", event="updated")
    follow_once(follower)
    assert len(found(follower.path, "word")) == 5
    client.xtrim(STREAM, minid=ids[1], approximate=False)  # type: ignore[arg-type]
    client.xdel(STREAM, ids[4])
    follow_once(SearchFollower(tmp_path / "search", client, STREAM, 2**20))
    assert len(found(follower.path, "word")) == 3
    assert found(follower.path, "w5") == found(follower.path, "w1") == []
    assert b"w5" not in follower.path.read_bytes()


def test_another_stream_under_the_same_name_is_read_anew(
    follower: SearchFollower, redis_client_sync: redis.Redis, tmp_path: Path
) -> None:
    for number in (1, 2):
        put(redis_client_sync, number, "word")
    follow_once(follower)
    redis_client_sync.delete(STREAM)
    fields: Any = {"event": "created", "id": "x", "article": '{"title": "", "text": "fresh"}'}
    redis_client_sync.xadd(STREAM, fields, id="5-0")
    follow_once(SearchFollower(tmp_path / "search", redis_client_sync, STREAM, 2**20))
    assert found(follower.path, "word") == []
    assert found(follower.path, "fresh") == [5]


def test_a_damaged_file_is_made_anew(follower: SearchFollower, redis_client_sync: redis.Redis) -> None:
    put(redis_client_sync, 1, "word")
    follower.path.parent.mkdir()
    follower.path.write_bytes(b"no database at all, " * 500)
    follow_once(follower)
    assert len(found(follower.path, "word")) == 1


def test_one_process_writes_and_others_read(
    follower: SearchFollower, redis_client_sync: redis.Redis, tmp_path: Path
) -> None:
    put(redis_client_sync, 1, "word")
    follower.start()
    block_until(lambda: follower.is_complete)
    other = SearchFollower(tmp_path / "search", redis_client_sync, STREAM, 2**20)
    other.start()
    block_until(lambda: other.is_complete)
    assert len(found(other.path, "word")) == 1
    other.stop()
    follower.stop()


def test_the_command_finds_what_is_there_without_a_gateway(
    redis_url: str, redis_client_sync: redis.Redis, tmp_path: Path
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    put(redis_client_sync, 1, "The \x1b[31mlighthouse keeper")
    put(redis_client_sync, 2, "Ferries")
    article = encode(story(3, text="Another lighthouse"))
    redis_client_sync.xadd(STREAM, {"event": "created", "id": f"{3:016x}", "article": article})
    done = site.run("search", "--json", "lighthouse", "--", "-keeper", FEEDMILL_REDIS_URL=redis_url)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["article"]["title"] == "Story 3"
    done = site.run("search", "--", "-keeper", FEEDMILL_REDIS_URL=redis_url)
    assert (done.returncode, "at least one word" in done.stderr) == (2, True)
