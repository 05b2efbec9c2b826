"""Drivers: they carry out what steps ask for, on a blocking or on an asyncio client."""

import asyncio
import threading
from typing import Any, TypeVar

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisError
from redis.retry import Retry

from feedmill._clients import async_client_of, client_of
from feedmill._group.requests import Command, Pause, Request, Run, Steps
from feedmill._group.scripts import script
from feedmill.errors import ConsumerError

T = TypeVar("T")
CONNECT_S = 5.0
ANSWER_S = 10.0
"""The longest wait for an answer; no command of ours blocks for so long."""


def open_client(url: str) -> redis.Redis:
    """Make a blocking client that sends nothing twice by itself; raises ConsumerError for a wrong URL."""
    try:
        return client_of(url, retry=Retry(NoBackoff(), 0), **_bounds())
    except ValueError as error:
        raise ConsumerError(f"this is no URL of a Redis server: {error}") from error


def open_async_client(url: str) -> redis.asyncio.Redis:
    """Make an asyncio client that sends nothing twice by itself; raises ConsumerError for a wrong URL."""
    try:
        return async_client_of(url, retry=AsyncRetry(NoBackoff(), 0), **_bounds())
    except ValueError as error:
        raise ConsumerError(f"this is no URL of a Redis server: {error}") from error


def drive(steps: Steps[T], client: redis.Redis, stop: threading.Event) -> T:
    """Carry out steps to their result."""
    try:
        request = next(steps)
        while True:
            try:
                reply = perform(request, client, stop)
            except (RedisError, OSError) as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


def perform(request: Request, client: redis.Redis, stop: threading.Event) -> Any:
    """Carry out one request."""
    match request:
        case Pause(seconds):
            return stop.wait(seconds)
        case Command(command):
            return plain(client).execute_command(*command)
        case Run():
            return run_script(request, client)


def run_script(request: Run, client: redis.Redis) -> Any:
    """Run one script."""
    source = script(request.script)
    words: tuple[Any, ...] = (*request.keys, *request.args)
    try:
        return client.evalsha(source.sha, len(request.keys), *words)
    except NoScriptError:  # a restarted server forgets what was loaded
        return client.eval(source.source, len(request.keys), *words)


async def drive_async(steps: Steps[T], client: redis.asyncio.Redis, stop: asyncio.Event) -> T:
    """Carry out steps to their result."""
    try:
        request = next(steps)
        while True:
            try:
                reply = await perform_async(request, client, stop)
            except (RedisError, OSError) as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]


async def perform_async(request: Request, client: redis.asyncio.Redis, stop: asyncio.Event) -> Any:
    """Carry out one request."""
    match request:
        case Pause(seconds):
            try:
                return await asyncio.wait_for(stop.wait(), seconds)
            except TimeoutError:
                return False
        case Command(command):
            return await plain(client).execute_command(*command)
        case Run():
            return await run_script_async(request, client)


async def run_script_async(request: Run, client: redis.asyncio.Redis) -> Any:
    """Run one script."""
    source = script(request.script)
    words: tuple[Any, ...] = (*request.keys, *request.args)
    try:
        return await client.evalsha(source.sha, len(request.keys), *words)
    except NoScriptError:
        return await client.eval(source.source, len(request.keys), *words)


def plain(client: Any) -> Any:
    """Give a client whose replies to our plain commands come as the protocol has them."""
    for command in ("XREADGROUP", "XRANGE", "XREVRANGE"):
        client.response_callbacks.pop(command, None)
    return client


def _bounds() -> dict[str, Any]:
    return {
        "socket_connect_timeout": CONNECT_S,
        "socket_timeout": ANSWER_S,
        "health_check_interval": 30,
        "protocol": 2,
    }
