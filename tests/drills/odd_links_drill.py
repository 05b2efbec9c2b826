"""Change over with feeds whose links were named otherwise before: nothing is published or asked for again.

One site is polled to its rest by the tree at a commit, then by this one; a second by the tree at the commit
alone. What each asked for and published is compared, link by link and title by title.
"""

import json
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from faults.mill import Mill

ITEMS = (
    "/a1?ito=1490", "/a2?cmp=17", "/a3?q=red+fox", "/a4?q=red%20fox", "/a5?q=%E9t%E9", "/a6?utm_source=rss",
    f"/a7?sid={'0af9' * 8}", "/a8?gad_source=1", "/a9?pk_article=4&utm_medium=rss", "/b1?mbid=5c1", "/b2/%E9",
    "/show.cms?msid=5101", "/show.cms?msid=5102", "/wiki?%CC%EE%F1%F2", "/wiki?%CF%EE%F0%F2",
    "/changes.html#v1", "/changes.html#v2", "/radio", "/radio", "/radio",
)  # fmt: skip
WORDS = "The keeper of the old ferry counted the swallows again and {} limes stood on the quay in the rain. "


@dataclass(slots=True)
class OddSite:
    """Feeds of odd links with and without guids, and what was asked for."""

    asked: Counter[str] = field(default_factory=Counter)
    turn: int = 0
    """Differs from poll to poll, so that a document is read as a whole."""

    def answer(self, path: str, base: str) -> tuple[str, str]:
        """Answer (content type, body), and note what was no feed."""
        if path in ("/guids.xml", "/bare.xml"):
            return "application/rss+xml", self._feed(base, guids=path == "/guids.xml")
        self.asked[path] += path != "/robots.txt"
        title = path.strip("/").replace("?", " of ")
        text = "".join(f"<p>{WORDS.format(f'{n} {path}') * 4}</p>" for n in range(4))
        body = f"<html><title>{title}</title><body><article>{text}</article></body></html>"
        return "text/html", body

    def _feed(self, base: str, *, guids: bool) -> str:
        kind = "guids" if guids else "bare"
        items = "".join(
            f"<item><title>Title {number} of {kind}</title>"
            f"<link>{base}/{kind}{link.replace('&', '&amp;')}</link>"
            + (f"<guid>g{number}</guid>" if guids else "")
            + f"<description>{WORDS.format(f'{number} {kind}')}</description></item>"
            for number, link in enumerate(ITEMS)
        )
        head = f"<title>T</title><generator>g{self.turn}</generator>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'


@contextmanager
def serve_odd_links() -> Iterator[tuple[OddSite, str]]:
    """Serve a site on loopback; gives it and its address."""
    site = OddSite()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = site.answer(self.path, base)
            self.send_response(404 if self.path == "/robots.txt" else 200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield site, base
        finally:
            server.shutdown()


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a row of runs."""

    asked: Counter[str]
    events: tuple[tuple[str, str], ...]
    """Event and title, in order."""
    told: str
    """What a run that failed wrote."""


def run_trees(trees: Sequence[Path]) -> Course:
    """Let one tree after the other bring the same site's feeds to their rest."""
    folder = Path(tempfile.mkdtemp(prefix="odd-links-", dir="/tmp"))
    told = ""
    with serve_odd_links() as (site, base):
        mill = Mill(folder, processes=1, lease=60)
        mill.configure([f"{base}/guids.xml", f"{base}/bare.xml"])
        try:
            for tree in trees:
                site.turn += 1
                if mill.spawn("up", "--until-idle", PYTHONPATH=str(tree)).wait(600):
                    told += mill.log.read_text()[-2000:]
            read = mill.command("tail", "--from-start", "--no-follow", "--json")
            lines = [json.loads(line) for line in read.stdout.splitlines()]
        finally:
            mill.destroy()
            shutil.rmtree(folder, ignore_errors=True)
    return Course(+site.asked, tuple(_name_event(line) for line in lines), told)


def _name_event(line: dict[str, Any]) -> tuple[str, str]:
    article = line.get("article") or {}
    read = json.loads(article) if isinstance(article, str) else article
    return str(line["event"]), read.get("title") or line.get("url", "")


def judge_odd_links(before: Path, after: Path) -> tuple[list[str], str]:
    """Change over between two trees; answers what is wrong, and the figures.

    Pages that were never asked for before are of entries without a guid whose links were taken for one.
    """
    changed, alone = run_trees([before, after, after]), run_trees([before] * 3)
    wrong = [told for told in (changed.told, alone.told) if told]
    created = Counter(name for event, name in changed.events if event == "created")
    wrong += [f"created {times} times: {name}" for name, times in created.items() if times > 1]
    wrong += [f"{event}: {name}" for event, name in changed.events if event != "created"]
    wrong += [
        f"asked for {times} times, not {alone.asked[path]}: {path}"
        for path, times in changed.asked.items()
        if times > max(alone.asked[path], 1)
    ]
    first = [path for path in changed.asked if path not in alone.asked]
    return wrong, (
        f"{sum(created.values())} articles, {len(alone.events)} without it; "
        f"{changed.asked.total()} pages asked for, {len(first)} of them never before; {len(wrong)} faults"
    )
