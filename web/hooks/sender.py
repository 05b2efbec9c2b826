"""Sends what waits for one receiver, as the one process that has its lease."""

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

from feedmill._group.keys import GroupKeys
from feedmill._ledger.told import rest_ms
from feedmill._net.door import Door
from feedmill._net.errors import NetError
from feedmill._plain import printable
from web.hooks.books import Books, Taken, Told
from web.hooks.message import headers, message, said_by
from web.hooks.queue import Queue, Waiting
from web.hooks.rules import Attempt, Patience, Receiver, failed, given_up

WINDOW = 500
"""Entries that are looked at ahead; newer ones wait in the stream."""
_OTHERS_S = 2.0
"""Between two looks whether the process that has the lease still lives."""
_KEEP_S = 3.0
"""The lease is kept at least so often."""
_SOON_S = 0.01
_LONGEST_PAUSE_S = 5.0
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One receiver; times in seconds."""

    name: str
    url: str
    secrets: tuple[bytes, ...]
    events: frozenset[str]
    start: str
    """Where a new group begins: an id, exclusive, or `$`."""
    timeout_s: float
    at_once: int
    patience: Patience


class Sender:
    """The sender of one webhook; `run` is its loop."""

    def __init__(self, client: redis.asyncio.Redis, keys: GroupKeys, hook: Hook, door: Door) -> None:
        self._books = Books(client, keys, uuid4().hex)
        self._hook = hook
        self._door = door
        self._queue = Queue()
        self._receiver = Receiver()
        self._lasts = (hook.start, "0-0")
        self._untold: list[Told] = []
        self._sending: dict[asyncio.Task[Attempt], Waiting] = {}
        self._arrival: asyncio.Task[None] | None = None
        self._behind_s = 0.0
        """How far this host's clock is behind the server's."""
        self._tries = 0
        self._said = ""
        self._ours = False
        self._pending = True
        """What is pending has to be read again: at the start, and whenever an answer may be lost."""
        self._more = False
        self._log = log.bind(webhook=hook.name)

    async def run(self, stop: asyncio.Event, *, until_idle: bool = False) -> None:
        """Send until `stop` is set, or until nothing can be sent at the moment; over losses of the server."""
        pause, away = 0.1, False
        try:
            while not stop.is_set():
                try:
                    idle = await self._round()
                except (RedisError, OSError) as error:
                    if not away:
                        self._log.warning("redis_away", error=str(error))
                    away, self._pending = True, True
                    await _set_within(stop, pause)
                    pause = min(pause * 2, _LONGEST_PAUSE_S)
                    continue
                if away:
                    self._log.info("redis_back")
                away, pause = False, 0.1
                if idle and until_idle:
                    break
                await self._wait(stop)
        finally:
            await self._end()

    async def _round(self) -> bool:
        """Tell what has ended, take what is there, begin what may be sent. True: there is nothing to do."""
        await self._tell()
        limit = WINDOW if self._pending else WINDOW - len(self._queue)
        taken = await self._books.take(self._lasts[0], limit, pending=self._pending)
        if taken is None:
            await self._stand_by()
            return True
        self._enter(taken, limit)
        self._give_up()
        await self._tell()
        self._begin()
        return not (self._sending or self._more)

    def _enter(self, taken: Taken, limit: int) -> None:
        """Take over what the books say."""
        if not self._ours:
            self._log.info("webhook", url=self._hook.url, pending=len(taken.found))
            self._receiver, self._ours = taken.receiver, True
        self._behind_s = taken.now / 1000 - time.time()
        self._lasts = taken.lasts
        self._more = self._pending or (0 < limit == len(taken.found))
        self._pending = False
        for one in taken.found:
            if one.fields.get("event") in self._hook.events:
                self._queue.add(one)
            else:
                self._untold.append(Told(one=one, what="skipped"))

    def _give_up(self) -> None:
        """Bury what has waited too long for a receiver that is down."""
        now, receiver = self._now(), self._receiver
        for one in list(self._queue.heads()):
            if given_up(receiver, one.ms, self._hook.patience, now):
                said = f"given up: the receiver fails since {_moment(receiver.failing_since)}: {self._said}"
                self._queue.sending.add(one.place)
                self._untold.append(Told(one=one, what="dead", attempts=one.attempts, said=said))
                self._more = True  # the next one of the article may be old as well

    def _begin(self) -> None:
        """Begin to send what may be sent."""
        now = self._now()
        at_once = 1 if self._receiver.down else self._hook.at_once
        while len(self._sending) < at_once and self._receiver.next_at <= now:
            one = self._queue.next(now, probing=self._receiver.down)
            if one is None:
                break
            self._queue.sending.add(one.place)
            self._sending[asyncio.create_task(self._send(one), name=f"send {one.id}")] = one

    async def _send(self, one: Waiting) -> Attempt:
        hook, body = self._hook, message(one.id, one.fields)
        sent = headers(hook.secrets, f"{hook.name}_{one.lane}_{one.id}", round(time.time()), body)
        try:
            answer = await self._door.post(hook.url, body, headers=sent, deadline_s=hook.timeout_s)
        except NetError as error:
            return Attempt(
                said=printable(f"{error.outcome}: {error.detail}" if error.detail else error.outcome)
            )
        return Attempt(
            status=answer.status,
            said=said_by(answer.status, answer.body),
            retry_after_s=rest_ms(answer.headers, datetime.fromtimestamp(self._now() / 1000, UTC)) / 1000,
        )

    async def _tell(self) -> None:
        """Keep how attempts have ended; only then what waits behind them may be sent."""
        for task in [task for task in self._sending if task.done()]:
            self._untold.append(self._judge(self._sending.pop(task), task.result()))
        while self._untold:
            told = self._untold[0]
            await self._books.tell(told, self._receiver)
            self._untold.pop(0)
            if told.what == "failed":
                self._tries += 1
                self._queue.put_off(told.one, told.attempts, told.next_at, self._tries)
            else:
                self._queue.done(told.one)

    def _judge(self, one: Waiting, attempt: Attempt) -> Told:
        told = {"article": one.article, "rev": one.fields.get("rev", ""), "entry": one.id}
        before = self._receiver
        if attempt.good:
            self._receiver = Receiver()
            if before.down:
                self._log.info("webhook_back", after=before.failures)
            self._log.debug("webhook_sent", **told)
            return Told(one=one, what="sent")
        then = failed(
            before, one.attempts, attempt, self._hook.patience, now=self._now(), chance=random.random
        )
        self._receiver, self._said = then.receiver, attempt.said
        if not before.down:
            self._log.warning("webhook_failed", said=attempt.said, attempts=then.attempts, **told)
        if then.receiver.down and not before.down:
            self._log.warning("webhook_down", said=attempt.said, failures=then.receiver.failures)
        if then.dead:
            self._log.warning("webhook_dead", said=attempt.said, **told)
        what = "dead" if then.dead else "failed"
        return Told(one=one, what=what, attempts=then.attempts, next_at=then.next_at, said=attempt.said)

    async def _wait(self, stop: asyncio.Event) -> None:
        """Wait for an attempt's end, something new, the moment of the next attempt, or the end."""
        if not self._ours:
            await _set_within(stop, _OTHERS_S)
            return
        if self._more and not self._sending:
            return
        stopped = asyncio.create_task(stop.wait())
        waits: set[asyncio.Task[object]] = {stopped, *self._sending}
        if len(self._queue) < WINDOW:
            if self._arrival is None or self._arrival.done():
                self._arrival = asyncio.create_task(self._books.arrival(self._lasts))
            waits.add(self._arrival)
        try:
            await asyncio.wait(waits, timeout=self._next_in_s(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
        if self._arrival is not None and self._arrival.done() and not self._arrival.cancelled():
            self._arrival.exception()  # the next round finds out

    def _next_in_s(self) -> float:
        """How long until something may be sent, or the lease is to be kept."""
        first = self._queue.next_at()
        at_once = 1 if self._receiver.down else self._hook.at_once
        if first is None or len(self._sending) >= at_once:
            return _KEEP_S
        at = max(0 if self._receiver.down else first, self._receiver.next_at)
        return min(max((at - self._now()) / 1000, _SOON_S), _KEEP_S)

    async def _stand_by(self) -> None:
        """Forget everything: another process sends."""
        if self._ours:
            self._log.info("webhook_left", to="another process")
        if self._sending:
            await asyncio.wait(self._sending)
        self._queue.clear()
        self._ours, self._pending = False, True

    async def _end(self) -> None:
        """Let what is under way end, tell it, and give the lease back."""
        if self._arrival is not None:
            self._arrival.cancel()
            await asyncio.gather(self._arrival, return_exceptions=True)
        with contextlib.suppress(RedisError, OSError):
            while self._sending:
                await asyncio.wait(self._sending, timeout=_KEEP_S, return_when=asyncio.FIRST_COMPLETED)
                await self._tell()
                await self._books.take(self._lasts[0], 0, pending=False)
            await self._tell()
            await self._books.leave()
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    @property
    def waiting(self) -> int:
        """Entries that wait for another attempt."""
        return len(self._queue)

    def _now(self) -> int:
        return round((time.time() + self._behind_s) * 1000)


async def _set_within(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def _moment(ms: int | None) -> str:
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
