"""The server that the benchmarks fetch from: pages and feeds on loopback addresses, each a site of its own.

usage: python benchmarks/origin.py PAGES --sites 64 [--copies 1] [--delays SEED] [--gzip] [--feeds N]

PAGES is a folder of pages (*.html, *.html.gz), by default the demo newsroom's. Page `n` of the folder stands at
http://127.0.1.K:PORT/p/n, with K going round the sites; the feed of a site lists all of them. `--copies` serves
every page under so many addresses, the later ones without a canonical link. `--delays` answers each page after
a time drawn log-normally (median 0.4 s, sigma 0.7), 2 % after 5 to 20 s, 1 % never. The first line on the standard
output is "ready PORT"; a line "go" on the standard input makes the feeds list their pages; they are empty before.
With `--first N` the first site lists N of its pages, and one more after each line "more".

    /p/N             a page                                /feed.xml        the site's list of pages
    /head.xml/N      the first N of that list
    /still/N.xml     a feed of 50 entries with an ETag     /plain/N.xml     the same without validators
    /moving/N.xml    a feed of 50 entries, one of them new every time that it is asked for
    /told            when each page was first listed, as JSON
    /hits            requests answered so far, by kind, as JSON
"""

import argparse
import asyncio
import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

BASE = 1
_NAMED = re.compile(rb"rel=(['\"]?)canonical|property=(['\"]?)og:url", re.IGNORECASE)
_HEAD = re.compile(rb"^GET (\S+) HTTP/1\.1\r\n", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost: *([0-9.]+)", re.IGNORECASE)
_MATCH = re.compile(rb"\r\nif-none-match: *([^\r]+)", re.IGNORECASE)
_WORDS = (
    "harbour council ferry winter bridge market school river library museum garden station valley budget storm "
    "film orchestra forest island tunnel union clinic festival survey bakery court planet engine glacier reef"
).split()


def bodies(folder: Path, every: int = 1) -> list[bytes]:
    """Read the pages of a folder, in the order of their names."""
    files = sorted(path for path in folder.rglob("*.html*") if path.suffix in (".html", ".gz"))
    return [
        gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files[::every]
    ]


def delay_of(page: int, seed: int) -> float | None:
    """Draw the time that a page takes to answer, in seconds; None is never."""
    rng = Random(page * 1_000_003 + seed)
    lot = rng.random()
    if lot < 0.01:
        return None
    return rng.uniform(5, 20) if lot < 0.03 else 0.4 * rng.lognormvariate(0, 0.7)


def sentence(rng: Random, words: int) -> str:
    return " ".join(rng.choice(_WORDS) for _ in range(words)).capitalize()


def entry(site: str, feed: int, number: int) -> bytes:
    """Make an item of a synthetic feed: 700 bytes, as most are."""
    rng = Random(feed * 100_003 + number)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=7 * number)
    return (
        f"<item><title>{sentence(rng, 8)} &amp; more</title><link>http://{site}/a/{feed}-{number}</link>"
        f'<guid isPermaLink="false">urn:{feed}:{number}</guid><pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>'
        f"<dc:creator>{sentence(rng, 2)}</dc:creator><category>{rng.choice(_WORDS)}</category>"
        f"<description><![CDATA[<p>{sentence(rng, 30)}.</p>]]></description>"
        f'<media:thumbnail url="http://{site}/i/{number}.jpg"/></item>\n'
    ).encode()


def synthetic(site: str, feed: int, first: int, entries: int = 50) -> bytes:
    """Make a feed: its entries are numbers first to first + entries, the newest on top."""
    items = b"".join(entry(site, feed, first + at) for at in reversed(range(entries)))
    return (
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            b' xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Feed %d</title><link>http://%s/</link>'
            b"<description>Synthetic</description><language>en</language>\n" % (feed, site.encode())
        )
        + items
        + b"</channel></rss>\n"
    )


@dataclass(slots=True)
class Shelf:
    """Everything that is served."""

    pages: list[bytes]
    sites: int
    copies: int
    seed: int | None
    packed: bool
    port: int = 0
    open: bool = False
    hits: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    kept: dict[str, bytes] = field(default_factory=dict)
    most: int | None = None
    """Pages that a site lists at most."""
    told: dict[int, float] = field(default_factory=dict)
    """When a page was first listed by an answer, seconds since the epoch."""

    def site(self, number: int) -> str:
        return f"127.0.1.{BASE + number}:{self.port}"

    def page(self, number: int) -> bytes:
        body = self.pages[number % len(self.pages)]
        if number >= len(self.pages):
            mark = b"%d" % (number // len(self.pages))
            body = _NAMED.sub(b"data-copy=" + mark, body)
        return body

    def listing(self, host: str, head: int | None = None) -> bytes:
        site = int(host.rsplit(".", 1)[1]) - BASE
        numbers = range(site, len(self.pages) * self.copies, self.sites) if self.open else range(0)
        numbers = numbers[: self.most] if self.most is not None and site == 0 else numbers
        numbers = numbers[:head]
        for number in numbers:
            self.told.setdefault(number, time.time())
        items = "".join(
            f"<item><title>Page {n}</title><link>http://{host}:{self.port}/p/{n}</link>"
            f"<guid>urn:page:{n}</guid></item>\n"
            for n in numbers
        )
        return (
            f'<rss version="2.0"><channel><title>{escape(host)}</title><link>http://{host}/</link>{items}'
            "</channel></rss>"
        ).encode()

    def answer(self, path: str, host: str, asked: bytes | None) -> tuple[int, bytes, bytes]:
        """Give status, further header lines and body."""
        kind, _, name = path.lstrip("/").partition("/")
        self.hits[kind] += 1
        number = name.partition(".")[0]
        if kind == "p":
            return 200, b"Content-Type: text/html; charset=utf-8\r\n", self.page(int(name))
        if kind in ("feed.xml", "head.xml"):
            listed = self.listing(host, int(number) if number else None)
            return 200, b"Content-Type: application/rss+xml\r\n", listed
        if kind in ("still", "plain"):
            tag = f'ETag: "{number}"\r\n'.encode() if kind == "still" else b""
            if tag and asked:
                return 304, tag, b""
            if path not in self.kept:
                self.kept[path] = synthetic(f"{host}:{self.port}", int(number), 0)
            return 200, tag + b"Content-Type: application/rss+xml\r\n", self.kept[path]
        if kind == "moving":
            self.moved[path] += 1
            body = synthetic(f"{host}:{self.port}", int(number), self.moved[path])
            return 200, b"Content-Type: application/rss+xml\r\n", body
        if kind == "a":
            return 404, b"", b"gone"
        if kind == "told":
            return 200, b"Content-Type: application/json\r\n", json.dumps(self.told).encode()
        if kind == "hits":
            return 200, b"Content-Type: application/json\r\n", json.dumps(self.hits).encode()
        return 404, b"", b"not here"


class Connection(asyncio.Protocol):
    """One keep-alive connection; no pipelining."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.held = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.held += data
        if not self.held.endswith(b"\r\n\r\n"):
            return
        request, self.held = self.held, b""
        head, host, asked = _HEAD.match(request), _HOST.search(request), _MATCH.search(request)
        path = head[1].decode() if head else "/"
        wait: float | None = 0.0
        if self.shelf.seed is not None and path.startswith("/p/"):
            wait = delay_of(int(path[3:]), self.shelf.seed)
        packs = self.shelf.packed and b"gzip" in request
        say = self._later(path, host[1].decode() if host else "127.0.1.1", asked and asked[1], packs=packs)
        if wait is None:
            self.shelf.hits["never"] += 1
        elif wait:
            asyncio.get_running_loop().call_later(wait, say)
        else:
            say()

    def _later(self, path: str, host: str, asked: bytes | None, *, packs: bool) -> Callable[[], None]:
        def say() -> None:
            status, lines, body = self.shelf.answer(path, host, asked)
            if packs and body:
                body, lines = gzip.compress(body, 3), lines + b"Content-Encoding: gzip\r\n"
            assert self.transport is not None
            if not self.transport.is_closing():
                self.transport.write(
                    b"HTTP/1.1 %d -\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), lines) + body
                )

        return say


async def serve(shelf: Shelf) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(shelf), "0.0.0.0", 0, backlog=1024)
    shelf.port = server.sockets[0].getsockname()[1]
    print(f"ready {shelf.port}", flush=True)
    told = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(told), sys.stdin)
    while line := await told.readline():
        if line.strip() == b"go":
            shelf.open = True
        else:
            shelf.most = (shelf.most or 0) + 1


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("pages", type=Path)
    asked.add_argument("--sites", type=int, default=64)
    asked.add_argument("--copies", type=int, default=1)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--delays", type=int)
    asked.add_argument("--gzip", action="store_true")
    asked.add_argument("--first", type=int)
    args = asked.parse_args()
    shelf = Shelf(bodies(args.pages, args.every), args.sites, args.copies, args.delays, args.gzip)
    shelf.most = args.first
    asyncio.run(serve(shelf))


if __name__ == "__main__":
    main()
