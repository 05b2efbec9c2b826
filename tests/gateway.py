"""A gateway as its tests meet it: served on loopback in this process, on the test's own database."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import redis.asyncio

from config.settings import Settings, Web
from daemon.commands.feeds_why import explain
from daemon.web_ports import judge
from feedmill._ledger.connect import connect
from feedmill.article import Article, encode
from web.house import Ports
from web.listening import listen
from web.main import run
from web.token import Token

TOKEN = "a-token-for-the-tests-only"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
WHEN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
STREAM = "feedmill:articles"


def story(number: int, **more: Any) -> Article:
    """Make an article of one's own."""
    given = {
        "id": f"{number:016x}",
        "rev": 1,
        "url": f"https://news.example/{number}",
        "title": f"Story {number}",
        "listed_at": WHEN,
        "fetched_at": WHEN,
        "source": "Example",
        "feed": "https://news.example/feed",
        "tags": ("world",),
        "lang": "en",
        "text": f"First paragraph of {number}.\n\nSecond one.",
        "word_count": 6,
        "text_from": "page",
    }
    return Article(**(given | more))


async def append(
    client: redis.asyncio.Redis, article: Article, *, event: str = "created", at: str = "*", **more: str
) -> str:
    """Append an entry as the daemon does; answers its id."""
    fields = {
        "event": event,
        "id": article.id,
        "rev": str(article.rev),
        "source": article.source,
        "feed": article.feed,
        "lang": article.lang or "",
        "tags": ",".join(article.tags),
        "url": article.url,
        "time": "2026-11-24T06:00:01.000Z",
        "schema": "article/1",
        **more,
    }
    if event != "retracted":
        fields["article"] = encode(article).decode()
    return (await client.xadd(STREAM, fields, id=at)).decode()


@dataclass(slots=True)
class Gateway:
    """A running one."""

    url: str
    http: httpx.AsyncClient
    stop: asyncio.Event

    async def get(self, path: str, status: int = 200, **headers: str) -> httpx.Response:
        """Ask, and expect a status."""
        answer = await self.http.get(path, headers=headers)
        assert answer.status_code == status, (answer.status_code, answer.text)
        return answer

    async def json(self, path: str, status: int = 200, **headers: str) -> Any:
        """Ask for JSON."""
        return (await self.get(path, status, **headers)).json()

    async def ready(self) -> None:
        """Wait until the stream has been read."""
        async with asyncio.timeout(10):
            while not (await self.http.get("/readyz")).json()["ready"]:  # noqa: ASYNC110  (asked by HTTP)
                await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(redis_url: str, folder: Path, **web: Any) -> AsyncIterator[Gateway]:
    """Serve until the block ends."""
    taken = listen("127.0.0.1", 0)
    stop = asyncio.Event()
    words = ("--config", str(folder), "--data-dir", str(folder / "data"))
    ports = Ports(judge=judge, explain=explain, command=(sys.executable, "-P", "-m", "daemon", *words))
    serve = asyncio.create_task(
        run(
            redis_url=redis_url,
            settings=Settings(web=Web(**web)),
            taken=taken,
            token=Token(TOKEN),
            ports=ports,
            folder=folder,
            stop=stop,
        )
    )
    url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=20) as http:
            gateway = Gateway(url, http, stop)
            await gateway.ready()
            yield gateway
    finally:
        stop.set()
        await asyncio.wait_for(serve, 10)
        taken.close()


@asynccontextmanager
async def client_of(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """Open a client."""
    client = connect(redis_url)
    try:
        yield client
    finally:
        await client.aclose()
