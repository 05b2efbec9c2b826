"""One ledger, two readers in turn: what 0.1.0 and this one read of the same pages gives no `updated`."""

import dataclasses
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from mill import Mill
from origin import Reply, feed, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.records import FeedSpec
from worker.extraction import response_reader
from worker.page_models import CleanedArticle
from worker.pipeline import publish_stage

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
BEFORE = "db664e2"
"""The last state of 0.1.0."""
PAGES = 100
EVERY = 40
"""Every so-manieth page of the corpus is read as well, where there is one."""
WORDS = (
    "harbour council bridge timber winter market engineer figures meeting quarry evening decided repaired "
    "several because towards against without valley station"
)
PARTS = (
    "<ul><li>Facebook</li><li>Mastodon</li><li>WhatsApp</li></ul>",
    "<p>Named were:</p><ol><li>Reuters</li><li>AFP</li></ol>",
    "<h2>Print</h2><p>The weekly edition ends in the summer.</p>",
    "<figure><img src=/1.jpg><figcaption>The quay after the storm, seen from afar.</figcaption></figure>",
    "<p>Photo by photo, the album tells how the quay was built by hand after the great fire.</p>",
    "<p>Sign up for our daily newsletter</p>",
    "<h3>Related</h3><ul><li><a href=/1>Ferry fares rise</a></li></ul>",
)


def write_page(seed: int) -> bytes:
    rng = random.Random(seed)
    words = WORDS.split()
    texts = (" ".join(rng.choice(words) for _ in range(rng.randint(25, 60))) for _ in range(6))
    body = "".join(f"<p>Report {seed}: {text}.</p>{rng.choice(PARTS)}" for text in texts)
    head = f"<title>Report {seed} of the harbour</title>"
    article = f"<article><h1>Report {seed} of the harbour</h1>{body}</article>"
    return f"<html lang=en><head>{head}</head><body>{article}</body></html>".encode()


def list_pages() -> dict[str, bytes]:
    pages = {f"/made/{n}": write_page(n) for n in range(PAGES)}
    if CORPUS.is_dir():
        golds = (CORPUS / "gold.jsonl").read_bytes().splitlines()[::EVERY]
        for gold in map(json.loads, golds):
            pages[f"/real/{gold['id']}"] = gzip.decompress((CORPUS / gold["file"]).read_bytes())
    return pages


def read_as_before(pages: dict[str, bytes], base: str) -> dict[str, dict[str, Any]]:
    """Let 0.1.0 read the pages: answers what it found by their addresses."""
    git = ["git", "-C", str(ROOT), "archive", BEFORE]
    archive = subprocess.run(git, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"the history here does not reach back to {BEFORE}")
    folder = Path(tempfile.mkdtemp(prefix="reader-"))
    try:
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        jobs = []
        for number, (path, body) in enumerate(pages.items()):
            (folder / f"page-{number}.html").write_bytes(body)
            jobs.append({"id": path, "url": base + path, "file": str(folder / f"page-{number}.html")})
        (folder / "jobs.jsonl").write_text("\n".join(map(json.dumps, jobs)), "utf-8")
        command = [sys.executable, "-m", "daemon", "clean", "--batch", "--without", "learned", "jobs.jsonl"]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True).stdout
    finally:
        shutil.rmtree(folder)
    return {base + one["id"]: one for one in map(json.loads, told.splitlines()) if one["outcome"] == "ok"}


async def test_readers_in_turn_correct_nothing(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = list_pages()
    mill = Mill(redis_url, monkeypatch, schedule=tuple(3600.0 * n for n in (1, 60, 100, 150)))
    # by a template learned meanwhile some are read otherwise again, which is another change than this one
    mill.settings = dataclasses.replace(
        mill.settings, workers=dataclasses.replace(mill.settings.workers, templates=False)
    )
    read_now, number_now = response_reader.read_page, publish_stage.number_fingerprint
    async with serve() as origin:
        before = read_as_before(pages, origin.url(""))
        origin.routes |= {path: page(body) for path, body in pages.items()}
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path)) for path in pages)))
        origin.routes["/robots.txt"] = Reply(status=404)
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]

        def read_then(shown: Any, *args: Any, **more: Any) -> Any:
            found, old = read_now(shown, *args, **more), before.get(shown.url)
            if old is None or not isinstance(found, CleanedArticle):
                return found
            return dataclasses.replace(found, title=old["title"], text=old["text"], lines=())

        def be_before() -> None:
            monkeypatch.setattr(response_reader, "read_page", read_then)
            monkeypatch.setattr(publish_stage, "number_fingerprint", lambda print_, **_: print_)

        def be_now() -> None:
            monkeypatch.setattr(response_reader, "read_page", read_now)
            monkeypatch.setattr(publish_stage, "number_fingerprint", number_now)

        be_before()
        created = await mill.turn()
        assert len(created) > PAGES * 0.9
        be_now()
        assert await mill.turn(hours=45) == []
        first = (await mill.counts()).settled
        assert first["other_reader"] > PAGES / 2, first  # they do read these otherwise
        assert await mill.turn(hours=45) == []
        second = (await mill.counts()).settled
    assert second["other_reader"] == first["other_reader"]  # known from the first time on
    assert second["unchanged"] >= first.get("unchanged", 0) + len(created)
