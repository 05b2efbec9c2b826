"""The list as a person changes it: under a running `up`, and by answering what `feeds add` asks."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from origin import Origin, feed, page, serve
from running import Site
from support.terminal_session import answer_questions, read_until

if TYPE_CHECKING:
    import subprocess

SETTINGS = """
[network]
allow_private = ["127.0.0.0/8"]
[politeness]
gap = "0s"
[polling]
interval = "1h"
"""
EDITED_SETTINGS = (
    SETTINGS
    + """
[workers]
processes = 3
[[sites]]
site = "127.0.0.1"
gap = "1s"
"""
)


def rss(origin: Origin, name: str) -> str:
    item = f"<item><title>{name} news</title><link>{origin.url('/' + name + '/1')}</link></item>"
    return f"<rss version='2.0'><channel><title>{name}</title>{item}</channel></rss>"


async def test_an_edit_under_a_running_up_is_planned_applied_and_polled(tmp_path: Path) -> None:
    async with serve({}) as origin:
        for name in ("one", "two"):
            origin.routes[f"/{name}"] = feed(rss(origin, name))
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(origin.url("/one"), settings=SETTINGS)
        running = site.start("up")
        log = b""
        try:
            await origin.seen("/one")
            (site.config / "feeds.toml").write_text("[[feeds]]\nurl = 7\n")
            log += await _until(running, b"feeds_refused")
            site.write(origin.url("/one"), origin.url("/two"), settings=SETTINGS)
            await origin.seen("/two")
            log += await _until(running, b"feeds_applied")
            site.write(origin.url("/one"), origin.url("/two"), settings=EDITED_SETTINGS)
            log += await _until(running, b'"127.0.0.1", "rule"')
        finally:
            running.terminate()
            log += running.communicate(timeout=120)[1]
    assert running.returncode == 0
    assert log.index(b"feeds_refused") < log.index(b"feeds_plan") < log.index(b"feeds_applied")
    assert b"feeds.toml" in log
    plan = next(line for line in log.splitlines() if b"feeds_plan" in line)
    assert origin.url("/two").encode() in plan
    assert origin.url("/one").encode() not in plan
    changed = json.loads(next(line for line in log.splitlines() if b"settings_changed" in line))
    assert changed["applied"] == ["sites"]
    assert changed["needs_restart"] == ["workers.processes"]
    assert len(origin.requests("/one")) == 1  # a feed that did not change is left alone


async def _until(running: "subprocess.Popen[bytes]", word: bytes) -> bytes:
    """Read the log until a word is in it."""
    assert running.stderr is not None
    return await asyncio.to_thread(read_until, running.stderr.fileno(), word)


async def test_a_site_with_two_feeds_is_shown_and_the_one_that_is_chosen_is_listed(tmp_path: Path) -> None:
    async with serve({}) as origin:
        links = "".join(
            f"<link rel=alternate type='application/rss+xml' title={name} href=/{name}>"
            for name in ("news", "sport")
        )
        origin.routes["/"] = page(f"<html><head>{links}</head><body>Mill</body></html>")
        for name in ("news", "sport"):
            origin.routes[f"/{name}"] = feed(rss(origin, name))
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(settings=SETTINGS)
        shown, status = await asyncio.to_thread(
            answer_questions,
            site.arguments("feeds", "add", origin.url("/")),
            [(b"which (numbers, all, none)", b"2\n")],
        )
    assert status == 0, shown
    assert "news news" in shown
    assert "sport news" in shown
    listed = (site.config / "feeds.toml").read_text()
    assert origin.url("/sport") in listed
    assert origin.url("/news") not in listed
