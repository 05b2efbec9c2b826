"""Serves the demo newsroom on loopback: five sites, each on an address of its own, over real HTTP."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self

from daemon.demo import site_markup as markup
from daemon.demo.site_articles import (
    NewsroomArticle,
    NewsroomSite,
    apply_correction,
    read_articles,
    read_sites,
)
from daemon.errors import DaemonError

_MAX_PORT_TRIES = 20
"""Ports that are tried for one that is free on all addresses; a port may be taken on any of them."""


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request that the newsroom answered."""

    site: str
    path: str
    status: int
    at: float
    """Seconds of the monotonic clock."""


@dataclass(frozen=True, slots=True)
class ServedDocument:
    """A document as the newsroom serves it."""

    kind: str
    body: bytes


class Newsroom:
    """The newsroom while it is open; a context manager. Times of its articles lie before `opened`."""

    def __init__(self, opened: datetime) -> None:
        everything = read_articles(opened)
        self._shown = tuple(story for story in everything if not story.late)
        self._drawer = tuple(story for story in everything if story.late)
        self._servers: tuple[_NewsroomServer, ...] = ()
        self.requests: list[ServedRequest] = []

    def __enter__(self) -> Self:
        self._servers = _open_all(self)
        for server in self._servers:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = ()

    @property
    def feeds(self) -> tuple[tuple[str, NewsroomSite], ...]:
        """Every feed with its site: (URL, site)."""
        return tuple(
            (self.base(site.key) + path, site) for site in read_sites().values() for path in site.feeds
        )

    @property
    def shown(self) -> tuple[NewsroomArticle, ...]:
        """The stories that are out now."""
        return self._shown

    @property
    def gold(self) -> Mapping[str, NewsroomArticle]:
        """What a reader of the stream must get: page URL → the story as it stands now."""
        return {self.url(story): story for story in self._shown}

    def base(self, site: str) -> str:
        """Return where a site begins, without a trailing slash."""
        return f"http://{read_sites()[site].address}:{self._servers[0].server_port}"

    def url(self, story: NewsroomArticle) -> str:
        """Return where a story's page is."""
        return self.base(story.site) + markup.build_path(read_sites()[story.site], story)

    def is_page(self, hit: ServedRequest) -> bool:
        """Return whether a request was for an article's page."""
        return self.base(hit.site) + hit.path.partition("?")[0] in self.gold

    def publish_late(self, at: datetime) -> NewsroomArticle:
        """Put the late story on its site and into its feeds; raises IndexError when none is left."""
        story = replace(self._drawer[0], published=at, updated=at)
        self._drawer = self._drawer[1:]
        self._shown = (story, *self._shown)
        return story

    def publish_correction(self, at: datetime) -> NewsroomArticle:
        """Correct the story that has a mistake in it; raises StopIteration when none has."""
        wrong = next(story for story in self._shown if story.correction)
        right = apply_correction(wrong, at)
        self._shown = tuple(right if story is wrong else story for story in self._shown)
        return right

    def answer(self, key: str, path: str) -> ServedDocument | None:
        """Print what stands at a path of a site; None when nothing does."""
        site, base = read_sites()[key], self.base(key)
        own = [story for story in self._shown if story.site == key]
        if path in site.feeds:
            kind = "application/atom+xml" if "Atom" in site.feed.template else "application/rss+xml"
            return ServedDocument(
                f"{kind}; charset=utf-8", markup.render_feed(site, path, own, base).encode()
            )
        if path == "/robots.txt":
            return ServedDocument("text/plain; charset=utf-8", b"User-agent: *\nDisallow:\n")
        if path == "/":
            return ServedDocument(
                "text/html; charset=utf-8", markup.render_front_page(site, own, base).encode()
            )
        for story in own:
            if markup.build_path(site, story) == path:
                others = [other for other in own if other is not story]
                return ServedDocument(
                    "text/html; charset=utf-8", markup.render_page(site, story, others, base).encode()
                )
        return None


class _NewsroomServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, newsroom: Newsroom, site: NewsroomSite, port: int) -> None:
        self.newsroom = newsroom
        self.site = site
        super().__init__((site.address, port), _RequestHandler)

    def server_bind(self) -> None:
        # HTTPServer looks up its own name here, which can wait for a name server.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing of visitors that hang up; the daemon may be stopped at any moment."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _NewsroomServer
    server_version = "newsroom"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        printed = self.server.newsroom.answer(self.server.site.key, path)
        if printed is None:
            self._reply(HTTPStatus.NOT_FOUND, ServedDocument("text/plain; charset=utf-8", b"no such page\n"))
            return
        tag = f'"{sha256(printed.body).hexdigest()[:20]}"'
        known = self.headers.get("If-None-Match") == tag
        self._reply(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK, printed, tag)

    def _reply(self, status: HTTPStatus, printed: ServedDocument, tag: str = "") -> None:
        body = b"" if status is HTTPStatus.NOT_MODIFIED else printed.body
        # Before the answer goes out: who has got it must find it in the log.
        self.server.newsroom.requests.append(
            ServedRequest(self.server.site.key, self.path, int(status), monotonic())
        )
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", printed.kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Log nothing: `hits` is the log."""


def _open_all(newsroom: Newsroom) -> tuple[_NewsroomServer, ...]:
    said = ""
    for _ in range(_MAX_PORT_TRIES):
        opened: list[_NewsroomServer] = []
        try:
            for site in read_sites().values():
                opened.append(_NewsroomServer(newsroom, site, opened[0].server_port if opened else 0))
        except OSError as error:
            said = error.strerror or str(error)
            for server in opened:
                server.server_close()
        else:
            return tuple(opened)
    addresses = ", ".join(site.address for site in read_sites().values())
    raise DaemonError(f"the newsroom needs a port that is free on all of {addresses}: {said}")
