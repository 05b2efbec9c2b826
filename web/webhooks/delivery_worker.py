"""Delivers what waits for one receiver, as the one process that has its lease."""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from feedmill._group.group_keys import GroupKeys
from feedmill._net.cache_and_retry_headers import read_retry_after_s
from feedmill._net.client.http_client import HttpClient
from feedmill._net.errors import NetError
from feedmill._redis.connection_errors import describe_outage
from feedmill._redis.outage import Outage
from feedmill._text_safety import make_line_printable
from web.webhooks.delivery_policy import (
    DeliveryAttempt,
    ReceiverState,
    RetryPolicy,
    decide_after_failure,
    is_given_up,
)
from web.webhooks.delivery_queue import DeliveryQueue, PendingDelivery
from web.webhooks.delivery_store import ClaimedDeliveries, DeliveryResult, DeliveryStore
from web.webhooks.payload import build_headers, build_message, describe_answer

MAX_PENDING = 500
"""Entries that are read ahead; newer ones wait in the stream."""
_OTHERS_S = 2.0
"""Between two checks whether the process that has the lease still runs."""
_KEEP_S = 3.0
"""Seconds between two renewals of the lease at most: a third of it."""
_MIN_WAIT_S = 0.01
"""Shortest wait before the next attempt, so that one due in the next ms does not make a busy loop."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTarget:
    """One receiver; times in seconds."""

    name: str
    url: str
    secrets: tuple[bytes, ...]
    events: frozenset[str]
    start: str
    """Where a new group begins: an id, exclusive, or `$`."""
    timeout_s: float
    max_in_flight: int
    retry_policy: RetryPolicy


class DeliveryWorker:
    """Delivers to the receiver of one webhook; `run` is its loop."""

    def __init__(
        self, client: redis.asyncio.Redis, keys: GroupKeys, target: WebhookTarget, http_client: HttpClient
    ) -> None:
        self._store = DeliveryStore(client, keys, uuid4().hex)
        self._target = target
        self._client = http_client
        self._queue = DeliveryQueue()
        self._receiver = ReceiverState()
        self._last_ids = (target.start, "0-0")
        self._unrecorded: list[DeliveryResult] = []
        self._sending: dict[asyncio.Task[DeliveryAttempt], PendingDelivery] = {}
        self._arrival: asyncio.Task[None] | None = None
        self._behind_s = 0.0
        """How far this host's clock is behind the server's."""
        self._tries = 0
        self._said = ""
        self._has_lease = False
        self._pending = True
        """What is pending has to be read again: at the start, and whenever an answer may be lost."""
        self._more = False
        self._log = log.bind(webhook=target.name)

    async def run(self, stop: asyncio.Event, *, until_idle: bool = False) -> None:
        """Send until `stop` is set, or until nothing can be sent at the moment; over losses of the server."""
        outage = Outage()
        try:
            while not stop.is_set():
                try:
                    idle = await self._run_round()
                except (RedisError, OSError) as error:
                    if outage.begin(time.monotonic()):
                        self._log.warning("redis_away", error=describe_outage(error))
                    self._pending = True
                    await _set_within(stop, outage.backoff.take_pause_s())
                    continue
                if outage.end(time.monotonic()) is not None:
                    self._log.info("redis_back")
                if idle and until_idle:
                    break
                await self._wait(stop)
        finally:
            await self._end()

    async def _run_round(self) -> bool:
        """Record what has ended, take what is there, begin what may be sent. True: there is nothing to do."""
        await self._record_results()
        limit = MAX_PENDING if self._pending else MAX_PENDING - len(self._queue)
        taken = await self._store.claim_deliveries(self._last_ids[0], limit, pending=self._pending)
        if taken is None:
            await self._stand_by()
            return True
        self._apply_claim(taken, limit)
        self._give_up()
        await self._record_results()
        self._start_deliveries()
        return not (self._sending or self._more)

    def _apply_claim(self, taken: ClaimedDeliveries, limit: int) -> None:
        """Take over what the store holds."""
        if not self._has_lease:
            self._log.info("webhook", url=self._target.url, pending=len(taken.deliveries))
            self._receiver, self._has_lease = taken.receiver, True
        self._behind_s = taken.now / 1000 - time.time()
        self._last_ids = taken.last_ids
        self._more = self._pending or (0 < limit == len(taken.deliveries))
        self._pending = False
        for one in taken.deliveries:
            if one.fields.get("event") in self._target.events:
                self._queue.add_delivery(one)
            else:
                self._unrecorded.append(DeliveryResult(delivery=one, action="skipped"))

    def _give_up(self) -> None:
        """Give up what has waited too long for a receiver that is down."""
        now, receiver = self._now(), self._receiver
        for one in list(self._queue.list_sendable()):
            if is_given_up(receiver, one.appended_ms, self._target.retry_policy, now):
                said = (
                    f"given up: the receiver fails since {_format_time(receiver.failing_since)}: {self._said}"
                )
                self._queue.sending.add(one.place)
                self._unrecorded.append(
                    DeliveryResult(delivery=one, action="dead", attempts=one.attempts, detail=said)
                )
                self._more = True  # the next one of the article may be old as well

    def _start_deliveries(self) -> None:
        """Begin to send what may be sent."""
        now = self._now()
        at_once = 1 if self._receiver.is_down else self._target.max_in_flight
        while len(self._sending) < at_once and self._receiver.next_at <= now:
            one = self._queue.choose_next(now, probing=self._receiver.is_down)
            if one is None:
                break
            self._queue.sending.add(one.place)
            self._sending[asyncio.create_task(self._send(one), name=f"send {one.id}")] = one

    async def _send(self, one: PendingDelivery) -> DeliveryAttempt:
        target, body = self._target, build_message(one.id, one.fields)
        sent = build_headers(target.secrets, f"{target.name}_{one.lane}_{one.id}", round(time.time()), body)
        try:
            answer = await self._client.post(target.url, body, headers=sent, deadline_s=target.timeout_s)
        except NetError as error:
            return DeliveryAttempt(
                detail=make_line_printable(
                    f"{error.outcome}: {error.detail}" if error.detail else error.outcome
                )
            )
        return DeliveryAttempt(
            status=answer.status,
            detail=describe_answer(answer.status, answer.body),
            retry_after_s=read_retry_after_s(answer.headers, datetime.fromtimestamp(self._now() / 1000, UTC))
            or 0.0,
        )

    async def _record_results(self) -> None:
        """Keep how attempts have ended; only then what waits behind them may be sent."""
        for task in [task for task in self._sending if task.done()]:
            self._unrecorded.append(self._settle_attempt(self._sending.pop(task), task.result()))
        while self._unrecorded:
            result = self._unrecorded[0]
            await self._store.record_result(result, self._receiver)
            self._unrecorded.pop(0)
            if result.action == "failed":
                self._tries += 1
                self._queue.defer_delivery(result.delivery, result.attempts, result.next_at, self._tries)
            else:
                self._queue.remove_delivery(result.delivery)

    def _settle_attempt(self, one: PendingDelivery, attempt: DeliveryAttempt) -> DeliveryResult:
        result = {"article": one.order_key, "rev": one.fields.get("rev", ""), "entry": one.id}
        before = self._receiver
        if attempt.is_delivered:
            self._receiver = ReceiverState()
            if before.is_down:
                self._log.info("webhook_back", after=before.failures)
            self._log.debug("webhook_sent", **result)
            return DeliveryResult(delivery=one, action="sent")
        then = decide_after_failure(
            before, one.attempts, attempt, self._target.retry_policy, now=self._now(), chance=random.random
        )
        self._receiver, self._said = then.receiver, attempt.detail
        if not before.is_down:
            self._log.warning("webhook_failed", said=attempt.detail, attempts=then.attempts, **result)
        if then.receiver.is_down and not before.is_down:
            self._log.warning("webhook_down", said=attempt.detail, failures=then.receiver.failures)
        if then.is_dead:
            self._log.warning("webhook_dead", said=attempt.detail, **result)
        what = "dead" if then.is_dead else "failed"
        return DeliveryResult(
            delivery=one, action=what, attempts=then.attempts, next_at=then.next_at, detail=attempt.detail
        )

    async def _wait(self, stop: asyncio.Event) -> None:
        """Wait for an attempt's end, something new, the moment of the next attempt, or the end."""
        if not self._has_lease:
            await _set_within(stop, _OTHERS_S)
            return
        if self._more and not self._sending:
            return
        stopped = asyncio.create_task(stop.wait())
        waits: set[asyncio.Task[object]] = {stopped, *self._sending}
        if len(self._queue) < MAX_PENDING:
            if self._arrival is None or self._arrival.done():
                self._arrival = asyncio.create_task(self._store.wait_for_arrival(self._last_ids))
            waits.add(self._arrival)
        try:
            await asyncio.wait(waits, timeout=self._next_in_s(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if self._arrival is not None and self._arrival.done() and not self._arrival.cancelled():
            self._arrival.exception()  # the next round finds out

    def _next_in_s(self) -> float:
        """How long until something may be sent, or the lease is to be kept."""
        first = self._queue.next_due_at()
        at_once = 1 if self._receiver.is_down else self._target.max_in_flight
        if first is None or len(self._sending) >= at_once:
            return _KEEP_S
        at = max(0 if self._receiver.is_down else first, self._receiver.next_at)
        return min(max((at - self._now()) / 1000, _MIN_WAIT_S), _KEEP_S)

    async def _stand_by(self) -> None:
        """Drop everything: another process sends."""
        if self._has_lease:
            self._log.info("webhook_left", to="another process")
        if self._sending:
            await asyncio.wait(self._sending)
        self._queue.clear()
        self._has_lease, self._pending = False, True

    async def _end(self) -> None:
        """Await what is under way, record it, and release the lease."""
        if self._arrival is not None:
            self._arrival.cancel()
            await asyncio.gather(self._arrival, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            while self._sending:
                await asyncio.wait(self._sending, timeout=_KEEP_S, return_when=asyncio.FIRST_COMPLETED)
                await self._record_results()
                await self._store.claim_deliveries(self._last_ids[0], 0, pending=False)
            await self._record_results()
            await self._store.release_lease()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    @property
    def pending_retries(self) -> int:
        """Entries that wait for another attempt."""
        return len(self._queue)

    def _now(self) -> int:
        return round((time.time() + self._behind_s) * 1000)


async def _set_within(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _format_time(ms: int | None) -> str:
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
