"""A fake web on loopback that keeps books of what it offered: entries, corrections, pages that are none.

Every site is an address of its own. An entry stays listed until its page has been asked for in its latest
edition, so that whatever is missing at the end was lost by feedmill and not by the feed.
"""

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

Kind = Literal["article", "gone", "pdf", "barred"]
"""What stands behind a link: an article, a 404, a document that is no article, what robots.txt forbids."""
_BARRED_EACH = 2
"""Links of a site that robots.txt forbids: they are listed for good, for nobody may ask for them."""
_ROBOTS = "User-agent: *\nDisallow: /barred/\n"
LISTED_ANYWAY = 20
"""Entries that a feed goes on listing when their pages have been asked for."""
_FIRST_HOST = 21
_PARAGRAPHS = 5
_ATOM = "http://www.w3.org/2005/Atom"
_WORDS = """
harbour council budget river bridge minister school winter market engine railway doctor forest
village museum theatre factory strike union voter ballot border storm flood rescue pilot airport
satellite orchard vineyard bakery library archive painter concert festival stadium runner captain
referee trophy hospital vaccine clinic nurse laboratory physics planet comet telescope glacier
island lighthouse ferry merchant banker pension interest mortgage tenant landlord builder
architect quarry tunnel canal
""".split()  # noqa: SIM905


@dataclass(slots=True)
class Story:
    """One link of a feed and what the books say of it."""

    number: int
    site: int
    kind: Kind = "article"
    twin_site: int | None = None
    """A second site that lists the same article under an address that leads to it."""
    edition: int = 1
    asked: int = 0
    """The latest edition that was handed out."""
    own_asked: bool = False
    """By the link of its own entry: that has been seen as it was, so a change of it can be."""
    twin_asked: bool = False
    requests: int = 0
    withdrawn: bool = False
    """Its last edition says that the article is retracted."""
    past: bool = False
    """Listed on the feed's second page only: no new edition of it can be heard of."""


@dataclass(slots=True)
class Books:
    """What the web has offered so far."""

    stories: list[Story] = field(default_factory=list)

    def of_kind(self, kind: Kind) -> list[Story]:
        """Give the offered stories of a kind."""
        return [story for story in self.stories if story.kind == kind]

    @property
    def corrections(self) -> int:
        """Count the editions after the first."""
        return sum(story.edition - 1 for story in self.stories)

    @property
    def twins(self) -> int:
        """Count the second links to a known article."""
        return sum(story.twin_site is not None for story in self.stories)

    @property
    def waiting(self) -> int:
        """Count the stories whose latest edition, or whose second link, nobody has asked for."""
        return len(self.unasked)

    @property
    def unasked(self) -> list[Story]:
        """Give these stories."""
        return [
            s
            for s in self.stories
            if s.kind != "barred" and (s.asked < s.edition or (s.twin_site is not None and not s.twin_asked))
        ]


class FakeWeb:
    """The sites. `offer` lists more stories, `correct` changes some that were handed out."""

    def __init__(self, seed: int, *, sites: int = 10, slowness: float = 0.3) -> None:
        self.books = Books()
        self.requests: Counter[str] = Counter()
        self.port = 0
        self.sites = sites
        self.down: set[int] = set()
        """Sites that answer 503."""
        self.unplug: Callable[[], Awaitable[None]]
        self.plug: Callable[[], Awaitable[None]]
        self.unplugged = False
        """While it is set no site takes a connection: the line is down."""
        self.editions = 2
        """Of one article at most: a third one is fetched two minutes after the second at the earliest."""
        self._slowness = slowness
        self._rng = random.Random(seed)
        self._lists: list[list[Story]] = [[] for _ in range(sites)]
        self._leapt: dict[int, int] = {}

    def host(self, site: int) -> str:
        """Name a site's address."""
        return f"127.0.0.{_FIRST_HOST + site}"

    def feeds(self) -> list[str]:
        """Give the address of every feed."""
        return [f"http://{self.host(site)}:{self.port}/feed" for site in range(self.sites)]

    def offer(self, count: int, *, site: int | None = None) -> None:
        """List so many more links; one in twelve leads to no article, one in twenty-five is listed twice."""
        for _ in range(count):
            number = len(self.books.stories)
            story = Story(number, number % self.sites if site is None else site)
            self._place(story)

    def leap(self, site: int) -> None:
        """Let a feed move on so fast that none of what it listed is left: older entries are on its page 2."""
        self._leapt[site] = len(self._lists[site])
        for story in self._lists[site]:
            story.past = True
        self.offer(3, site=site)

    def _place(self, story: Story) -> None:
        site = story.site
        dice = self._rng.random()
        if dice < 0.04:
            story.kind = "gone"
        elif dice < 0.08:
            story.kind = "pdf"
        elif dice < 0.12 and self.sites > 1:
            story.twin_site = (site + 1) % self.sites
            self._lists[story.twin_site].append(story)
        elif dice < 0.16 and sum(s.kind == "barred" for s in self._lists[site]) < _BARRED_EACH:
            story.kind = "barred"
        self.books.stories.append(story)
        self._lists[site].append(story)

    def correct(self, count: int) -> None:
        """Bring out a new edition of articles that have been handed out; one in ten withdraws the article."""
        out = [
            s
            for s in self.books.stories
            if s.kind == "article" and s.asked == s.edition < self.editions
            if s.own_asked and not (s.withdrawn or s.past)
        ]
        for story in self._rng.sample(out, min(count, len(out))):
            story.edition += 1
            story.withdrawn = self._rng.random() < 0.1

    def listed(self, site: int, *, past: bool = False) -> list[Story]:
        """Give what a feed lists now: what is still to be asked for, and the latest others."""
        leapt = self._leapt.get(site, 0)
        stories = self._lists[site][:leapt] if past else self._lists[site][leapt:]
        done = [story for story in stories if _done(story, site)][-LISTED_ANYWAY:]
        return [*(story for story in stories if not _done(story, site)), *reversed(done)]

    async def answer(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911  a path each
        """Answer one request."""
        if self.unplugged and request.transport is not None:
            request.transport.abort()  # of a connection that was open before
            return web.Response(status=500)
        site = int(request.host.partition(":")[0].rpartition(".")[2]) - _FIRST_HOST
        kind, _, rest = request.path.strip("/").partition("/")
        self.requests[kind] += 1
        if site in self.down:
            return web.Response(status=503)
        if kind == "feed":
            return self._feed(request, site, past=rest == "past")
        if kind == "robots.txt":
            return web.Response(text=_ROBOTS)
        if kind == "barred":
            self.books.stories[int(rest)].requests += 1
        if kind in ("a", "to") and rest.isdigit() and int(rest) < len(self.books.stories):
            await asyncio.sleep(self._rng.random() * self._slowness)
            story = self.books.stories[int(rest)]
            if kind == "a":
                return self._page(story, by_twin=request.path.endswith("/"))
            story.twin_asked = True
            return web.Response(status=302, headers={"Location": f"{self._link(story)}/"})
        return web.Response(status=404, text="no such page")

    def _link(self, story: Story) -> str:
        way = "barred" if story.kind == "barred" else "a"
        return f"http://{self.host(story.site)}:{self.port}/{way}/{story.number}"

    def _feed(self, request: web.Request, site: int, *, past: bool) -> web.Response:
        items = "".join(self._item(story, site) for story in self.listed(site, past=past))
        head = f"<title>Site {site}</title>"
        if site in self._leapt and not past:
            head += f'<link xmlns="{_ATOM}" rel="next" href="http://{request.host}/feed/past"/>'
        body = f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(body=body, content_type="application/rss+xml", headers={"ETag": etag})

    def _item(self, story: Story, site: int) -> str:
        own = story.site == site
        link = self._link(story) if own else f"http://{self.host(site)}:{self.port}/to/{story.number}"
        guid = f"{'own' if own else 'twin'}-{story.number}"
        words = f"<description>Edition {story.edition} of {story.number}.</description>" if own else ""
        title = f"<title>{headline(story.number)}</title>"
        return f"<item>{title}<link>{link}</link><guid>{guid}</guid>{words}</item>"

    def _page(self, story: Story, *, by_twin: bool) -> web.Response:
        """Hand an article out; a request by its twin says nothing of its own entry."""
        story.requests += 1
        story.own_asked = story.own_asked or not by_twin
        if not (by_twin and story.asked):
            story.asked = story.edition
        if story.kind == "gone":
            return web.Response(status=404, text="gone")
        if story.kind == "pdf":
            return web.Response(body=b"%PDF-1.4\n" + b"0" * 2000, content_type="application/pdf")
        words = page(story.number, story.edition, withdrawn=story.withdrawn)
        return web.Response(text=words, content_type="text/html")


def _done(story: Story, site: int) -> bool:
    if story.kind == "barred":
        return False
    if site == story.site:
        return story.asked >= story.edition
    return story.twin_asked


def headline(number: int) -> str:
    """Title a story."""
    rng = random.Random(number)
    return f"Report {number}: {rng.choice(_WORDS)} and {rng.choice(_WORDS)} before the {rng.choice(_WORDS)}"


def marker(number: int, edition: int) -> str:
    """Write what the auditor finds a story and its edition by."""
    return f"This is report number {number} in edition number {edition} of this newspaper."


def page(number: int, edition: int, *, withdrawn: bool = False) -> str:
    """Write an article's page."""
    paragraphs = "".join(f"<p>{words}</p>" for words in _paragraphs(number, edition))
    title = f"Retracted: {headline(number)}" if withdrawn else headline(number)
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    )


def _paragraphs(number: int, edition: int) -> Iterable[str]:
    for place in range(_PARAGRAPHS):
        rng = random.Random(number * 1000 + place)
        words = " ".join(rng.choice(_WORDS) for _ in range(45)).capitalize()
        yield f"{words}, {marker(number, edition) if place == 0 else f'as {number} told in part {place}.'}"


async def _plug(made: FakeWeb, runner: web.ServerRunner) -> None:
    """Open every site's door, on one port for all."""
    for site in range(made.sites):
        await web.TCPSite(runner, made.host(site), made.port).start()
        made.port = runner.addresses[0][1]

    async def unplug() -> None:
        made.unplugged = True
        for door in list(runner.sites):
            await door.stop()

    async def plug() -> None:
        made.unplugged = False
        for site in range(made.sites):
            await web.TCPSite(runner, made.host(site), made.port, reuse_address=True).start()

    made.unplug, made.plug = unplug, plug


@asynccontextmanager
async def fake_web(seed: int, *, sites: int = 10, slowness: float = 0.3) -> AsyncIterator[FakeWeb]:
    """Serve the sites on one free port."""
    made = FakeWeb(seed, sites=sites, slowness=slowness)
    runner = web.ServerRunner(
        web.Server(made.answer), access_log=None, handle_signals=False, shutdown_timeout=0
    )
    await runner.setup()
    try:
        await _plug(made, runner)
        yield made
    finally:
        await runner.cleanup()
