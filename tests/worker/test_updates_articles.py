"""Articles that change, vanish, come back and are retracted, on a moved clock."""

from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest
from mill import Mill
from newsroom import story
from origin import Reply, Route, Seen, feed, moved, page, serve
from rss_documents import item, rss

from config.settings import PageSettings
from feedmill._ledger.core.records import FeedSpec
from feedmill.article import decode
from feedmill.revision_changes import decode_changes
from worker.extraction import response_reader
from worker.pipeline import publish_stage, revisit_outcomes
from worker.publishing.fingerprints import choose_known_fingerprint, number_fingerprint


def with_validator(versions: dict[str, str], path: str) -> Route:
    """Answer conditional requests; the page's ETag is the number of its characters."""

    def answer(seen: Seen) -> Reply:
        body = versions[path]
        etag = f'W/"{len(body)}"'
        if seen.headers.get("if-none-match") == etag:
            return Reply(status=304, type=None, headers={"ETag": etag})
        return page(body, headers={"ETag": etag})

    return answer


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def listing(mill: Mill, *urls: str) -> None:
    mill.feeds = [
        FeedSpec(url=url, source=f"S{n}", tags=(f"t{n}",), interval=600.0) for n, url in enumerate(urls)
    ]


async def test_a_correction_is_a_revision_with_its_diff_and_a_trifle_is_not(mill: Mill) -> None:
    async with serve() as origin:
        link = origin.url("/bridge")
        origin.routes |= {"/bridge": page(story("bridge")), "/feed": feed(rss(item(link)))}
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"]
        origin.routes["/feed"] = feed(rss(item(link, "as listed<br>12 comments")))
        assert await mill.turn() == []
        assert len(origin.requests("/bridge")) == 1
        trifle = story("bridge").replace(
            "</article>", "<p>Updated 3 hours ago</p><p>1,204 views</p></article>"
        )
        origin.routes |= {"/bridge": page(trifle), "/feed": feed(rss(item(link, "said otherwise")))}
        assert await mill.turn() == []
        assert len(origin.requests("/bridge")) == 2
        corrected = story("bridge").replace("two of its four piers", "three of its four piers")
        origin.routes |= {"/bridge": page(corrected), "/feed": feed(rss(item(link, "corrected")))}
        assert await mill.turn() == ["updated 2"]
    first, second = await mill.stream()
    assert first["id"] == second["id"]
    assert "changes" not in first
    changes = decode_changes(second["changes"])
    assert changes.fields == ("text",)
    assert [text.partition(",")[0] for text in changes.added] == [
        "Engineers had found cracks in three of its four piers"
    ]
    assert [text.partition(",")[0] for text in changes.removed] == [
        "Engineers had found cracks in two of its four piers"
    ]
    assert not changes.cut
    assert "three of its" in decode(second["article"]).text


async def test_a_young_page_with_a_validator_is_asked_a_few_times_and_others_never(mill: Mill) -> None:
    async with serve() as origin:
        versions = {"/young": story("young")}
        origin.routes |= {"/young": with_validator(versions, "/young"), "/plain": page(story("plain"))}
        origin.routes["/feed"] = feed(rss(item(origin.url("/young")), item(origin.url("/plain"))))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1", "created 1"]
        asked = []
        for turn in range(1, 20):
            await mill.turn(hours=1.75)
            asked += [turn] * (len(origin.requests("/young")) - 1 - len(asked))
        assert len(asked) == 3
        assert asked[0] == 1
        assert asked[2] - asked[1] > asked[1] - asked[0] >= 2
        assert {seen.headers["if-none-match"] for seen in origin.requests("/young")[1:]} == {
            f'W/"{len(story("young"))}"'
        }
        assert len(origin.requests("/plain")) == 1
    assert (await mill.counts()).settled == {"published": 2, "not_modified": 3}


async def test_a_change_found_by_a_revisit_is_a_revision(mill: Mill) -> None:
    async with serve() as origin:
        versions = {"/young": story("young")}
        origin.routes |= {"/young": with_validator(versions, "/young")}
        origin.routes["/feed"] = feed(rss(item(origin.url("/young"))))
        listing(mill, origin.url("/feed"))
        await mill.turn()
        versions["/young"] = story("young").replace("a year", "two years")
        assert await mill.turn(hours=1) == ["updated 2"]
        assert [await mill.turn(hours=12) for _ in range(5)] == [[]] * 5
        assert len(origin.requests("/young")) <= 4


async def test_a_page_that_ignores_its_validators_is_left_alone(mill: Mill) -> None:
    async with serve() as origin:
        origin.routes["/page"] = page(story("page"), headers={"ETag": '"x"'})
        origin.routes["/feed"] = feed(rss(item(origin.url("/page"))))
        listing(mill, origin.url("/feed"))
        for _ in range(5):
            await mill.turn(hours=8)
        assert len(origin.requests("/page")) == 2


async def test_a_schedule_is_the_operators_choice(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mill = Mill(redis_url, monkeypatch, schedule=(3600.0, 36000.0))
    async with serve() as origin:
        origin.routes |= {"/page": page(story("page")), "/feed": feed(rss(item(origin.url("/page"))))}
        listing(mill, origin.url("/feed"))
        for _ in range(6):
            await mill.turn(hours=4)
        assert len(origin.requests("/page")) == 3


async def test_gone_twice_an_hour_apart_is_a_retraction_and_once_is_none(mill: Mill) -> None:
    async with serve() as origin:
        paths = ("/gone", "/back")
        origin.routes |= {path: page(story(path[1:])) for path in paths}
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path)) for path in paths)))
        listing(mill, origin.url("/feed"))
        await mill.turn()
        origin.routes |= {"/gone": Reply(status=410), "/back": Reply(status=404)}
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path), "new words") for path in paths)))
        assert await mill.turn() == []
        origin.routes["/back"] = page(story("back"))
        assert await mill.turn() == []
        assert await mill.turn(hours=1) == ["retracted 2"]
        entry = (await mill.stream())[-1]
        assert (entry["reason"], entry["url"], entry["tags"]) == ("http_410", origin.url("/gone"), "t0")
        assert "article" not in entry
        assert [await mill.turn(hours=9) for _ in range(2)] == [[]] * 2
        assert len(origin.requests("/gone")) == 3
        origin.routes["/gone"] = page(story("gone").replace("four piers", "six piers"))
        origin.routes["/feed"] = feed(rss(item(origin.url("/gone"), "back again")))
        assert await mill.turn(hours=9) == ["updated 3"]
    assert (await mill.counts()).dead == 0


@pytest.mark.parametrize(
    "notice", ["This article has been retracted.", "Dieser Artikel wurde zurückgezogen."]
)
async def test_a_notice_on_the_page_is_a_retraction(mill: Mill, notice: str) -> None:
    async with serve() as origin:
        link = origin.url("/bridge")
        origin.routes |= {"/bridge": page(story("bridge")), "/feed": feed(rss(item(link)))}
        listing(mill, origin.url("/feed"))
        await mill.turn()
        body = f"<p>{notice} It did not meet our standards, and what it said of the piers was wrong.</p>" * 2
        head = "<html><head><title>News of bridge</title></head>"
        retracted = f"{head}<article><h1>News of bridge</h1>{body}</article>"
        origin.routes |= {"/bridge": page(retracted), "/feed": feed(rss(item(link, "retracted")))}
        assert await mill.turn() == ["retracted 2"]
        entry = (await mill.stream())[-1]
        assert (entry["reason"], notice in entry["notice"]) == ("notice", True)
        origin.routes["/feed"] = feed(rss(item(link, "still retracted")))
        assert await mill.turn(hours=1) == []


async def test_a_second_feed_is_told_whatever_way_it_links(mill: Mill) -> None:
    hosts = ("127.0.0.1", "127.0.0.2")
    async with serve(hosts=hosts) as origin:
        link = origin.url("/bridge")
        origin.routes |= {
            "/bridge": page(story("bridge")),
            "/short": moved(link),
            "/a": feed(rss(item(link))),
            "/b": feed(rss(item(f"{link}/?utm_source=rss#top"))),
            "/c": feed(rss(item(origin.url("/short", host="127.0.0.2")))),
        }
        listing(mill, origin.url("/a"))
        assert await mill.turn() == ["created 1"]
        listing(mill, origin.url("/a"), origin.url("/b"), origin.url("/c", host="127.0.0.2"))
        assert await mill.turn() == ["listed 1", "listed 1"]
        assert await mill.turn() == []
        created, *told = await mill.stream()
        assert {(entry["id"], entry["first_tags"]) for entry in told} == {(created["id"], "t0")}
        assert {entry["tags"] for entry in told} == {"t1", "t2"}
        assert {entry["article"] for entry in told} == {created["article"]}


async def test_no_other_site_can_revise_an_article(mill: Mill) -> None:
    async with serve(hosts=("127.0.0.1", "127.0.0.2")) as origin:
        victim, thief = origin.url("/bridge"), origin.url("/steal", host="127.0.0.2")
        origin.routes |= {
            "/bridge": page(story("bridge")),
            "/steal": moved(victim),
            "/thief": feed(rss(item(thief))),
            "/feed": feed(rss(item(victim))),
        }
        listing(mill, origin.url("/thief", host="127.0.0.2"))
        assert await mill.turn() == ["created 1"]
        listing(mill, origin.url("/thief", host="127.0.0.2"), origin.url("/feed"))
        assert await mill.turn() == ["listed 1"]
        fake = story("bridge", canonical=victim).replace("a year", "a century")
        origin.routes |= {"/steal": page(fake), "/thief": feed(rss(item(thief, "now mine")))}
        assert await mill.turn() == []
        assert (await mill.counts()).settled["other_site"] == 1


async def test_new_words_bring_a_dead_page_back(mill: Mill) -> None:
    async with serve() as origin:
        link = origin.url("/late")
        origin.routes["/feed"] = feed(rss(item(link)))
        listing(mill, origin.url("/feed"))
        mill.settings = replace(mill.settings, pages=PageSettings(stand_in="full"))
        assert await mill.turn() == []
        assert (await mill.counts()).dead == 1
        origin.routes |= {"/late": page(story("late")), "/feed": feed(rss(item(link, "there now")))}
        assert await mill.turn() == ["created 1"]
        assert (await mill.counts()).dead == 0


@pytest.mark.parametrize(
    "kind", ["all the same", "new at every poll", "a permalink that is none", "the front page"]
)
async def test_bad_guids_make_no_article_twice_and_lose_none(mill: Mill, kind: str) -> None:
    paths = [f"/story-{n}" for n in range(6)]

    def printed(turn: int, upto: int) -> Reply:
        listed = []
        for number, path in enumerate(paths[:upto]):
            guids = {
                "all the same": "1",
                "new at every poll": f"{turn}-{number}",
                "a permalink that is none": f"number {number}",
                "the front page": origin.url("/"),
            }
            listed.append(item(origin.url(path), guid=guids[kind]))
        text = rss(*listed)
        return feed(text.replace(' isPermaLink="false"', "") if "p" in kind else text)

    async with serve() as origin:
        origin.routes |= {path: page(story(path[1:])) for path in paths}
        listing(mill, origin.url("/feed"))
        events = []
        for turn in range(6):
            origin.routes["/feed"] = printed(turn, 3 + turn // 2)
            events += await mill.turn()
        assert sum(len(origin.requests(path)) for path in paths) <= 7
    assert sorted(events) == ["created 1"] * 5


async def test_entries_that_share_a_link_are_articles_of_their_own(mill: Mill) -> None:
    words = "Release {} of the mill grinds finer than the one before, and the wheel turns with less water."

    def release(number: int) -> dict[str, str]:
        told = {"title": f"Release {number}", "guid": f"v{number}", "description": words.format(number)}
        return {"link": origin.url(f"/notes#v{number}"), **told}

    async with serve() as origin:
        listing(mill, origin.url("/feed"))
        events = []
        for last in (4, 5):
            origin.routes["/feed"] = feed(rss(*(release(number) for number in range(last - 3, last + 1))))
            events += await mill.turn()
        assert {seen.path for seen in origin.log} == {"/feed"}
        assert {entry["url"] for entry in await mill.stream()} == {
            origin.url(f"/notes#v{n}") for n in range(1, 6)
        }
    assert events == ["created 1"] * 5


async def test_a_feed_that_stamps_every_entry_anew_costs_no_request_and_no_memory(
    mill: Mill, redis_client_sync: object
) -> None:
    paths = [f"/story-{n}" for n in range(5)]

    def atom(minute: int, *edited: str) -> Reply:
        entries = "".join(
            f"<entry><id>{path}</id><title>News of {path[1:]}</title><link href='{origin.url(path)}'/>"
            f"<updated>2026-11-23T{12 if path in edited else 10}:{minute:02}:00Z</updated></entry>"
            for path in paths
        )
        return feed(
            f"<feed xmlns='http://www.w3.org/2005/Atom'><title>N</title>{entries}</feed>",
            type="application/atom+xml",
        )

    async with serve() as origin:
        origin.routes |= {path: page(story(path[1:])) for path in paths}
        listing(mill, origin.url("/feed"))
        for minute in range(5):
            origin.routes["/feed"] = atom(minute)
            await mill.turn()
        assert [len(origin.requests(path)) for path in paths] == [1] * 5
        chunks = redis_client_sync.keys("feedmill:seen:*")
        assert len(chunks) == 1
        assert redis_client_sync.scard(chunks[0]) == 20  # key, version, stamp and print of each
        origin.routes["/feed"] = atom(0, paths[0])
        await mill.turn()
        assert [len(origin.requests(path)) for path in paths] == [2, 1, 1, 1, 1]


async def test_items_that_stay_for_years_do_not_return(mill: Mill) -> None:
    async with serve() as origin:
        paths = ["/one", "/two"]
        origin.routes |= {path: page(story(path[1:])) for path in paths}
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path)) for path in paths)))
        listing(mill, origin.url("/feed"))
        assert await mill.turn() == ["created 1"] * 2
        for month in range(8):
            origin.routes["/feed"] = feed(
                rss(*(item(origin.url(path)) for path in paths)) + f"<!-- {month} -->"
            )
            assert await mill.turn(hours=85 * 24) == []
        assert [len(origin.requests(path)) for path in paths] == [1, 1]


async def test_revisions_read_as_what_they_are(mill: Mill) -> None:
    async with serve() as origin:
        link = origin.url("/bridge")
        origin.routes |= {"/bridge": page(story("bridge")), "/feed": feed(rss(item(link)))}
        listing(mill, origin.url("/feed"))
        await mill.turn()
    (entry,) = await mill.stream()
    assert msgspec.json.decode(entry["article"])["rev"] == 1


# Another reader


class Reader:
    """Reads all pages after it as another release does: with a line more, or none of the first."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._read = response_reader.read_page

    def replace(self, number: int, *, extra: str = "") -> None:
        def read(*args: Any, **more: Any) -> Any:
            found = self._read(*args, **more)
            text = f"{found.text}\n\n{extra}" if extra else found.text
            return replace(found, text=text)

        self._patch.setattr(response_reader, "read_page", read)
        for module, function in (
            (publish_stage, number_fingerprint),
            (revisit_outcomes, number_fingerprint),
            (revisit_outcomes, choose_known_fingerprint),
        ):
            self._patch.setattr(module, function.__name__, partial(function, reader=number))


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(monkeypatch)


async def test_another_reader_is_no_correction(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    mill = Mill(redis_url, monkeypatch, schedule=(3600.0, 36000.0, 360000.0))
    async with serve() as origin:
        origin.routes |= {
            f"/{name}": page(story(name), headers={"ETag": f'"{name}"'}) for name in ("bridge", "quay")
        }
        origin.routes["/feed"] = feed(rss(*(item(origin.url(f"/{name}")) for name in ("bridge", "quay"))))
        listing(mill, origin.url("/feed"))
        reader.replace(1)
        assert await mill.turn() == ["created 1", "created 1"]
        reader.replace(2, extra="A line that the reader before did not see.")
        assert await mill.turn(hours=2) == []
        assert (await mill.counts()).settled["other_reader"] == 2
        assert await mill.turn(hours=12) == []  # its own print is stored: now it is known
        settled = (await mill.counts()).settled
    assert (settled["other_reader"], settled["unchanged"]) == (2, 2)
    assert len(await mill.stream()) == 2


async def test_what_the_server_says_has_changed_is_published_by_another_reader_too(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    mill = Mill(redis_url, monkeypatch, schedule=(3600.0, 36000.0))
    async with serve() as origin:
        versions = {"/bridge": story("bridge")}
        origin.routes["/bridge"] = with_validator(versions, "/bridge")
        origin.routes["/feed"] = feed(rss(item(origin.url("/bridge"))))
        listing(mill, origin.url("/feed"))
        reader.replace(1)
        assert await mill.turn() == ["created 1"]
        reader.replace(2, extra="A line that the reader before did not see.")
        versions["/bridge"] = story("bridge").replace("two of its four piers", "three of its four piers")
        assert await mill.turn(hours=2) == ["updated 2"]


async def test_what_the_feed_says_has_changed_is_published_by_another_reader_too(
    mill: Mill, reader: Reader
) -> None:
    async with serve() as origin:
        link = origin.url("/bridge")
        origin.routes |= {"/bridge": page(story("bridge")), "/feed": feed(rss(item(link)))}
        listing(mill, origin.url("/feed"))
        reader.replace(1)
        assert await mill.turn() == ["created 1"]
        reader.replace(2)
        origin.routes["/feed"] = feed(rss(item(link, "said otherwise")))
        assert await mill.turn() == []
        corrected = story("bridge").replace("two of its four piers", "three of its four piers")
        origin.routes |= {"/bridge": page(corrected), "/feed": feed(rss(item(link, "corrected")))}
        reader.replace(3, extra="A line that the reader before did not see.")
        assert await mill.turn() == ["updated 2"]


async def test_readers_side_by_side_do_not_undo_each_other(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, reader: Reader
) -> None:
    mill = Mill(redis_url, monkeypatch, schedule=tuple(3600.0 * n for n in (1, 60, 100, 150)))
    async with serve() as origin:
        origin.routes |= {
            "/bridge": page(story("bridge")),
            "/feed": feed(rss(item(origin.url("/bridge")))),
        }
        listing(mill, origin.url("/feed"))
        reader.replace(1)
        assert await mill.turn() == ["created 1"]
        for number in (2, 1, 2, 1):
            reader.replace(number, extra="A line more." if number == 2 else "")
            assert await mill.turn(hours=45) == []
    settled = (await mill.counts()).settled
    assert (settled["other_reader"], settled["unchanged"]) == (2, 2)
    assert len(await mill.stream()) == 1
