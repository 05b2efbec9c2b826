# ruff: noqa: E501  paths and commands are tables
"""Every part of a running daemon works with the rules of docs/security.md, and nothing is refused."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from newsroom import story, until
from origin import feed, page, serve
from running import SETTINGS as SETTINGS_FILE
from running import Site
from support.acl_users import acl_users, refusals
from support.daemon_process import running_daemon

from feedmill import Consumer
from feedmill._ledger.core.ledger_client import Ledger


@pytest.fixture
def urls(redis_url: str) -> Iterator[dict[str, str]]:
    """Make the users of the document on the test's server; give a URL for each."""
    with acl_users(redis_url) as made:
        yield made


async def test_every_part_of_the_daemon_works_with_its_rules(
    urls: dict[str, str], redis_url: str, redis_client_sync: redis.Redis, ledger: Ledger, tmp_path: Path
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    mine = {"FEEDMILL_REDIS_URL": urls["daemon"]}
    with Consumer(urls["consumer"], "mill", start="beginning", wait=False) as consumer:
        assert list(consumer) == []
    async with serve({"/one": page(story("one")), "/two": page("gone", status=410)}) as origin:
        entries = (
            f"<item><guid>{name}</guid><link>{origin.url(f'/{name}')}</link><title>News of {name}</title></item>"
            for name in ("one", "two")
        )
        origin.routes["/feed"] = feed(f'<rss version="2.0"><channel>{"".join(entries)}</channel></rss>')
        settings = SETTINGS_FILE.replace("enabled = false", "port = 0") + '[pages]\nstand_in = "full"\n'
        site.write(origin.url("/feed"), settings=settings)
        async with running_daemon(site, urls["daemon"]) as http:
            await until(ledger, redis_url, lambda now: bool(now.settled and now.dead))
            stories = (await http.get("/v1/articles")).json()["entries"]
            ids = (stories[0]["id"], (await http.get("/v1/dead")).json()["dead"][0]["id"])
            feed_id = (await http.get("/v1/feeds")).json()["feeds"][0]["id"]
            for path in (
                "/", "/overview", "/feeds", "/dead", "/groups", "/add", "/readyz", "/v1/status", "/v1/groups",
                "/v1/groups/mill/dead", f"/v1/articles/{ids[0]}", f"/articles/{ids[0]}", f"/v1/feeds/{feed_id}",
                f"/feeds/{feed_id}", "/feeds/all.atom", "/feeds/all.json",
            ):  # fmt: skip
                assert (await http.get(path)).status_code == 200, path
            assert (await http.post(f"/v1/dead/{ids[1]}/retry")).status_code == 200
            await until(ledger, redis_url, lambda now: bool(now.dead))
            for words in (
                ("status", "--json"), ("doctor",), ("tail", "--from-start", "--no-follow"), ("replay",), ("groups",),
                ("sites", "show", "127.0.0.1"), ("dead", "list"), ("dead", "show", ids[1]), ("dead", "drop", ids[1]), ("feeds", "list"),
                ("feeds", "why", origin.url("/feed")), ("feeds", "report"), ("feeds", "check"),
                ("feeds", "poll", "all"), ("feeds", "retry", "all"), ("feeds", "dropped", "all"),
                ("backfill", "--since", "2026-10-01", origin.url("/feed")),
                ("consume", "--group", "mill", "--count", "1", "--", "cat"), ("groups", "--remove", "mill"),
            ):  # fmt: skip
                done = await asyncio.to_thread(site.run, *words, **mine)
                assert "perm" not in (done.stdout + done.stderr).lower(), (words, done)
                answers = words in {
                    ("doctor",),
                    ("feeds", "report"),
                }  # their code says more than whether they ran
                assert done.returncode == 0 or answers, (words, done.stderr)
    assert refusals(redis_client_sync, urls["daemon"]) == set()
