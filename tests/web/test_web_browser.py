"""The pages in a real browser: in light and dark, on a phone, by keyboard, with 5,000 feeds."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from browser import AXE, Browser, browsing
from gateway import TOKEN, append, client_of, serving, story
from ledger_desk import DAY, Desk
from ledger_desk import story as entry
from support.waiting import HANG_S

from feedmill import Consumer
from feedmill._ledger.core.records import FeedSpec
from feedmill.dead_letters import Letters

PAGES = (
    "/",
    "/search",
    "/search?q=paragraph",
    "/overview",
    "/feeds",
    "/dead",
    "/dead?group=g",
    "/groups",
    "/stories",
    "/add",
    "/login",
    f"/articles/{1:016x}",
)

ROWS = "document.querySelectorAll('tbody tr').length"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as opened:
        yield opened


@contextmanager
def served(redis_url: str, folder: Path, **web: Any) -> Iterator[str]:
    """Serve in a thread of its own, as the browser is asked from this one."""
    begun, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()
    found: list[str] = []

    async def serve() -> None:
        async with serving(redis_url, folder, **web) as gateway:
            found.append(gateway.url)
            begun.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert begun.wait(HANG_S)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(30)
        loop.close()


def fill(redis_url: str, *articles: Any, **more: Any) -> None:
    async def put() -> None:
        async with client_of(redis_url) as client:
            for one in articles:
                await append(client, one, **more)

    asyncio.run(put())


@pytest.fixture
def site(desk: Desk, redis_url: str, tmp_path: Path) -> Iterator[str]:
    """A daemon with something of everything."""
    fill(redis_url, *(story(number, lang="de" if number % 2 else "en") for number in range(1, 41)))
    change = '{"fields":["title"],"title":"Story 1","added":["New."],"removed":["Old."],"words":1}'
    removed = {"read_time": 1, "related": 2}
    fill(redis_url, story(1, rev=2, title="Corrected", removed=removed), event="updated", changes=change)
    with Consumer(redis_url, "g", wait=False, deliveries=1) as consumer:
        consumer.give_back([next(iter(consumer))], "KeyError: 'section'")
    (page,) = desk.start(entry(1))
    desk.begin(page)
    desk.bury(page)
    with served(redis_url, tmp_path) as url:
        yield url


def needs_axe() -> None:
    if not AXE.is_file():
        pytest.skip("no axe-core here: run npm ci --ignore-scripts in .ci/axe")


def feed_page(browser: Browser, url: str) -> str:
    browser.open(f"{url}/feeds")
    return str(browser.run("return document.querySelector('td a').getAttribute('href')"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible_and_fits_the_screen(
    browser: Browser, site: str, scheme: str, width: int
) -> None:
    needs_axe()
    browser.prefer(scheme)
    browser.size(width, 800)
    browser.log()  # what others have left there
    for path in (*PAGES, feed_page(browser, site)):
        browser.open(site + path)
        assert browser.complaints() == [], path
        beyond = browser.run("return document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, path
    assert browser.log() == []


def test_the_checks_would_find_something(browser: Browser, site: str) -> None:
    needs_axe()
    browser.size(1280, 800)
    browser.prefer("light")  # the browser is all tests', and what is pale here is plain on black
    browser.open(f"{site}/add")
    browser.run("document.documentElement.removeAttribute('lang')")
    browser.run("document.querySelector('h1').style.color = '#eeeeee'")
    found = " ".join(browser.complaints())
    assert "color-contrast" in found
    assert "html-has-lang" in found
    browser.run(
        "const made = document.createElement('style'); made.textContent = '*{}'; document.head.append(made)"
    )
    assert any("style" in line for line in browser.log()), (
        "the content policy forbids it, and the console says so"
    )


def test_articles_arrive_while_one_looks_and_wait_while_it_is_paused(
    browser: Browser, site: str, redis_url: str
) -> None:
    browser.open(site)
    browser.wait("document.getElementById('live').classList.contains('on')")
    fill(redis_url, story(100, title="<b>Late</b> & live"))
    browser.wait("document.querySelector('#articles li.new h2')?.textContent === '<b>Late</b> & live'")
    assert browser.run("return document.querySelectorAll('#articles b').length") == 0
    browser.click("#pause")
    browser.wait("document.getElementById('live').textContent === 'paused'")
    fill(redis_url, story(101, title="Meanwhile"))
    browser.click("#pause")  # it goes on where it was
    browser.wait("document.querySelector('#articles li.new h2').textContent === 'Meanwhile'")
    browser.click("#articles li.new h2 a")
    browser.wait("document.querySelector('h1').textContent === 'Meanwhile'")


def test_articles_are_chosen_and_leafed_through_without_script(browser: Browser, site: str) -> None:
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(site)
        browser.click("a[rel=next]")
        assert "after=" in browser.url
    finally:
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)
    browser.open(site)
    browser.run("document.querySelector('select[name=lang]').value = 'de'")
    browser.click(".filter button")
    browser.wait("location.search.includes('lang=de') && document.querySelector('#articles h2')")
    langs = browser.run("return [...document.querySelectorAll('#articles h2')].map(one => one.lang)")
    assert set(langs) == {"de"}


def log_in(browser: Browser, site: str, then: str) -> None:
    """Show the token, as whoever wants to change something must; leads on to a page."""
    browser.open(f"{site}/login?then={then}")
    browser.write("input[name=token]", TOKEN)
    browser.click("main button")
    browser.wait(f"location.pathname === '{then}'")


def test_a_dead_letter_is_tried_again_by_keyboard_alone(
    browser: Browser, site: str, redis_client_sync: redis.Redis
) -> None:
    log_in(browser, site, "/dead")
    browser.open(f"{site}/dead?group=g")
    tab, enter = "\ue004", "\ue007"
    browser.keys(tab)
    assert browser.run("return document.activeElement.textContent") == "To the content"
    browser.keys(enter)
    for _ in range(12):
        browser.keys(tab)
        if browser.run("return document.activeElement.textContent") == "Try again":
            break
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    browser.keys(enter)
    browser.wait("document.querySelector('[role=status]')?.textContent === 'It is tried again.'")
    assert Letters(redis_client_sync, "g").latest() == []
    assert redis_client_sync.xlen("feedmill:group:again:g") == 1


def test_a_feed_is_added_and_what_is_wrong_is_said_where_it_is_read(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    browser.open(f"{site}/add")
    browser.click("main .note a")
    browser.wait("location.pathname === '/login'")
    log_in(browser, site, "/add")
    browser.write("input[name=url]", "http://127.0.0.1:9/feed.xml")
    browser.write("input[name=tags]", "one, two")
    browser.click("button[value=add]")
    browser.wait("document.querySelector('[role=status]')?.textContent.includes('is on the list')")
    assert 'tags = ["one", "two"]' in (tmp_path / "feeds.toml").read_text()
    browser.write("input[name=url]", "http://127.0.0.1:9/feed.xml")
    browser.click("button[value=add]")
    browser.wait("document.querySelector('[role=alert]')?.textContent.includes('already')")


def test_times_are_the_readers_and_a_feed_is_removed_after_a_question_alone(
    browser: Browser, site: str, tmp_path: Path
) -> None:
    (tmp_path / "feeds.toml").write_text('[[feeds]]\nurl = "http://a.example/feed"\n')
    browser.devtools("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    try:
        log_in(browser, site, "/overview")
        browser.wait("document.querySelector('footer').textContent.includes('Asia/Tokyo')")
        browser.open(site + feed_page(browser, site))
        assert not browser.run("return document.querySelector('.confirm button').checkVisibility()")
        browser.click(".confirm summary")
        browser.wait("document.querySelector('.confirm button').checkVisibility()")
        browser.click(".confirm button")
        browser.wait("document.querySelector('[role=status]')?.textContent.includes('off the list')")
        assert "a.example" not in (tmp_path / "feeds.toml").read_text()
    finally:
        browser.devtools("Emulation.setTimezoneOverride", timezoneId="")
        browser.devtools("Network.clearBrowserCookies")


def test_five_thousand_feeds_are_searched_filtered_and_leafed_through(
    browser: Browser, desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    specs = [
        FeedSpec(url=f"http://s{number}.example/feed", source=f"Paper {number}", tags=(f"t{number % 7}",))
        for number in range(5000)
    ]
    desk.apply(*specs)
    for feed in desk.claim(30, per_site=9).feeds:
        desk.record(feed, outcome="http_500", ok=False, next_ms=DAY)  # by a server: the line is not down
    browser.size(1280, 800)
    with served(redis_url, tmp_path) as url:
        browser.open(f"{url}/feeds")
        browser.wait(f"{ROWS} === 50")
        assert browser.run("return document.querySelector('td .health').textContent") == "failing"
        browser.click("a[rel=next]")
        browser.wait("document.querySelector('.pages').textContent.includes('page 2 of 100')")
        browser.write("input[name=q]", "paper 4321")
        browser.click(".filter button")
        browser.wait(f"{ROWS} === 1 && document.querySelector('tbody').textContent.includes('Paper 4321')")
        browser.open(f"{url}/feeds")
        browser.click(".choices a")
        browser.wait(f"{ROWS} === 30")
        size = browser.run("return performance.getEntriesByType('navigation')[0].decodedBodySize")
        assert size < 100_000


def test_an_empty_daemon_leads_on_also_on_a_phone(browser: Browser, redis_url: str, tmp_path: Path) -> None:
    needs_axe()
    browser.size(390, 800)
    with served(redis_url, tmp_path) as url:
        browser.open(f"{url}/groups")
        assert browser.complaints() == []
        rights = "[...document.querySelectorAll('nav a')].map(one => one.getBoundingClientRect().right)"
        assert max(browser.run(f"return {rights}")) <= 390, "every page is in sight"
        browser.open(url)
        assert "What to do next" in browser.run("return document.body.textContent")
        browser.click(".begin a[href='/add']")
        browser.wait("document.querySelector('h1').textContent === 'Check or add a feed'")


def test_a_browser_elsewhere_logs_in_once(browser: Browser, site: str) -> None:
    browser.devtools("Network.enable")
    browser.devtools("Network.setExtraHTTPHeaders", headers={"X-Forwarded-For": "192.0.2.7"})
    try:
        browser.open(f"{site}/feeds")
        assert browser.url == f"{site}/login"
        browser.write("input[name=token]", TOKEN)
        browser.click("main button")
        browser.wait("location.pathname === '/'")
        browser.open(f"{site}/feeds")
        browser.wait("document.querySelector('h1').textContent === 'Feeds'")
    finally:
        browser.devtools("Network.setExtraHTTPHeaders", headers={})
        browser.devtools("Network.clearBrowserCookies")


def test_another_sites_page_in_the_same_browser_reaches_nothing(browser: Browser, site: str) -> None:
    port = site.rpartition(":")[2]
    other = f"http://localhost:{port}"  # another origin for the browser, and a name that the gateway has
    browser.open(f"{other}/login")
    got = browser.run(
        "const done = []; return Promise.allSettled(arguments[0].map(([url, init]) => fetch(url, init)"
        ".then(answer => answer.status))).then(all => all.map(one => one.value ?? 'blocked'))",
        [
            [f"{site}/v1/articles", {"mode": "cors"}],
            [f"{site}/v1/articles", {"mode": "no-cors"}],
            [f"{site}/dead/{1:016x}/drop", {"method": "POST", "mode": "no-cors"}],
        ],
    )
    assert got == ["blocked"] * 3
