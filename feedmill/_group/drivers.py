"""Runs the requests that a session yields, and its scripts, on a blocking or on an asyncio client."""

import asyncio
import threading
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from importlib import resources
from typing import Any, TypeVar

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from feedmill._group.io_requests import DriverRequest, DriverSteps, PauseRequest, RedisCommand, ScriptCall
from feedmill._redis.clients import make_async_client, make_client
from feedmill.errors import ConsumerError


@dataclass(frozen=True, slots=True)
class GroupScript:
    """One operation's source as the server runs it."""

    source: str
    sha: str


@cache
def load_group_script(name: str) -> GroupScript:
    """Read and assemble the script of an operation."""
    folder = resources.files("feedmill._group") / "lua"
    source = "\n".join((folder / f"{part}.lua").read_text("utf-8") for part in ("_base", name))
    return GroupScript(source, sha1(source.encode(), usedforsecurity=False).hexdigest())


T = TypeVar("T")
MAX_CONNECT_S = 5.0
"""The longest wait for a connection; then it counts as lost, and the consumer tries again."""
MAX_ANSWER_S = 10.0
"""The longest wait for an answer; no command of ours blocks for so long."""


def open_client(url: str) -> redis.Redis:
    """Make a blocking client that sends nothing twice by itself; raises ConsumerError for a wrong URL."""
    try:
        return make_client(url, retry=Retry(NoBackoff(), 0), **_make_timeouts())
    except ValueError as error:
        raise ConsumerError(f"this is no URL of a Redis server: {error}") from error


def open_async_client(url: str) -> redis.asyncio.Redis:
    """Make an asyncio client that sends nothing twice by itself; raises ConsumerError for a wrong URL."""
    try:
        return make_async_client(url, retry=AsyncRetry(NoBackoff(), 0), **_make_timeouts())
    except ValueError as error:
        raise ConsumerError(f"this is no URL of a Redis server: {error}") from error


def run_steps(steps: DriverSteps[T], client: redis.Redis, stop: threading.Event) -> T:
    """Carry out steps to their result."""
    try:
        request = next(steps)
        while True:
            try:
                reply = run_request(request, client, stop)
            except (RedisError, OSError) as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def run_request(request: DriverRequest, client: redis.Redis, stop: threading.Event) -> Any:
    """Carry out one request."""
    match request:
        case PauseRequest(seconds):
            return stop.wait(seconds)
        case RedisCommand(command):
            return make_plain_client(client).execute_command(*command)
        case ScriptCall():
            return run_script(request, client)


def run_script(request: ScriptCall, client: redis.Redis) -> Any:
    """Run one script."""
    source = load_group_script(request.script)
    words: tuple[Any, ...] = (*request.keys, *request.args)
    try:
        return client.evalsha(source.sha, len(request.keys), *words)
    except NoScriptError:  # a restarted server forgets what was loaded
        return client.eval(source.source, len(request.keys), *words)


async def run_steps_async(steps: DriverSteps[T], client: redis.asyncio.Redis, stop: asyncio.Event) -> T:
    """Carry out steps to their result."""
    try:
        request = next(steps)
        while True:
            try:
                reply = await run_request_async(request, client, stop)
            except (RedisError, OSError) as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


async def run_request_async(request: DriverRequest, client: redis.asyncio.Redis, stop: asyncio.Event) -> Any:
    """Carry out one request."""
    match request:
        case PauseRequest(seconds):
            try:
                return await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                return False
        case RedisCommand(command):
            return await make_plain_client(client).execute_command(*command)
        case ScriptCall():
            return await run_script_async(request, client)


async def run_script_async(request: ScriptCall, client: redis.asyncio.Redis) -> Any:
    """Run one script."""
    source = load_group_script(request.script)
    words: tuple[Any, ...] = (*request.keys, *request.args)
    try:
        return await client.evalsha(source.sha, len(request.keys), *words)
    except NoScriptError:
        return await client.eval(source.source, len(request.keys), *words)


def make_plain_client(client: Any) -> Any:
    """Return a client whose replies to our plain commands come as the protocol has them."""
    for command in ("XREADGROUP", "XRANGE", "XREVRANGE"):
        client.response_callbacks.pop(command, None)
    return client


def _make_timeouts() -> dict[str, Any]:
    return {
        "socket_connect_timeout": MAX_CONNECT_S,
        "socket_timeout": MAX_ANSWER_S,
        "health_check_interval": 30,
        "protocol": 2,
    }
