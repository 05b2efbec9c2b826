"""The example receivers take what is sent, once, and nothing that is not signed."""

import asyncio
import shutil
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import redis.asyncio
from gateway import append, story
from receiver import SECRET
from support.waiting import until

from config.sections.webhook_tables import ListedWebhook
from config.settings import Settings
from web.webhooks.main import run, send_ping

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TEXT = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PROGRAMS = {"python": "webhook.py", "node": "node/webhook.js"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def started(language: str, port: int) -> AsyncIterator[Process]:
    tool = sys.executable if language == "python" else shutil.which(language)
    if tool is None:
        pytest.skip(f"no {language} here")
    program = await asyncio.create_subprocess_exec(
        tool, EXAMPLES / PROGRAMS[language], str(port), env={"WEBHOOK_SECRET": TEXT}, stdout=PIPE
    )
    try:
        await until(lambda: answers(port))  # a port tells nobody
        yield program
    finally:
        program.kill()
        await program.communicate()


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.mark.parametrize("language", PROGRAMS)
async def test_an_example_receiver_takes_each_article_once_and_refuses_what_is_not_signed(
    language: str, redis_url: str, redis_client: redis.asyncio.Redis
) -> None:
    port = free_port()
    hook = ListedWebhook(
        "r", f"http://127.0.0.1:{port}/", (SECRET,), start="beginning", allow_private=("127.0.0.1",)
    )
    for number in (1, 2, 1):  # the third is one that came before
        await append(redis_client, story(number, title=f"Größe „{number}“"))
    await append(redis_client, story(3), event="retracted", reason="http_404")
    async with started(language, port) as program, httpx.AsyncClient(timeout=120) as stranger:
        stop, settings = asyncio.Event(), Settings(webhooks=(hook,))
        assert await run(redis_url=redis_url, settings=settings, stop=stop, until_idle=True) == {"r": 0}
        assert program.stdout is not None
        said = {(await program.stdout.readline()).decode() for _ in range(2)}
        assert said == {"Größe „1“\n", "Größe „2“\n"}
        forged = ListedWebhook("r", hook.url, (b"x" * 32,), allow_private=("127.0.0.1",))
        assert (await send_ping(settings, hook)).status == 204
        assert (await send_ping(settings, forged)).status == 401
        old = {"webhook-id": "m", "webhook-timestamp": "1614265330", "webhook-signature": "v1,x"}
        assert (await stranger.post(hook.url, content=b"{}", headers=old)).status_code == 401
        assert (await stranger.post(hook.url, content=b"{}")).status_code == 401
