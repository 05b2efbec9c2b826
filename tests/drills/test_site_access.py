"""A feed and pages behind a login: read with credentials, of one source alone, and no secret is anywhere.

The daemon and the commands run as an operator runs them. The site shows on every page what it was sent; every
key, file, line and answer is then searched for it.
"""

import asyncio
import gzip
import json
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import pytest
import redis
from origin import Origin, Reply, Seen, feed, moved, page, serve
from rss_documents import item, rss
from running import SETTINGS, Site

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer
from feedmill._ledger.core.ledger_connections import connect_blocking

LOCKED, OPEN = "127.0.0.11", "127.0.0.12"
TOKEN, COOKIE, KEY = "t0ken-9f3a-of-the-paper", "c00kie-77b1-of-the-paper", "k3y-5d20-of-the-paper"
SECRETS = (TOKEN, COOKIE, KEY)
WORDS = "".join(
    f"<p>Sentence {n} of the report on the lock, long enough to be a paragraph.</p>" for n in range(12)
)
ACCESS = f"""
[[sites]]
site = "{LOCKED}"
bearer = {{ env = "PAPER_TOKEN" }}
cookies = {{ session = {{ file = "cookie" }} }}
headers = {{ X-Key = "{KEY}" }}
"""
PLAIN = SETTINGS.replace("processes = 1", 'processes = 1\nhold = "0s"')


def is_let_in(seen: Seen) -> bool:
    sent = seen.headers
    return (
        sent.get("authorization") == f"Bearer {TOKEN}"
        and COOKIE in sent.get("cookie", "")
        and sent.get("x-key") == KEY
    )


def show(seen: Seen) -> str:
    """Make an article that shows all that it was asked with."""
    head = f"<title>Lock {seen.path}</title>"
    said = "".join(
        f"<p>You have sent {name} with the value {value} to us.</p>" for name, value in seen.headers.items()
    )
    body = f"<article><h1>Lock {seen.path}</h1>{WORDS}{said}</article>"
    return f"<html><head>{head}</head><body>{body}</body></html>"


def locked(seen: Seen) -> Reply:
    return page(show(seen)) if is_let_in(seen) else Reply(status=401, body=show(seen))


def lay_out(origin: Origin) -> None:
    there = origin.url("/landing", host=OPEN)
    paths = ("story", "away", "leak", "broken", "gone")
    paper = rss(*(item(origin.url(f"/{path}", host=LOCKED)) for path in paths))
    other = rss(item(origin.url("/story", host=LOCKED)), item(origin.url("/detour", host=OPEN)))
    origin.routes |= {
        "/paper": lambda seen: feed(paper) if is_let_in(seen) else Reply(status=401),
        "/other": feed(other),
        "/story": locked,
        "/away": moved(there),
        "/landing": lambda seen: page(show(seen)),
        "/leak": moved(f"/story?by={TOKEN}"),
        "/broken": lambda seen: Reply(status=500, body=show(seen), headers={"X-Seen": TOKEN}),
        "/gone": lambda seen: Reply(status=404, body=show(seen)),
        "/detour": moved(origin.url("/story", host=LOCKED)),
        "/robots.txt": Reply(type="text/plain", body="User-agent: *\nAllow: /\n"),
    }


def list_outputs(site: Site, urls: list[str], backup: Path) -> Iterator[str]:
    """Run the commands that show something; give what each printed."""
    commands = [
        ["status", "--json"], ["status"], ["doctor"], ["doctor", "--json"], ["config", "show"],
        ["config", "show", "--json"], ["config", "check"], ["dead", "list"], ["feeds", "list", "--json"],
        ["feeds", "report"], ["backup", str(backup)], ["metrics"], ["feeds", "check", *urls],
        *(["feeds", "why", url] for url in urls), ["clean", "--explain", urls[0].replace("paper", "story")],
    ]  # fmt: skip
    for words in commands:
        done = site.run(*words)
        assert "Traceback" not in done.stderr, words
        assert done.stdout + done.stderr, words
        yield done.stdout + done.stderr


@dataclass(slots=True)
class Found:
    """What a running feedmill holds."""

    gateway: str
    """Pages and answers, and what is logged."""
    keys: bytes
    """The content of every key, with its name."""
    rows: list[dict[str, str]]
    """The stream of articles."""


def look_inside(site: Site) -> Found:
    """Read the gateway and the server, which it holds meanwhile."""
    process = site.start("web", "--port", "0")
    pages = []
    try:
        assert process.stderr is not None
        url = next(json.loads(line)["url"] for line in process.stderr if b'"gateway"' in line)
        for path in ("/", "/v1/status", "/v1/feeds", "/v1/articles", "/v1/opml", "/v1/dead"):
            try:
                with urllib.request.urlopen(url.rstrip("/") + path, timeout=60) as answer:
                    pages.append(answer.read().decode())
            except HTTPError as error:
                pages.append(error.read().decode())
        with connect_blocking(site.run("url").stdout.split()[0]) as client:
            rows = client.xrange("feedmill:articles")
            keys = read_all_keys(client)
    finally:
        process.terminate()
        _, rest = process.communicate(timeout=120)
    articles = [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]
    return Found("".join((*pages, rest.decode())), keys, articles)


def read_all_keys(client: redis.Redis) -> bytes:
    """Give the content of every key, with its name."""
    held = []
    for key in client.keys("*"):
        held += [key, client.dump(key) or b""]
        kind = client.type(key)
        if kind == b"stream":
            held.append(repr(client.xrange(key)).encode())
        elif kind == b"hash":
            held.append(repr(client.hgetall(key)).encode())
    return b"\n".join(held)


def find_secrets(text: bytes) -> set[str]:
    """Return which secrets a text has in one of their writings."""
    return {one for one in SECRETS if one.encode() in text or b64encode(one.encode())[:-3] in text}


async def test_a_login_is_passed_and_no_secret_is_kept_or_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPER_TOKEN", TOKEN)
    site, backup = Site(tmp_path / "config", tmp_path / "data"), tmp_path / "backup"
    async with serve(hosts=(LOCKED, OPEN)) as origin:
        lay_out(origin)
        urls = [origin.url("/paper", host=LOCKED), origin.url("/other", host=OPEN)]
        site.write(*urls, settings=PLAIN + ACCESS)
        (site.config / "cookie").write_text(f"{COOKIE}\n")
        done = await asyncio.to_thread(site.run, "up", "--until-idle")
        assert done.returncode == 0, done.stderr
        printed = await asyncio.to_thread(lambda: "".join(list_outputs(site, urls, backup)))
        found = await asyncio.to_thread(look_inside, site)
    with_secret = [seen for seen in origin.log if find_secrets(repr(seen.headers).encode())]
    assert {seen.path for seen in with_secret} == {"/paper", "/story", "/away", "/leak", "/broken", "/gone"}
    assert {seen.host.partition(":")[0] for seen in with_secret} == {LOCKED}
    assert [seen for seen in origin.log if seen.path == "/robots.txt" and seen.host.startswith(LOCKED)]

    rows = found.rows
    stories = [row for row in rows if row["url"].endswith("/story")]
    assert sorted(row["source"] for row in stories) == sorted({row["source"] for row in rows}), "one a source"
    assert len({row["id"] for row in stories}) == len(stories)
    assert all(row["access"] == "restricted" and "story" not in row for row in stories)
    assert "You have sent x-key with the value *** to us." in stories[0]["article"]
    assert {row["event"] for row in rows} == {"created"}
    (away,) = [row for row in rows if row["url"].endswith("/landing")]
    assert away["access"] == "restricted", "its address was given out for credentials"

    assert b"with the value ***" in found.keys, "what is searched has the pages"
    assert urls[0] in found.gateway
    files = {path: path.read_bytes() for path in site.data.rglob("*") if path.is_file()}
    files[backup] = gzip.decompress(backup.read_bytes())
    assert files
    for name, text in {
        **files,
        "log of up": done.stderr.encode(),
        "commands": printed.encode(),
        "gateway": found.gateway.encode(),
        "keys": found.keys,
    }.items():
        assert not find_secrets(text), name
    EmbeddedServer(DataFolder(site.data)).wait_gone()


async def test_a_host_without_them_gives_the_pages_back_and_says_so(
    redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPER_TOKEN", TOKEN)
    site = Site(tmp_path / "config", tmp_path / "data")
    other = Site(tmp_path / "other", tmp_path / "data2")
    with_server = f'[redis]\nurl = "{redis_url}"\naccept_risks = true\n'
    async with serve(hosts=(LOCKED, OPEN)) as origin:
        lay_out(origin)
        urls = [origin.url("/paper", host=LOCKED)]
        site.write(*urls, settings=PLAIN + with_server + ACCESS)
        other.write(*urls, settings=PLAIN + with_server)
        (site.config / "cookie").write_text(COOKIE)
        assert (await asyncio.to_thread(site.run, "scheduler", "--once")).returncode == 0
        lacking = await asyncio.to_thread(other.run, "worker", "--burst")
        assert not origin.requests("/story")
        told = [json.loads(line) for line in lacking.stderr.splitlines()]
        assert [(line["site"], line["level"]) for line in told if line["event"] == "no_credentials"] == [
            (LOCKED, "warning")
        ], "it is said once"
        assert {line["reason"] for line in told if line["event"] == "page"} == {"no_credentials"}
        for words in (("status",), ("doctor",)):
            assert "credentials" in other.run(*words).stdout
        monkeypatch.delenv("PAPER_TOKEN")
        checked = await asyncio.to_thread(site.run, "doctor")
        assert "the environment variable PAPER_TOKEN is not set" in checked.stdout
        polled = await asyncio.to_thread(site.run, "feeds", "poll", "--wait", "0", urls[0])
        assert polled.returncode == 0, polled.stderr
        again = await asyncio.to_thread(site.run, "scheduler", "--once")
        assert '"outcome": "no_credentials"' in again.stderr
        assert len(origin.requests("/paper")) == 1
    with connect_blocking(redis_url) as client:
        pages = [client.hgetall(key) for key in client.keys("feedmill:page:*")]
        events = [fields[b"event"] for _, fields in client.xrange("feedmill:events")]
    assert {page[b"reason"] for page in pages} == {b"no_credentials"}
    assert {page.get(b"attempts", b"0") for page in pages} == {b"0"}, "uncharged"
    assert events.count(b"no_credentials") == 1
