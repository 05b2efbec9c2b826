"""Runs the webhooks' process: a delivery worker for each receiver, until the stop."""

import asyncio
import contextlib
import time
from dataclasses import replace

import structlog

from config.sections.webhook_tables import ListedWebhook
from config.settings import Settings
from feedmill._group.drivers import open_async_client
from feedmill._group.group_keys import GroupKeys
from feedmill._group.stream_position import parse_start
from feedmill._net.client.http_client import HttpClient
from feedmill._net.client_settings import HttpClientSettings, make_client_settings
from feedmill._net.errors import NetError
from feedmill.groups import HOOK_PREFIX
from web.webhooks.delivery_policy import DeliveryAttempt, RetryPolicy
from web.webhooks.delivery_worker import DeliveryWorker, WebhookTarget
from web.webhooks.payload import build_headers, build_ping, describe_answer

_MAX_ANSWER_BYTES = 64 << 10
"""Bytes of a receiver's answer that are read: its status is what counts."""
log = structlog.get_logger()


async def run(
    *, redis_url: str, settings: Settings, stop: asyncio.Event, until_idle: bool = False
) -> dict[str, int]:
    """Send to every receiver that is enabled, until `stop` is set or, with `until_idle`, nothing can be sent.

    Answers, by webhook, how many entries wait for another attempt.
    """
    hooks = [target for target in settings.webhooks if target.enabled]
    async with contextlib.AsyncExitStack() as opened, asyncio.TaskGroup() as tasks:
        workers: dict[str, DeliveryWorker] = {}
        for target in hooks:
            http_client = await opened.enter_async_context(
                HttpClient(_make_client_settings(settings, target))
            )
            client = open_async_client(redis_url)  # this client repeats no command by itself
            opened.push_async_callback(client.aclose)
            keys = GroupKeys(settings.redis.prefix, HOOK_PREFIX + target.name, target.stream)
            workers[target.name] = DeliveryWorker(client, keys, _make_target(target), http_client)
            tasks.create_task(workers[target.name].run(stop, until_idle=until_idle), name=target.name)
    return {name: worker.pending_retries for name, worker in workers.items()}


async def send_ping(settings: Settings, target: ListedWebhook) -> DeliveryAttempt:
    """Send a message of the type `ping` to a receiver, signed as all are."""
    body, now = build_ping(target.name), time.time()
    sent = build_headers(target.secrets, f"{target.name}_ping_{now:.3f}", round(now), body)
    async with HttpClient(_make_client_settings(settings, target)) as client:
        try:
            answer = await client.post(target.url, body, headers=sent, deadline_s=target.timeout)
        except NetError as error:
            return DeliveryAttempt(detail=str(error))
    return DeliveryAttempt(status=answer.status, detail=describe_answer(answer.status, answer.body))


def _make_target(target: ListedWebhook) -> WebhookTarget:
    return WebhookTarget(
        name=target.name,
        url=target.url,
        secrets=target.secrets,
        events=frozenset(target.events),
        start=parse_start(target.start),
        timeout_s=target.timeout,
        max_in_flight=target.at_once,
        retry_policy=RetryPolicy(
            first_s=target.back_off, deliveries=target.deliveries, give_up_s=target.give_up
        ),
    )


def _make_client_settings(settings: Settings, target: ListedWebhook) -> HttpClientSettings:
    """Return an HTTP client that may reach this receiver's private addresses as well, and reads little."""
    client = make_client_settings(settings.network, connections=target.at_once)
    allowed = (*client.allow_private, *target.allow_private)
    return replace(client, allow_private=allowed, max_wire=_MAX_ANSWER_BYTES, max_decoded=_MAX_ANSWER_BYTES)
