"""The webhooks' process: a sender for each receiver, until it is asked to stop."""

import asyncio
import contextlib
import time
from dataclasses import replace

import structlog

from config.settings import Settings
from config.webhooks import ListedWebhook
from feedmill._group.drive import open_async_client
from feedmill._group.keys import GroupKeys
from feedmill._group.start import start_id
from feedmill._net.door import Door
from feedmill._net.errors import NetError
from feedmill._net.settings import DoorSettings, door_settings
from feedmill._net.tls import build_tls
from feedmill.groups import HOOK_PREFIX
from web.hooks.message import headers, ping, said_by
from web.hooks.rules import Attempt, Patience
from web.hooks.sender import Hook, Sender

_MOST_ANSWER = 64 << 10
"""Bytes of a receiver's answer that are read."""
log = structlog.get_logger()


async def run(
    *, redis_url: str, settings: Settings, stop: asyncio.Event, until_idle: bool = False
) -> dict[str, int]:
    """Send to every receiver that is enabled, until `stop` is set or, with `until_idle`, nothing can be sent.

    Answers, by webhook, how many entries wait for another attempt.
    """
    hooks = [hook for hook in settings.webhooks if hook.enabled]
    tls = build_tls()
    async with contextlib.AsyncExitStack() as opened, asyncio.TaskGroup() as tasks:
        senders: dict[str, Sender] = {}
        for hook in hooks:
            door = await opened.enter_async_context(Door(_door(settings, hook), tls=tls))
            client = open_async_client(redis_url)  # sends nothing twice by itself
            opened.push_async_callback(client.aclose)
            keys = GroupKeys(settings.redis.prefix, HOOK_PREFIX + hook.name, hook.stream)
            senders[hook.name] = Sender(client, keys, _hook(hook), door)
            tasks.create_task(senders[hook.name].run(stop, until_idle=until_idle), name=hook.name)
    return {name: sender.waiting for name, sender in senders.items()}


async def send_ping(settings: Settings, hook: ListedWebhook) -> Attempt:
    """Send a message of the type `ping` to a receiver, signed as all are."""
    body, now = ping(hook.name), time.time()
    sent = headers(hook.secrets, f"{hook.name}_ping_{now:.3f}", round(now), body)
    async with Door(_door(settings, hook)) as door:
        try:
            answer = await door.post(hook.url, body, headers=sent, deadline_s=hook.timeout)
        except NetError as error:
            return Attempt(said=str(error))
    return Attempt(status=answer.status, said=said_by(answer.status, answer.body))


def _hook(hook: ListedWebhook) -> Hook:
    return Hook(
        name=hook.name,
        url=hook.url,
        secrets=hook.secrets,
        events=frozenset(hook.events),
        start=start_id(hook.start),
        timeout_s=hook.timeout,
        at_once=hook.at_once,
        patience=Patience(first_s=hook.back_off, deliveries=hook.deliveries, give_up_s=hook.give_up),
    )


def _door(settings: Settings, hook: ListedWebhook) -> DoorSettings:
    """Give a door that leads to this receiver's private addresses as well, and reads little."""
    door = door_settings(settings.network, connections=hook.at_once)
    allowed = (*door.allow_private, *hook.allow_private)
    return replace(door, allow_private=allowed, max_wire=_MOST_ANSWER, max_decoded=_MOST_ANSWER)
