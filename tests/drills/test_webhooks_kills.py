"""Webhooks whose sender is killed: nothing is lost, and the order is kept."""

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

import redis.asyncio
from gateway import append, story
from receiver import Receiver, receiving
from running import COMMAND, clean_environment
from support.waiting import HANG_S

from feedmill._group.group_keys import GroupKeys
from web.webhooks.delivery_store import SENDER_NAME

KEYS = GroupKeys("feedmill", "hook-r")


class Senders:
    """Processes that would all send; each log tells who has the lease."""

    def __init__(self, redis_url: str, folder: Path, count: int) -> None:
        self._logs = [(folder / f"{number}.log").open("w+") for number in range(count)]
        words = [*COMMAND, "--config", str(folder), "webhooks"]
        environ = clean_environment(FEEDMILL_REDIS_URL=redis_url, FEEDMILL_LOGGING_FORMAT="json")
        self._running = [subprocess.Popen(words, env=environ, stderr=log) for log in self._logs]

    def kill_who_sends(self) -> None:
        (at,) = [at for at, log in enumerate(self._logs) if self._has_begun(log)]
        self._logs.pop(at).close()
        self._running[at].kill()
        self._running.pop(at).wait()

    def end(self) -> list[int]:
        for one in self._running:
            one.terminate()
        for log in self._logs:
            log.close()
        return [one.wait(HANG_S) for one in self._running]

    @staticmethod
    def _has_begun(log: TextIO) -> bool:
        log.seek(0)
        return any(json.loads(line)["event"] == "webhook" for line in log if line.startswith("{"))


def write(folder: Path, receiver: Receiver) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    (folder / "feedmill.toml").write_text(
        f'[[webhooks]]\nname = "r"\nurl = {json.dumps(receiver.url)}\nsecret = "{secret}"\n'
        'allow_private = ["127.0.0.0/8"]\nstart = "beginning"\nback_off = "0.1s"\n'
    )


async def test_kills_of_whoever_sends_lose_nothing_and_keep_the_order(
    redis_url: str, redis_client: redis.asyncio.Redis, tmp_path: Path
) -> None:
    articles, revs, kills = 40, 5, 3
    for rev in range(1, revs + 1):
        for number in range(articles):
            event = "created" if rev == 1 else "updated"
            await append(redis_client, story(number, rev=rev), event=event)
    came = Counter[str]()

    def answer(message: Any) -> int:  # of every seventh article each revision fails the first time
        data = message["data"]
        key = f"{data['id']} {data['rev']}"
        came[key] += 1
        return 500 if came[key] == 1 and int(data["id"], 16) % 7 == 3 else 200

    async with receiving(answer=answer) as receiver:
        write(tmp_path, receiver)
        senders = Senders(redis_url, tmp_path, kills + 1)
        try:
            for number in range(1, kills + 1):
                await receiver.until(lambda: len(receiver.log) >= 45 * number)  # noqa: B023
                senders.kill_who_sends()
                await redis_client.delete(
                    KEYS.alive(SENDER_NAME)
                )  # as its end in time does, ten seconds later
            await receiver.until(lambda: len({one["data"]["stream_id"] for one in receiver.log}) == 200)
        finally:
            ends = senders.end()
    assert ends == [0]
    assert receiver.most_at_once <= 4
    for number in range(articles):
        found = receiver.revs(f"{number:016x}")
        assert found == sorted(found)
        assert set(found) == {1, 2, 3, 4, 5}
    assert len(receiver.log) <= articles * revs + kills * 4  # what was under way at a kill, and no more
    state: Any = await redis_client.xpending("feedmill:articles", "hook-r")
    assert state["pending"] == 0
