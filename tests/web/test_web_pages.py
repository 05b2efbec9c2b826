"""The pages: all are served, hostile texts stay texts, forms do what they say and nothing for strangers."""

import re
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
import redis.asyncio
from gateway import BEARER, HTML, TOKEN, Gateway, append, client_of, form, serving, story
from ledger_desk import Desk
from ledger_desk import story as entry
from origin import Reply, feed, serve
from outages import OwnServer
from running import SETTINGS
from support.waiting import until

from config.settings import Settings
from daemon.health.ledger_snapshot import read_snapshot
from daemon.health.snapshot_checks import check_snapshot
from daemon.health.work_checks import check_page_records
from feedmill import Consumer
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.core.site_and_route_rules import RouteRule
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.rule_operations import apply_routes
from feedmill.dead_letters import Letters
from web.http.auth_token import AccessToken

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
HOSTILE = story(
    7,
    title=SCRIPT,
    url="javascript:alert(3)",
    source=SCRIPT,
    tags=(SCRIPT.replace(",", ""),),
    text=f"{SCRIPT}\n\n\u202egnp.exe",
    standfirst=SCRIPT,
    authors=(SCRIPT,),
    dateline=SCRIPT,
    keywords=(SCRIPT,),
    doubts=(SCRIPT,),
    rights=(SCRIPT,),
    removed={SCRIPT: 3},
    lang='x" onload="alert(4)',
)
PAGES = (
    "/",
    "/overview",
    "/overview?span=week",
    "/feeds",
    "/dead",
    "/stories",
    "/stories?span=week",
    "/dead?group=g",
    "/groups",
    "/add",
    "/login",
)


class Markup(HTMLParser):
    """Collects what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in {"href", "src", "action"}:
                self.links.append(value or "")


def markup(text: str) -> Markup:
    parsed = Markup()
    parsed.feed(text)
    return parsed


@pytest.fixture
async def gateway(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> AsyncIterator[Gateway]:
    copied = {"story": f"{1:016x}", "story_size": "2", "story_sources": "2"}
    await append(redis_client, story(1), **copied, similarity="", relation="")
    await append(redis_client, story(1, rev=2, title="Later"), event="updated")
    await append(redis_client, HOSTILE, **copied, similarity=SCRIPT, relation=SCRIPT)
    async with serving(redis_url, tmp_path) as running:
        yield running


@pytest.mark.parametrize("path", [*PAGES, f"/articles/{1:016x}", f"/articles/{7:016x}"])
async def test_a_page_runs_and_fetches_nothing_but_its_own(gateway: Gateway, path: str) -> None:
    text = (await gateway.get(path, **HTML)).text
    found = markup(text)
    assert found.tags.count("script") <= 2
    assert "img" not in found.tags
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    assert [link for link in found.links if not re.match(r"/|\?|#|https?://(news|a)\.example/", link)] == []
    assert "\u202e" not in text
    assert found.tags.count("h1") == 1


async def test_a_daemon_without_feeds_says_what_to_do_next(redis_url: str, tmp_path: Path) -> None:
    async with serving(redis_url, tmp_path) as gateway:
        for path in ("/", "/overview", "/feeds"):
            text = (await gateway.get(path, **HTML)).text
            assert "What to do next" in text
            assert str(tmp_path / "feeds.toml") in text


async def test_outcomes_are_shown_before_ten_minutes_are_over(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    desk.now = round(time.time() * 1000)
    async with serving(redis_url, tmp_path) as gateway, client_of(redis_url) as client:
        await until(lambda: client.xlen("feedmill:samples"))
        await append(client, story(1))
        desk.settle(desk.start(entry(2))[0])

        async def is_shown() -> bool:
            text = (await gateway.get("/overview?span=hour", **HTML)).text
            return "1 published, 1 known already" in text and "1 new" in text

        await until(is_shown)


async def test_the_overview_names_the_feeds_in_need_and_the_sites_that_are_shut(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    desk.now = round(time.time() * 1000)
    desk.apply(*(f"http://s{number}.example/feed" for number in range(14)))
    for claimed in desk.claim(12, per_site=9).feeds:
        desk.record(claimed, outcome="http_500", ok=False, next_ms=10**8)
    desk.client.set(desk.keys.gate("s13.example"), desk.now + 3_600_000)
    async with serving(redis_url, tmp_path) as gateway:
        status = await gateway.json("/v1/status")
        assert (len(status["attention"]), status["attention_total"]) == (10, 12)
        assert [one["site"] for one in status["closed_sites"]] == ["s13.example"]
        assert status["running"]["state"] == "idle"
        text = (await gateway.get("/overview", **HTML)).text
        assert text.count("http_500, 1 in a row") == 10
        assert "All 12 feeds that need a look" in text
        assert "s13.example" in text
        assert "Times in UTC" in text
        cookie = "feedmill_zone=Asia/Kolkata"
        assert "Times in Asia/Kolkata" in (await gateway.get("/overview", **HTML, cookie=cookie)).text


async def test_a_failing_daemon_shows_what_fails(desk: Desk, redis_url: str, tmp_path: Path) -> None:
    pages = desk.start(entry(1), entry(2), entry(3))
    desk.begin(pages[0])
    desk.bury(pages[0])
    desk.publish(pages[1], article="x" * 200_000)
    desk.client.xgroup_create(desk.keys.stream(), "slow", "0")
    assert desk.trimmed("slow", max_bytes=1000, hard_bytes=100_000).full
    async with serving(redis_url, tmp_path) as gateway:
        text = (await gateway.get("/overview", **HTML)).text
        assert "What needs a look" in text
        assert "dead letters" in text
        assert "pages wait for the group slow" in text
        away = check_page_records(replace(desk.census(), offline_ms=90_000))
        (line,) = [one for one in away if one.what == "line"]
        assert line.found == "no site could be reached for 1 min 30 s"
        shown = (await gateway.json("/v1/status"))["findings"]
        checked = check_snapshot(read_snapshot(redis_url, "feedmill"), Settings().stream.keep * 1000)
        assert {(one["what"], one["level"], one["remedy"]) for one in shown} == {
            (one.what, one.level, one.remedy) for one in checked if one.level != "ok"
        }
        mild = [one["level"] == "warn" for one in shown]
        assert mild == sorted(mild)
        listed = (await gateway.get("/dead", **HTML)).text
        assert pages[0].url in listed


async def test_a_dead_letter_is_tried_again_by_a_button(desk: Desk, redis_url: str, tmp_path: Path) -> None:
    one, two = desk.start(entry(1), entry(2))
    for page in (one, two):
        desk.begin(page)
        desk.bury(page)
    async with serving(redis_url, tmp_path) as gateway:
        assert await form(gateway, f"/dead/{one.id}/retry") == (303, "/dead?done=retried")
        assert await form(gateway, f"/dead/{two.id}/drop") == (303, "/dead?done=dropped")
        assert (await form(gateway, f"/dead/{two.id}/drop"))[0] == 404
        assert (await gateway.json("/v1/dead"))["dead"] == []
    assert desk.census().ready + desk.census().deferred == 1


async def test_all_dead_letters_are_tried_again_at_once(desk: Desk, redis_url: str, tmp_path: Path) -> None:
    for page in desk.start(entry(1), entry(2)):
        desk.begin(page)
        desk.bury(page)
    async with client_of(redis_url) as client:
        for number in (1, 2, 3):
            await append(client, story(number))
    with Consumer(redis_url, "g", wait=False, deliveries=1) as consumer:
        for event in consumer:
            consumer.give_back(event, "no")
    async with serving(redis_url, tmp_path) as gateway:
        text = (await gateway.get("/dead?group=g", **HTML)).text
        assert ">Story 2</a>" in text, "an article is called by its title"
        assert await form(gateway, "/dead/retry") == (303, "/dead?done=all")
        assert await form(gateway, "/groups/g/dead/retry") == (303, "/dead?group=g&done=all")
        for path in ("/v1/dead/retry", "/v1/groups/g/dead/retry"):
            answer = await gateway.http.post(path, headers=BEARER)
            assert answer.json() == {"retried": 0, "more": False}
    assert desk.census().dead == 0
    assert desk.client.xlen("feedmill:group:again:g") == 3


async def test_a_feed_is_paused_resumed_edited_and_removed_on_its_page(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    url = "https://a.example/f"
    (tmp_path / "feeds.toml").write_text(f'[[feeds]]  # the first\nurl = "{url}"\ntags = ["x"]\n')
    desk.apply(FeedSpec(url=url, source="a.example", tags=("x",)))
    page = f"/feeds/{name_feed(url)}"
    async with serving(redis_url, tmp_path) as gateway:
        assert await form(gateway, f"{page}/pause") == (303, f"{page}?done=paused")
        assert f"feed:{name_feed(url)}" in desk.census().paused
        for shown in ("/feeds", page):
            assert ">paused</span>" in (await gateway.get(shown, **HTML)).text
        assert await form(gateway, f"{page}/resume") == (303, f"{page}?done=resumed")
        assert desk.census().paused == ()
        asked = {"source": "A paper", "tags": "x, y", "interval": "30m", "text": "feed", "enabled": "1"}
        assert await form(gateway, f"{page}/edit", **asked) == (303, f"{page}?done=edited")
        listed = (tmp_path / "feeds.toml").read_text()
        assert listed.startswith("[[feeds]]  # the first\n")
        assert 'source = "A paper"\ninterval = "30m"\ntext = "feed"\n' in listed.replace("tags", "\ntags")
        assert "enabled" not in listed, "what stays as it was is not written"
        status, text = await form(gateway, f"{page}/edit", **asked | {"interval": "soon"})
        assert status == 400
        assert "interval: wanted is a time such as 30m" in text
        assert 'value="soon"' in text, "what was typed stays in the form"
        assert await form(gateway, f"{page}/remove") == (303, "/feeds?done=unlisted")
        assert "a.example" not in (tmp_path / "feeds.toml").read_text()


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({}, {"origin": "HERE"}),
        ({"form_token": "1.x"}, {"origin": "HERE"}),
        ({"form_token": "OURS"}, {}),
        ({"form_token": "OURS"}, {"origin": "https://evil.example"}),
        ({"form_token": "OURS"}, {"origin": "HERE", "sec-fetch-site": "cross-site"}),
        ({"form_token": "OURS"}, {"origin": "https://evil.example", "sec-fetch-site": "same-origin"}),
    ],
)
async def test_a_form_that_is_not_ours_is_refused(
    gateway: Gateway, fields: dict[str, str], headers: dict[str, str]
) -> None:
    await gateway.login()
    token = re.search(r'name="form_token" value="([^"]+)"', (await gateway.get("/add", **HTML)).text)
    assert token is not None
    given = {name: token[1] if value == "OURS" else value for name, value in fields.items()}
    sent = {name: gateway.url if value == "HERE" else value for name, value in headers.items()}
    answer = await gateway.http.post(f"/dead/{1:016x}/retry", data=given, headers=sent)
    assert answer.status_code in {401, 403}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "same-origin"},
        {"x-forwarded-for": "192.0.2.7"},
        {"authorization": "Basic " + b64encode(f"a:{TOKEN}".encode()).decode()},
        {"cookie": "feedmill_session=9999999999.00"},
        {"cookie": "feedmill_session=" + AccessToken(TOKEN).make_session("ab" * 16, 9_999_999_999)},
    ],
)
async def test_a_program_on_this_machine_with_our_origin_and_form_changes_nothing_without_the_token(
    gateway: Gateway, tmp_path: Path, headers: dict[str, str]
) -> None:
    token = re.search(r'name="form_token" value="([^"]+)"', (await gateway.get("/add", **HTML)).text)
    assert token is not None
    fields = {"form_token": token[1], "url": "http://127.0.0.1:9/feed", "do": "add", "source": "", "tags": ""}
    answer = await gateway.http.post("/add", data=fields, headers={"origin": gateway.url, **headers})
    assert answer.status_code in {401, 403}
    assert not (tmp_path / "feeds.toml").exists()


async def test_a_session_ends_with_logout_wherever_its_cookie_was_copied_to(gateway: Gateway) -> None:
    await gateway.login()
    copied = gateway.http.cookies["feedmill_session"]
    async with httpx.AsyncClient(base_url=gateway.url, cookies={"feedmill_session": copied}) as thief:
        away = {"x-forwarded-for": "192.0.2.7"}
        assert (await thief.get("/v1/feeds", headers=away)).status_code == 200
        token = re.search(r'name="form_token" value="([^"]+)"', (await gateway.get("/add", **HTML)).text)
        assert token is not None
        assert (await form(gateway, "/logout"))[0] == 303
        sent = {"form_token": token[1], "url": "http://127.0.0.1:9/feed", "do": "add"}
        assert (await thief.get("/v1/feeds", headers=away)).status_code == 401
        left = await thief.post("/add", data=sent, headers={"origin": gateway.url})
    assert left.status_code == 401


async def test_a_browser_elsewhere_shows_the_token_once(gateway: Gateway) -> None:
    away = {"x-forwarded-for": "192.0.2.7", **HTML}
    turned = await gateway.get("/feeds", 303, **away)
    assert turned.headers["location"] == "/login"
    shown = (await gateway.get("/login", **away)).text
    token = re.search(r'name="form_token" value="([^"]+)"', shown)
    assert token is not None
    sent = {**away, "origin": gateway.url}
    wrong = await gateway.http.post("/login", data={"token": "no", "form_token": token[1]}, headers=sent)
    assert wrong.status_code == 403
    right = await gateway.http.post("/login", data={"token": TOKEN, "form_token": token[1]}, headers=sent)
    assert right.status_code == 303
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    await gateway.get("/feeds", **away)  # the client keeps the cookie
    gone = await gateway.http.post("/logout", data={"form_token": token[1]}, headers=sent)
    assert gone.status_code == 303
    await gateway.get("/feeds", 303, **away)


async def test_a_feed_is_checked_and_added_by_the_form(gateway: Gateway, tmp_path: Path) -> None:
    status, told = await form(
        gateway, "/add", url="http://127.0.0.1:9/feed", do="add", tags="a, b", source="S"
    )
    assert status == 200
    assert "is on the list" in told
    assert 'tags = ["a", "b"]' in (tmp_path / "feeds.toml").read_text()
    status, told = await form(gateway, "/add", url="http://127.0.0.1:9/feed", do="add")
    assert status == 409
    assert "on the list already" in told
    status, told = await form(gateway, "/add", url="http://127.0.0.1:9/feed", do="check")
    assert status == 200
    assert "forbidden" in told
    status, told = await form(gateway, "/add", url="--help", do="add")
    assert status == 400


async def test_a_page_is_never_added_as_a_feed_and_its_feeds_are_offered(
    gateway: Gateway, tmp_path: Path
) -> None:
    listed = "<rss version='2.0'><channel><title>The Bay Post</title><item/></channel></rss>"
    page = "<html><head><link rel='alternate' type='application/rss+xml' href='/bay'></head></html>"
    bare = Reply(body="<html><body>words</body></html>")
    async with serve({"/bay": feed(listed), "/": Reply(body=page), "/bare": bare}) as origin:
        (tmp_path / "feedmill.toml").write_text(SETTINGS)
        status, text = await form(gateway, "/add", url=origin.url("/"), do="add", tags="bay")
        assert status == 409
        assert "this is a page, not a feed" in text
        assert "Add The Bay Post" in text
        assert f'value="{origin.url("/bay")}"' in text
        status, text = await form(gateway, "/add", url=origin.url("/bare"), do="add")
        assert (status, "it leads to none" in text) == (409, True)
        assert not (tmp_path / "feeds.toml").exists()
        status, text = await form(gateway, "/add", url=origin.url("/bay"), do="add", tags="bay")
        assert (status, "is on the list" in text) == (200, True)
        assert 'source = "The Bay Post"' in (tmp_path / "feeds.toml").read_text()


async def test_the_api_refuses_a_page_that_is_no_feed_unless_it_is_told_not_to_look(
    gateway: Gateway, tmp_path: Path
) -> None:
    page = "<html><head><link rel='alternate' type='application/rss+xml' href='/bay'></head></html>"
    listed = "<rss version='2.0'><channel><title>The Bay Post</title><item/></channel></rss>"
    async with serve({"/bay": feed(listed), "/": Reply(body=page)}) as origin:
        (tmp_path / "feedmill.toml").write_text(SETTINGS)

        async def post(**head: object) -> tuple[int, str]:
            answer = await gateway.http.post("/v1/feeds", json=head, headers=BEARER)
            return answer.status_code, answer.text

        status, text = await post(url=origin.url("/"))
        assert (status, f"leads to: {origin.url('/bay')}" in text) == (409, True)
        assert not (tmp_path / "feeds.toml").exists()
        assert (await post(url=origin.url("/bay")))[0] == 201
        assert (await post(url=origin.url("/"), check=False))[0] == 201
        assert "source" not in (tmp_path / "feeds.toml").read_text(), "the name of its host, as by hand"


async def test_a_server_that_is_away_is_said_with_its_reason_and_the_way_back(tmp_path: Path) -> None:
    server = OwnServer(tmp_path)
    server.start()
    async with serving(server.url, tmp_path) as gateway:
        server.kill()
        text = (await gateway.get("/overview", 503, **HTML)).text
        assert f"the Redis server does not answer: {tmp_path}/s: Connection refused" in text
        assert "feedmill doctor" in text
        assert {"/overview", "/groups"} <= set(markup(text).links), "again, or elsewhere"
        assert "Connection refused" in (await gateway.json("/v1/status", 503))["detail"]
        (redis, *_) = (await gateway.json("/readyz", 503))["checks"]
        assert redis["detail"] == f"{tmp_path}/s: Connection refused", "in no library's words"


async def test_a_server_that_is_away_from_the_start_is_an_error_and_never_an_empty_answer(
    tmp_path: Path,
) -> None:
    server = OwnServer(tmp_path)
    async with serving(server.url, tmp_path, reads=False) as gateway:
        pages = ["/", "/stories", "/overview", "/feeds", "/dead", "/groups", f"/articles/{1:016x}"]

        async def is_told() -> bool:
            return "feedmill doctor" in (await gateway.get("/", 503, **HTML)).text

        await until(is_told)  # before the first try has failed, the stream has not been read yet
        for path in pages:
            assert "feedmill doctor" in (await gateway.get(path, 503, **HTML)).text, "what to do is said"
        answers = ["/v1/articles", "/v1/stories", f"/v1/stories/{1:016x}", f"/v1/articles/{1:016x}"]
        answers += ["/v1/feeds", "/v1/status", "/v1/dead", "/v1/groups", "/feeds/all.atom", "/feeds/all.json"]
        for path in (*answers, "/v1/stream"):
            assert "/s: No such file or directory" in (await gateway.json(path, 503))["detail"], path
        server.start()
        await gateway.ready()
        assert (await gateway.json("/v1/articles"))["entries"] == []
        server.kill()


async def test_problems_are_pages_for_people(gateway: Gateway) -> None:
    text = (await gateway.get("/articles/0000000000000099", 404, **HTML)).text
    assert markup(text).tags.count("h1") == 1
    assert (await gateway.get("/nothing", 404, **HTML)).headers["content-type"].startswith("text/html")


async def test_files_of_pages_are_asked_for_again_only_when_changed(gateway: Gateway) -> None:
    first = await gateway.get("/static/page.css")
    await gateway.get("/static/page.css", 304, **{"if-none-match": first.headers["etag"]})
    await gateway.get("/static/none.css", 404)


async def test_groups_of_a_route_have_their_dead_letters_tried_again_and_are_ended(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    call = apply_routes(
        desk.keys, routes={"part": RouteRule(keep_ms=10**9, max_bytes=1 << 20, tags=("x",))}, token="routes"
    )
    desk.run(call)
    (page,) = desk.start(entry(1))
    desk.publish(page, tags="x", event="created")
    with Consumer(redis_url, "g", stream="part", events=(), deliveries=1, wait=False) as consumer:
        for event in consumer:
            consumer.give_back(event, "no")
    letters = Letters(desk.client, "g", stream="part")
    async with serving(redis_url, tmp_path) as gateway:
        text = (await gateway.get("/groups", **HTML)).text
        assert "of the route part" in text
        assert "/dead?group=g&amp;stream=part" in text
        assert "no" in (await gateway.get("/dead?group=g&stream=part", **HTML)).text
        (letter,) = (await gateway.json("/v1/groups/g/dead?stream=part"))["dead"]
        assert (await gateway.json("/v1/groups/g/dead"))["dead"] == []
        path = f"/groups/g/dead/{letter['letter']}/retry"
        assert (await form(gateway, path))[0] == 404
        assert await form(gateway, f"{path}?stream=part") == (303, "/dead?group=g&stream=part&done=retried")
        assert letters.latest() == []
        assert await form(gateway, "/groups/g/remove?stream=part") == (303, "/groups?done=removed")
        assert (await gateway.json("/v1/groups"))["groups"] == []


@pytest.mark.parametrize("scheme", ["", "file://", "HTTP:", "http:", "-"])
async def test_an_article_that_names_a_file_as_its_page_shows_nothing_of_it(
    gateway: Gateway, redis_client: redis.asyncio.Redis, tmp_path: Path, scheme: str
) -> None:
    """Whoever may write to the stream, as every consumer may, could name one."""
    page = tmp_path / "secret.html"
    lines = "".join(
        f"<p>The secret of this machine, part {number}, is long enough.</p>" for number in range(9)
    )
    page.write_text(f"<html><body><article><h1>Secret</h1><p>3 min read</p>{lines}</article></body></html>")
    await append(redis_client, story(8, url=f"{scheme}{page}"))
    status, told = await form(gateway, f"/articles/{8:016x}")
    assert status == 409
    assert "cannot be requested" in told
    assert "min read" not in told
