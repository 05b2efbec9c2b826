"""A service on loopback that is not allowed: no feed, page, redirect, list or command leads feedmill there.

The daemon and the commands run as an operator runs them. 127.0.0.1, where the hostile site is, is allowed;
the service on 127.0.0.2 counts every connection that is made to it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from origin import Origin, Reply, feed, moved, page, serve
from running import SETTINGS, Site

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer

TEXT = "".join(
    f"<p>Sentence {number} of the story about the old mill by the river.</p>" for number in range(20)
)
ONLY_ONE = SETTINGS.replace("127.0.0.0/8", "127.0.0.1/32").replace(
    "processes = 1", 'processes = 1\nhold = "0s"'
)
FORMS = (
    "127.0.0.2",
    "127.2",
    "2130706434",
    "0x7f000002",
    "[::ffff:7f00:2]",
    "[64:ff9b::7f00:2]",
    "127。0。0。2",
)
HOOK = '[[webhooks]]\nname = "{}"\nurl = "{}"\nsecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
STORY = """
<html><head><base href="AT/base/"><title>Mill</title>
<meta http-equiv="refresh" content="0;url=AT/refresh">
<link rel="canonical" href="AT/canonical"><link rel="amphtml" href="AT/amp">
<link rel="stylesheet" href="AT/style">
<meta property="og:image" content="AT/image"><meta property="og:url" content="AT/og">
<script type="application/ld+json">{"@context": "AT/context", "@id": "AT/id", "@type": "Article"}</script>
</head><body><article><h1>Mill</h1><img src="AT/img"><iframe src="AT/frame"></iframe>
<object data="AT/object"></object>
TEXT<a rel="next" href="AT/2">Next page</a></article></body></html>
"""
DOCUMENT = """<?xml version="1.0"?><?xml-stylesheet href="AT/style" type="text/xsl"?>
<!DOCTYPE rss SYSTEM "AT/dtd" [<!ENTITY % p SYSTEM "AT/p"> %p; <!ENTITY e SYSTEM "AT/e">]>
<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom" xmlns:xi="http://www.w3.org/2001/XInclude"
  xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>&e;</title>
<xi:include href="AT/x"/><link>AT/home</link>
<a:link rel="hub" href="AT/hub"/><a:link rel="self" href="AT/self"/>
<a:link rel="next" href="AT/next"/><a:link rel="prev-archive" href="AT/archive"/>
<itunes:new-feed-url>AT/new</itunes:new-feed-url><image><url>AT/icon</url></image>
<cloud domain="127.0.0.2" port="80" path="/rpc" registerProcedure="" protocol="http-post"/>
<item><link>HERE/story</link><title>Mill</title><enclosure url="AT/enclosure" type="image/png"/>
<comments>AT/comments</comments></item>LINKS</channel></rss>
"""
OLDER = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Mill</title><id>NEXT</id>
<link rel="self" href="AT/self"/><link rel="next" href="NEXT"/><link rel="prev-archive" href="NEXT"/>
<entry><id>NEXT</id><title>Mill</title><link href="AT/entry"/><link rel="replies" href="AT/replies"/>
<updated>2026-11-01T00:00:00Z</updated></entry></feed>
"""
MAPS = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>AT/map.xml</loc></sitemap><sitemap><loc>HERE/go/1</loc></sitemap></sitemapindex>
"""
NAMES = """
<link rel="alternate" type="application/rss+xml" href="AT/feed"><a href="/rss">RSS</a><base href="AT/">
"""


@dataclass(slots=True)
class Inside:
    """The service, and how often something came in."""

    port: int = 0
    visits: int = 0

    def url(self, path: str, host: str = "127.0.0.2") -> str:
        """Give an address of the service."""
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def inside() -> AsyncIterator[Inside]:
    """Run the service."""
    service = Inside()

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        service.visits += 1
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.2", 0)
    service.port = server.sockets[0].getsockname()[1]
    async with server:
        yield service


def lure(origin: Origin, service: Inside) -> None:
    """Set all traps: every place of feeds, pages and headers that names an address names the service."""
    at, here = service.url(""), origin.url("")
    ways = range(len(FORMS))
    links = [*(service.url("/page", host) for host in FORMS), *(f"{here}/go/{n}" for n in ways)]
    items = "".join(f"<item><link>{link}</link><title>{link}</title></item>" for link in links)
    headers = {
        "Link": f'<{at}/hub>; rel="hub", <{at}/next>; rel="next"',
        "Refresh": f"0;url={at}/refresh",
        "Content-Location": f"{at}/location",
        "Alt-Svc": f'h2="127.0.0.2:{service.port}"; ma=9',
    }
    rss = DOCUMENT.replace("AT", at).replace("HERE", here).replace("LINKS", items)
    origin.routes |= {
        "/feed": feed(rss, headers=headers),
        "/moved": moved(f"{at}/feed", 301),
        "/robots.txt": Reply(type="text/plain", body=f"Sitemap: {at}/map.xml\nSitemap: {here}/maps.xml\n"),
        "/maps.xml": Reply(type="application/xml", body=MAPS.replace("AT", at).replace("HERE", here)),
        "/paged": feed(OLDER.replace("NEXT", f"{here}/older").replace("AT", at)),
        "/older": feed(OLDER.replace("NEXT", f"{at}/older").replace("AT", at), headers=headers),
        "/story": page(STORY.replace("AT", at).replace("TEXT", TEXT), headers=headers),
        "/site": page(
            NAMES.replace("AT", at), headers={"Link": f"<{at}/h>; rel=alternate; type=application/rss+xml"}
        ),
    }
    origin.routes |= {f"/go/{n}": moved(service.url("/page", FORMS[n])) for n in ways}


async def test_the_daemon_does_not_reach_a_service_on_loopback_that_is_not_allowed(tmp_path: Path) -> None:
    async with serve() as origin, inside() as service:
        lure(origin, service)
        site = Site(tmp_path / "config", tmp_path / "data")
        urls = (origin.url("/feed"), origin.url("/moved"), origin.url("/paged"), service.url("/feed"))
        site.write(*urls, service.url("/feed", "[::ffff:7f00:2]"), settings=ONLY_ONE)
        done = await asyncio.to_thread(site.run, "up", "--until-idle")
        assert done.returncode == 0, done.stderr
        assert len(origin.requests("/story")) == 1, "the daemon has read what names the service"
        assert all(origin.requests(f"/go/{n}") for n in range(len(FORMS)))
        words = ("backfill", origin.url("/paged"), "--since", "2020-01-01")
        done = await asyncio.to_thread(site.run, *words)
        assert done.returncode == 0, done.stderr
        assert origin.requests("/older"), "it has looked through the past"
        assert origin.requests("/maps.xml")
        assert service.visits == 0
    EmbeddedServer(DataFolder(site.data)).wait_gone()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("feeds add HERE/site --all", "HERE/feed\n"),
        ("feeds check HERE/feed HERE/moved AT/feed", "forbidden_address"),
        ("parse HERE/moved", "forbidden_address"),
        ("clean HERE/go/0", "forbidden_address"),
        ("webhooks --ping straight", "forbidden_address"),
        ("webhooks --ping moved", "301"),
    ],
)
async def test_no_command_reaches_a_service_that_is_not_allowed(
    tmp_path: Path, asked: str, said: str
) -> None:
    async with serve() as origin, inside() as service:
        lure(origin, service)
        site = Site(tmp_path / "config", tmp_path / "data")
        hooks = {"straight": service.url("/hook"), "moved": origin.url("/moved")}
        site.write(settings=ONLY_ONE + "".join(HOOK.format(*hook) for hook in hooks.items()))
        words = asked.replace("HERE", origin.url("")).replace("AT", service.url("")).split()
        ended = await asyncio.to_thread(site.run, *words)
        assert "Traceback" not in ended.stderr
        assert said.replace("HERE", origin.url("")) in ended.stdout + ended.stderr
        assert origin.log or asked.endswith("straight")
        assert service.visits == 0
