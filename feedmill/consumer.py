"""Consumes the stream as one of a group: `for event in consumer`.

    with Consumer("redis://…", "mygroup") as consumer:
        for event in consumer:
            print(event.article.title)

Asking for the next event acknowledges the one before; so does leaving the loop. An exception that leaves the
`with` block gives the event back, with what it says. `AsyncConsumer` is the same for asyncio.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Self, TypeVar, Unpack

from redis.exceptions import RedisError

from feedmill._group.consumer_options import ConsumerOptions, make_consumer_config
from feedmill._group.drivers import open_client, run_request, run_steps
from feedmill._group.io_requests import DriverSteps
from feedmill._group.session import GroupSession
from feedmill.errors import ConsumerError, ServerLostError
from feedmill.event import Event

T = TypeVar("T")
_log = logging.getLogger("feedmill")


class Consumer:
    """One consumer of a group; a context manager, and an iterator of `Event`.

    `url` is what `feedmill url` prints. `name` is this consumer's own: give one when the program comes back
    under it, so that it takes up what it left; one is made up otherwise. The options:

    - `start`: where a *new* group begins: `"beginning"`, `"end"`, after an entry's id, or at a time (datetime
      or RFC 3339). A group that exists goes on where it is.
    - `sources`, `tags`, `langs`, `feeds`, `text_from`, `events`: only entries with one of each. What is not
      wanted is acknowledged without being decoded. `text_from` is `page`, `feed`, `transcript`. `events` is
      `("created", "updated")`; an empty one means all.
    - `firsts`: only the first article of each story (docs/stories.md), and its revisions; not with `sources`,
      `tags`, `langs`, `feeds`, `text_from` or a route's `stream`.
    - `deliveries`: after so many that failed (5) an entry goes to the group's dead letters, with the error.
    - `claim_after`: seconds (60) without a sign of life after which others take over a consumer's entries.
      Its heart beats three times in that time, so work on one event may take longer.
    - `prefetch`: entries (16) fetched at a time.
    - `protect`: nothing that the group has not acknowledged is trimmed (True).
    - `wait`: False ends the iteration when there is nothing at the moment.
    - `prefix`: the operator's `[redis] prefix`.

    Raises ConsumerError when asked for what cannot be, and ServerLostError when the server does not answer
    for 10 s at the start; after that it waits for the server.
    """

    def __init__(
        self, url: str, group: str, name: str | None = None, **options: Unpack[ConsumerOptions]
    ) -> None:
        self.plan = make_consumer_config(group, name, options)
        self._session = GroupSession(self.plan)
        self._client = open_client(url)
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._heart: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Enter the group, making it where it is missing."""
        try:
            self._do(self._session.join_group())
        except BaseException:
            self._client.close()
            raise
        self._heart = threading.Thread(target=self._beat, name="feedmill heart", daemon=True)
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Acknowledge or give back what is in hand, and leave everything else to others."""
        self.stop()
        self._ended.set()
        if self._heart is not None:
            self._heart.join()
            self._heart = None
            try:
                self._do(self._session.leave_group(error))
            except ServerLostError as lost:
                _log.warning("left without a word, others will claim what was in hand: %s", lost)
        self._client.close()

    def __iter__(self) -> Iterator[Event]:
        """Yield events, one at a time, until `stop` is called."""
        for events in self.batches(1, wait=0.0):
            yield from events

    def batches(self, most: int, *, wait: float = 1.0) -> Iterator[list[Event]]:
        """Yield lists of up to `most` events, waiting up to `wait` seconds for a list to fill.

        A list is acknowledged and given back as a whole; an event that failed before comes alone.
        """
        if self._heart is None:
            raise ConsumerError("a consumer is used in a `with` block: with Consumer(url, group) as consumer")
        while events := self._do(self._session.next_entries(most, wait)):
            yield events

    def run(self, work: Callable[[Event], object]) -> None:
        """Do `work` for each event until `stop` is called; what raises is given back."""
        for event in self:
            try:
                work(event)
            except Exception as error:  # noqa: BLE001  (whatever the caller's work raises)
                _log.warning("gave back %s (delivery %d)", event.entry, event.attempt, exc_info=error)
                self.give_back(event, error)

    def give_back(self, events: Event | Iterable[Event], error: BaseException | str) -> None:
        """Return events in hand: this delivery failed, for the reason given. It comes again after a while."""
        self._do(self._session.give_back([events] if isinstance(events, Event) else events, error))

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop."""
        return self._session.stopping

    def stop(self) -> None:
        """End the iteration soon, within a second; any thread and a signal handler may call it."""
        self._session.stopping = True
        self._stop.set()

    def _do(self, steps: DriverSteps[T]) -> T:
        return run_steps(steps, self._client, self._stop)

    def _beat(self) -> None:
        while not self._ended.wait(self.plan.heartbeat_every_s):
            try:
                run_request(self._session.make_heartbeat(), self._client, self._ended)
            except (RedisError, OSError) as error:  # the loop finds out too, and waits
                _log.debug("a heartbeat was lost: %s", error)
