"""A receiver of webhooks on loopback: it keeps what comes, checks signatures, answers as told."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

SECRET = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


@dataclass(slots=True)
class Receiver:
    """A running one; `answer` decides on each message: a status, and headers if it likes."""

    answer: Callable[[Any], int | tuple[int, dict[str, str]]] = lambda _: 204
    hold: asyncio.Event | None = None
    """Answer only after this event is set."""
    port: int = 0
    log: list[Any] = field(default_factory=list)
    """Messages that it took, decoded."""
    asked: list[Any] = field(default_factory=list)
    """All messages that came."""
    ids: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?a=1"

    def revs(self, article: str) -> list[int]:
        return [one["data"]["rev"] for one in self.log if one["data"]["id"] == article]

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something holds; it is looked at whenever a message has come."""
        async with asyncio.timeout(120):
            while not true():
                self._came.clear()
                await self._came.wait()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        check(request.headers, body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.hold is not None:
                await self.hold.wait()
            message = json.loads(body)
            self.asked.append(message)
            self.ids.append(request.headers["webhook-id"])
            given = self.answer(message)
            status, headers = (given, {}) if isinstance(given, int) else given
            if status < 300:
                self.log.append(message)
            return web.Response(status=status, headers=headers, text="" if status < 300 else "not now")
        finally:
            self.at_once -= 1
            self._came.set()


def check(headers: Any, body: bytes) -> None:
    """Verify a signature as the specification has it, with nothing of feedmill's."""
    assert headers["content-type"] == "application/json"
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{wanted}" in headers["webhook-signature"].split(" ")


@asynccontextmanager
async def receiving(**how: Any) -> AsyncIterator[Receiver]:
    """Receive until the block ends."""
    receiver = Receiver(**how)
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
