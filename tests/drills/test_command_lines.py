"""Every feedmill command line of the docs is run on a daemon that works; what goes on for ever, elsewhere."""

import asyncio
import os
import re
import shlex
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis
from newsroom import story, until
from origin import Origin, Reply, feed, page, serve
from running import SETTINGS, Site
from support.daemon_process import running_daemon
from support.docs_commands import NAMED
from support.tracked import ROOT

from feedmill import Consumer
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.core.ledger_connections import connect
from feedmill.dead_letters import Letters

ELSEWHERE = {
    "clean --batch": ("test_command_reading.py", '"clean", "--batch"'),
    "demo": ("test_demo.py", '"demo"'),
    "metrics --listen 127.0.0.1:9464": ("test_metrics.py", '"metrics", "--listen"'),
    "ready --here --role worker": ("test_metrics.py", '"ready", "--role", "worker"'),
    "restore feedmill.fmb": ("test_backup.py", '"restore"'),
    "restore moving.fmb": ("test_backup.py", '"restore"'),
    "scheduler": ("test_deploy_systemd.py", '("scheduler",)'),
    "scheduler --follow": ("hosts_drill.py", '["--follow"]'),
    "service install": ("test_deploy_systemd.py", '"service", "install"'),
    "service uninstall": ("test_deploy_systemd.py", '"service", "uninstall"'),
    "--config DIR --data-dir DIR up": ("test_daemon_up.py", '"up"'),
    "up": ("test_daemon_up.py", '"up"'),
    "up --until-idle": ("test_daemon_up.py", '"up", "--until-idle"'),
    "web": ("test_web_up.py", '"web"'),
    "webhooks": ("test_webhooks_kills.py", '"webhooks"'),
    "worker": ("test_deploy_systemd.py", '("worker",)'),
}
"""What does not end by itself, or needs a machine of its own: the test that runs it, and its words there."""
BY_HAND = {line for _, line in NAMED if "service install --" in line or line == "--install-completion"}
"""These change the machine itself or a shell's own files, so only one that is made for it can run them."""
IN_A_SENTENCE = {
    "backfill", "backup", "clean --explain", "clean --without", "clean --without caption",
    "--config DIR", "consume", "consume --firsts", "--data-dir DIR", "dead show", "feeds", "feeds add",
    "feeds poll", "feeds set", "feeds why", "clean URL", "clean URL --explain", "clean URL --sites FILE",
    "sites forget SITE",
}  # fmt: skip
"""Commands that a text names without all their words: their help is asked for."""
SAYS = {
    "doctor": {0, 1}, "ready": {0, 1}, "ready --here": {0, 1}, "feeds report": {0, 1},
    "feeds add https://example.org/ --tag science": {2}, "feeds add https://news.example/": {2},
    "sites forget example.org": {1, 2},
    "init --empty --contact desk@news.example": {2},
}  # fmt: skip
"""Exit statuses that say what was found; `feeds add` (test_feeds_live.py) and `sites forget` ask,
`init` leaves files alone."""
RESUMED = ("resume https://example.org/feed.xml", "resume example.org")
HOOK = """
[[webhooks]]
name = "intranet"
url = "{url}"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""


def lines() -> list[str]:
    """Give the lines: those that pause, and what ends that; of dead letters, and their retry; others."""
    said = sorted({command.split("  #")[0].strip() for _, command in NAMED})
    first = [line for line in said if line.startswith("pause")]
    first += ["backup --paused feedmill.fmb", "resume all", *RESUMED]
    first += sorted((line for line in said if line.startswith("dead")), key=lambda line: "retry" in line)
    return [*first, *(line for line in said if line not in first)]


def test_what_is_run_elsewhere_is_run_there() -> None:
    for line, (name, words) in ELSEWHERE.items():
        (file,) = (ROOT / "tests").rglob(name)
        assert words in file.read_text(encoding="utf-8"), line


@asynccontextmanager
async def newsroom(folder: Path) -> AsyncIterator[tuple[Site, Origin]]:
    """Give a config folder, and a site with a feed of two entries, one of which is gone."""
    site = Site(folder / "config", folder / "data")
    home = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
    routes = {"/one": page(story("one")), "/two": page("gone", status=410), "/": page(home)}
    async with serve({**routes, "/hook": Reply()}, hosts=["127.0.0.1", "127.0.0.2"]) as origin:
        entries = (
            f"<item><guid>{name}</guid><link>{origin.url(f'/{name}')}</link><title>On {name}</title></item>"
            for name in ("one", "two")
        )
        origin.routes["/feed.xml"] = feed(f'<rss version="2.0"><channel>{"".join(entries)}</channel></rss>')
        settings = SETTINGS.replace("enabled = false", "port = 0") + HOOK.format(url=origin.url("/hook"))
        settings += '[pages]\nstand_in = "full"\n'  # so that there is a dead letter
        site.write(origin.url("/feed.xml"), settings=settings)
        yield site, origin


def stand_ins(origin: Origin, letter: str, folder: Path) -> dict[str, str]:
    """Give what stands for the names in the docs."""
    return {
        "https://example.org/feed.xml": origin.url("/feed.xml"),
        "https://news.example/feed.xml": origin.url("/feed.xml"),
        "https://example.org/": origin.url("/"),
        "https://example.org/story.html": origin.url("/one"),
        "https://news.example/": origin.url("/", host="127.0.0.2"),
        "URL": origin.url("/feed.xml"),
        "example.org": "127.0.0.1",
        "subscriptions.opml": str(ROOT / "seeds" / "science.opml"),
        "seeds/science.opml": str(ROOT / "seeds" / "science.opml"),
        "/etc/feedmill": str(folder / "etc"),
        "1795465348709-0": letter,
        "DIR": str(folder),
    }


def help_of(line: str) -> list[str]:
    return [*re.split(r"(?:^| )-", line)[0].split(), "--help"]


def words_of(line: str, names: dict[str, str]) -> list[str]:
    words = [names.get(word, word) for word in shlex.split(line)]
    match words[0]:
        case "consume" if "--" in words:
            return [words[0], "--count", "1", *words[1:]]
        case "tail":
            return [*words, "--no-follow"]
        case _:
            return words


def make_programs(folder: Path) -> None:
    """Make the programs that the docs hand articles to; they take them all."""
    for name in ("load.sh", "index.py", "alert.sh"):
        program = "#!/bin/sh\nwhile read -r line; do echo ok; done\n"
        (folder / name).write_text(program)
        os.chmod(folder / name, 0o755)  # noqa: PTH101


def dead_letter(redis_url: str) -> str:
    """Make the group of the docs, with a dead letter."""
    with Consumer(redis_url, "archive", wait=False, deliveries=1) as consumer:
        for event in consumer:
            consumer.give_back(event, "the disk is full")
    with redis.Redis.from_url(redis_url) as client:
        return Letters(client, "archive").latest()[0].letter


async def test_every_command_line_of_the_docs_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_programs(tmp_path)
    wrong: list[str] = []
    async with newsroom(tmp_path) as (site, origin), running_daemon(site, None):
        url = (await asyncio.to_thread(site.run, "url")).stdout.strip()
        async with connect(url) as client:
            await until(Ledger(client, Keys()), url, lambda now: bool(now.settled and now.dead))
        names = stand_ins(origin, await asyncio.to_thread(dead_letter, url), tmp_path)
        for line in lines():
            if line in ELSEWHERE.keys() | BY_HAND or ("jq" in line and shutil.which("jq") is None):
                continue
            words = help_of(line) if line in IN_A_SENTENCE else words_of(line, names)
            done = await asyncio.to_thread(site.run, *words)
            if done.returncode not in SAYS.get(line, {0}) or "Traceback" in done.stderr:
                wrong.append(f"{line}: {done.returncode} {done.stdout[-300:]} {done.stderr[-300:]}")
    assert not wrong, "\n".join(wrong)
