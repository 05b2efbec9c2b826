"""Lets Schemathesis loose on the gateway: everything that its OpenAPI document allows and forbids is tried.

    make fuzz-api                  # a minute or two
    make fuzz-api EXAMPLES=500     # longer

A server, a gateway and what they hold are made for it; the tool is installed in a folder of its own.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("", "tests", "tests/support", "tests/support/servers")]

import redis  # noqa: E402
from gateway import append, client_of, serving, story  # noqa: E402  (of the tests)
from ledger_desk import Desk  # noqa: E402
from ledger_desk import story as entry  # noqa: E402
from outages import OwnServer  # noqa: E402

from feedmill import Consumer  # noqa: E402
from feedmill._ledger.identity.article_and_feed_ids import name_feed  # noqa: E402
from feedmill.dead_letters import Letters  # noqa: E402

TOKEN = "a-token-for-the-tests-only"  # noqa: S105  (a server that lives for this run)
ENDLESS = "/v1/stream"
GROUP, FEED = "readers", "http://a.example/feed"
NAMED = {
    "/v1/articles/{id}": {"id": "articles"},
    "/v1/stories/{id}": {"id": "articles"},
    "/v1/feeds/{id}": {"id": "feeds"},
    "/v1/dead/{id}": {"id": "pages"},
    "/v1/dead/{id}/retry": {"id": "pages"},
    "/v1/groups/{group}/dead": {"group": "groups"},
    "/v1/groups/{group}/dead/{letter}": {"group": "groups", "letter": "letters"},
    "/v1/groups/{group}/dead/{letter}/retry": {"group": "groups", "letter": "letters"},
}
"""Which names of what there is stand in which paths; without them the tool hardly ever finds one."""
ACCEPTED = ("2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx")
"""Answers to what the document allows. 412: a tag of the list (If-Match) that is not its present one."""
REFUSED = frozenset(
    ("/feeds/{tag}.atom", "/feeds/{tag}.json", "/v1/articles", "/v1/stream", "/v1/search", "/v1/feeds/{id}")
)
"""Paths that also answer 400 to what no JSON Schema can tell: firsts beside another choice, a search for no word,
the URL of another feed."""


def main(tool: str, examples: str, *more: str) -> int:
    """Run the tool; answers its exit status."""
    with tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp") as folder:
        server = OwnServer(Path(folder))
        server.start()
        settings = configure(Path(folder), fill(server.url))
        begun, ended, loop, urls = threading.Event(), asyncio.Event(), asyncio.new_event_loop(), []

        async def serve() -> None:
            async with serving(server.url, Path(folder)) as gateway:
                urls.append(gateway.url)
                begun.set()
                await ended.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        begun.wait(60)
        words = ["--header", f"Authorization: Bearer {TOKEN}", "--exclude-path", ENDLESS, "--no-color"]
        words += ["--max-examples", examples, "--request-timeout", "60", *more]
        environ = {**os.environ, "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [tool, f"--config-file={settings}", "run", f"{urls[0]}/openapi.json", *words],
            env=environ,
            check=False,
        )
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        server.kill()
    return done.returncode


def fill(url: str) -> dict[str, list[str]]:
    """Put something of everything there; answers the names of it."""
    asyncio.run(_articles(url))
    with Consumer(url, GROUP, wait=False, deliveries=1) as consumer:
        for events in consumer.batches(1):
            consumer.give_back(events, "no")
    with redis.Redis.from_url(url) as client:
        desk = Desk(client)
        desk.now = round(time.time() * 1000)
        pages = desk.start(*(entry(number) for number in range(100)), feed=FEED)
        for page in pages:
            desk.begin(page)
            desk.bury(page)
        return {
            "articles": [f"{number:016x}" for number in range(200)],
            "feeds": [name_feed(FEED)],
            "pages": [page.id for page in pages],
            "groups": [GROUP],
            "letters": [one.letter for one in Letters(client, GROUP).latest()],
        }


async def _articles(url: str) -> None:
    async with client_of(url) as client:
        for number in range(200):
            await append(client, story(number, tags=("science", "world")))


def configure(folder: Path, known: Mapping[str, Sequence[str]]) -> Path:
    """Tell the tool the names, for half of what it tries; JSON's strings and lists are TOML's as well."""
    lines = [f"[checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(ACCEPTED)}"]
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in known.items()]
    for path in sorted({*NAMED, *REFUSED}):
        names = NAMED.get(path, {})
        lines.append(f'[[operations]]\ninclude-path = "{path}"')
        if path in REFUSED:
            statuses = json.dumps((*ACCEPTED, "400"))
            lines.append(f"[operations.checks.positive_data_acceptance]\nexpected-statuses = {statuses}")
        lines += [
            f'[operations.parameters."path.{name}"]\ndictionary = "{values}"\nprobability = 0.5'
            for name, values in names.items()
        ]
    made = folder / "schemathesis.toml"
    made.write_text("\n".join(lines) + "\n")
    return made


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
