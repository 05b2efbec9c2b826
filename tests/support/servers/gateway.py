"""A gateway as its tests meet it: served on loopback in this process, on the test's own database."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import redis.asyncio
from support.waiting import until

from config.file_change_detection import read_list_mark
from config.settings import Settings, WebSettings
from daemon.commands.feeds.why_next_poll import explain
from daemon.commands.run.gateway_wiring import describe_templates, find_listed_url, find_problems
from feedmill._ledger.core.ledger_connections import connect
from feedmill.article import Article, encode
from web.app_context import GatewayDependencies
from web.http.auth_token import AccessToken
from web.http.listening_socket import bind_port
from web.main import run

TOKEN = "a-token-for-the-tests-only"
HTML = {"accept": "text/html"}
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

    async def login(self) -> None:
        """Show the token as a browser does; the client keeps the cookie."""
        shown = (await self.get("/login", accept="text/html")).text
        token = re.search(r'name="form_token" value="([^"]+)"', shown)
        assert token is not None
        answer = await self.http.post(
            "/login", data={"token": TOKEN, "form_token": token[1]}, headers={"origin": self.url}
        )
        assert answer.status_code == 303, answer.text

    async def ready(self) -> None:
        """Wait until the stream has been read."""

        async def is_ready() -> bool:
            return bool((await self.http.get("/readyz")).json()["ready"])

        await until(is_ready)


@asynccontextmanager
async def serving(redis_url: str, folder: Path, *, reads: bool = True, **web: Any) -> AsyncIterator[Gateway]:
    """Serve until the block ends; `reads` is false where the server does not answer at the start."""
    taken = bind_port("127.0.0.1", 0)
    stop = asyncio.Event()
    words = ("--config", str(folder), "--data-dir", str(folder / "data"))
    dependencies = GatewayDependencies(
        find_problems=partial(find_problems, prefix="feedmill", keep_ms=Settings().stream.keep * 1000),
        explain_next_poll=explain,
        read_list_mark=partial(read_list_mark, folder),
        find_listed_url=partial(find_listed_url, folder),
        describe_templates=partial(describe_templates, prefix="feedmill"),
        command=(sys.executable, "-P", "-m", "daemon", *words),
        search_folder=folder / "data" / "search",
    )
    serve = asyncio.create_task(
        run(
            redis_url=redis_url,
            settings=Settings(web=WebSettings(**web)),
            taken=taken,
            token=AccessToken(TOKEN),
            dependencies=dependencies,
            folder=folder,
            stop=stop,
        )
    )
    url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=120) as http:
            gateway = Gateway(url, http, stop)
            if reads:
                await gateway.ready()
            yield gateway
    finally:
        stop.set()
        await asyncio.wait_for(serve, 120)
        taken.close()


@asynccontextmanager
async def client_of(redis_url: str) -> AsyncIterator[redis.asyncio.Redis]:
    """Open a client."""
    client = connect(redis_url)
    try:
        yield client
    finally:
        await client.aclose()


async def form(gateway: Gateway, path: str, **fields: str) -> tuple[int, str]:
    """Send a form as a browser does that has shown the token and shows one of the pages."""
    if "feedmill_session" not in gateway.http.cookies:
        await gateway.login()
    token = re.search(r'name="form_token" value="([^"]+)"', (await gateway.get("/add", **HTML)).text)
    assert token is not None
    answer = await gateway.http.post(
        path,
        data={"form_token": token[1], **fields},
        headers={**HTML, "origin": gateway.url, "sec-fetch-site": "same-origin"},
    )
    return answer.status_code, answer.headers.get("location", answer.text)
