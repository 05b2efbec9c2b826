"""Consumes the stream as one of a group, with asyncio: `async for event in consumer`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self, TypeVar, Unpack

from redis.exceptions import RedisError

from feedmill._group.consumer_options import ConsumerOptions, make_consumer_config
from feedmill._group.drivers import open_async_client, run_request_async, run_steps_async
from feedmill._group.io_requests import DriverSteps
from feedmill._group.session import GroupSession
from feedmill.errors import ConsumerError, ServerLostError
from feedmill.event import Event

T = TypeVar("T")
_log = logging.getLogger("feedmill")


class AsyncConsumer:
    """One consumer of a group for asyncio; arguments and promises are those of `Consumer`.

    async with AsyncConsumer("redis://…", "mygroup") as consumer:
        async for event in consumer:
            print(event.article.title)
    """

    def __init__(
        self, url: str, group: str, name: str | None = None, **options: Unpack[ConsumerOptions]
    ) -> None:
        self.plan = make_consumer_config(group, name, options)
        self._session = GroupSession(self.plan)
        self._client = open_async_client(url)
        self._stop = asyncio.Event()
        self._heart: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Enter the group, making it where it is missing."""
        try:
            await self._do(self._session.join_group())
        except BaseException:
            await self._client.aclose()
            raise
        self._heart = asyncio.create_task(self._beat(), name="feedmill heart")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Acknowledge or give back what is in hand, and leave everything else to others."""
        self.stop()
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
            self._heart = None
            try:
                await self._do(self._session.leave_group(error))
            except ServerLostError as lost:
                _log.warning("left without a word, others will claim what was in hand: %s", lost)
        await self._client.aclose()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield events, one at a time, until `stop` is called."""
        async for events in self.batches(1, wait=0.0):
            for event in events:
                yield event

    async def batches(self, most: int, *, wait: float = 1.0) -> AsyncIterator[list[Event]]:
        """Yield lists of up to `most` events, as `Consumer.batches` does."""
        if self._heart is None:
            raise ConsumerError("a consumer is used in an `async with` block")
        while events := await self._do(self._session.next_entries(most, wait)):
            yield events

    async def run(self, work: Callable[[Event], Awaitable[object]]) -> None:
        """Do `work` for each event until `stop` is called; what raises is given back."""
        async for event in self:
            try:
                await work(event)
            except Exception as error:  # noqa: BLE001  (whatever the caller's work raises)
                _log.warning("gave back %s (delivery %d)", event.entry, event.attempt, exc_info=error)
                await self.give_back(event, error)

    async def give_back(self, events: Event | Iterable[Event], error: BaseException | str) -> None:
        """Return events in hand: this delivery failed, for the reason given. It comes again after a while."""
        await self._do(self._session.give_back([events] if isinstance(events, Event) else events, error))

    def stop(self) -> None:
        """End the iteration soon, within a second."""
        self._session.stopping = True
        self._stop.set()

    async def _do(self, steps: DriverSteps[T]) -> T:
        return await run_steps_async(steps, self._client, self._stop)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.plan.heartbeat_every_s)
            try:
                await run_request_async(self._session.make_heartbeat(), self._client, self._stop)
            except (RedisError, OSError) as error:  # the loop finds out too, and waits
                _log.debug("a heartbeat was lost: %s", error)
