"""Decides what a consumer of a group does next, without input or output: yields requests for a driver.

An entry is *held* from the moment it is ours until it is finished or given back: first in the buffer, then,
when its delivery is counted, in hand. Asking for the next ones finishes those in hand. Whatever an answer
that was lost has put under our name is found again by reading what is pending there.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from feedmill._group.consumer_options import MAX_ERROR_CHARS, ConsumerConfig
from feedmill._group.io_requests import DriverRequest, DriverSteps, PauseRequest, RedisCommand, ScriptCall
from feedmill._redis.connection_errors import describe_outage, is_missing_group, is_refused, is_transient
from feedmill._redis.outage import Backoff
from feedmill.errors import AccessError, ServerLostError, UnreadableError
from feedmill.event import Event, event_of, texts

BLOCK_S = 1.0
"""The longest wait for new entries in one command; a stop is noticed after it."""
MAX_OUTAGE_S = 10.0
"""How long the first words and the last ones wait for a server that is away; between them there is no end."""
FORGET_MS = 7 * 86_400_000
"""Consumers of a group that hold nothing and were idle for so long are taken off its list."""
RECOVER_BATCH = 500  # pending entries of one reply, which bounds its size

_log = logging.getLogger("feedmill")
EntryPlace = tuple[int, str]
"""Lane and id of an entry: 1 is the stream, 2 the dead letters that are tried again."""


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """An entry that is pending under our name."""

    lane: int
    id: str
    fields: dict[str, str]
    deliveries: int
    """Deliveries begun before this one."""

    @property
    def place(self) -> EntryPlace:
        """Where it stands."""
        return self.lane, self.id


class GroupSession:
    """State of one consumer; its methods are a driver's steps unless their docstrings name another use."""

    def __init__(self, config: ConsumerConfig, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan = config
        self.stopping = False
        """Set from any thread to end the consumer."""
        self._clock = clock
        self._held: dict[EntryPlace, HeldEntry] = {}
        self._buffer: deque[HeldEntry] = deque()
        self._hand: dict[EntryPlace, HeldEntry] = {}
        self._finished: list[EntryPlace] = []
        self._lost = False
        self._settled = False
        self._onward = "0-0"
        self._claim_at = 0.0
        self._last_id: str | None = None

    def make_heartbeat(self) -> ScriptCall:
        """Return the request that keeps what is held; not a step, and safe beside a running one."""
        places = [word for slot in tuple(self._held) for word in slot]
        return self._run("beat", self.plan.claim_ms, int(self.plan.protect), *places)

    def join_group(self) -> DriverSteps[None]:
        """Become a consumer of the group, and take up what the process before left under the name."""
        yield from self.ask_until_answered(self._make_join_request, patience=MAX_OUTAGE_S)
        self._settled = True
        yield from self._recover()

    def next_entries(self, most: int = 1, linger: float = 0.0) -> DriverSteps[list[Event]]:
        """Finish what is in hand and begin up to `most` entries; none: the consumer is to end.

        With more than one wanted it waits up to `linger` seconds for them. What failed before comes alone.
        """
        self._finish_in_hand()
        while not self.stopping:
            waits = yield from self._fill(most, linger)
            events = yield from self._begin(most)
            if events:
                return events
            if not (waits or self._buffer):
                break
        yield from self._settle()
        return []

    def give_back(self, events: Iterable[Event], error: BaseException | str) -> DriverSteps[None]:
        """Return entries in hand: this delivery failed. The last one allowed makes them dead letters."""
        failed = [self._hand.pop(event.place) for event in events if event.place in self._hand]
        yield from self._fail_entries(failed, _describe_error(error))

    def leave_group(self, error: BaseException | None) -> DriverSteps[None]:
        """End: finish what is in hand, or give it back where an error ends it; free the rest for others.

        What stops a program (KeyboardInterrupt, SystemExit, a cancellation) counts no delivery.
        """
        self.stopping = True
        if not self._settled:
            return
        hand = list(self._hand.values())
        self._hand.clear()
        if error is None:
            self._finished += [held.place for held in hand]
        elif isinstance(error, Exception):
            yield from self._fail_entries(hand, _describe_error(error))
        else:
            yield from self._release(hand)
        yield from self._settle()
        yield from self._release([*self._buffer])
        self._buffer.clear()
        last = self._run("leave", self.plan.claim_ms, int(not self.plan.named))
        yield from self.ask_until_answered(lambda: last, patience=MAX_OUTAGE_S)

    def _fill(self, most: int, linger: float) -> DriverSteps[bool]:
        """Take entries into the buffer. False: there is nothing now, and the caller does not wait."""
        if self._lost:
            yield from self._recover()
        if self._clock() >= self._claim_at:
            yield from self._claim()
        until = self._clock() + linger
        while not self.stopping:
            left_s = until - self._clock()
            if len(self._buffer) >= most or (self._buffer and (self._buffer[0].deliveries or left_s <= 0)):
                return True
            wait_s = (left_s if self._buffer else BLOCK_S) if self.plan.wait else 0.0
            found = yield from self._read(wait_s)
            if not (found or self.plan.wait or self._lost or self._onward != "0-0"):
                return bool(self._buffer)
            if self._lost or self._clock() >= self._claim_at:
                return True
        return False

    def _read(self, wait_s: float) -> DriverSteps[bool]:
        """Read what is new, waiting up to `wait_s` seconds; True when something came, wanted or not."""
        yield from self._settle()
        config, keys = self.plan, self.plan.keys
        # BLOCK 0 is for ever, so a wait of nothing has no BLOCK
        block = ("BLOCK", max(1, round(min(wait_s, BLOCK_S) * 1000))) if wait_s else ()
        head = ("XREADGROUP", "GROUP", config.group, config.name, "COUNT", config.prefetch)
        command = RedisCommand((*head, *block, "STREAMS", keys.stream(), keys.again(), ">", ">"))
        reply = yield from self.ask_until_answered(lambda: command, once=True)
        lanes = {keys.stream().encode(): 1, keys.again().encode(): 2}
        for stream, entries in reply or ():
            for entry, fields in entries:
                self._hold_entry(lanes[stream], entry.decode(), fields, 0)
        return bool(reply)

    def _claim(self) -> DriverSteps[None]:
        config = self.plan
        claim = self._run("claim", config.claim_ms, config.prefetch, config.deliveries, self._onward)
        reply = yield from self.ask_until_answered(lambda: claim, once=True)
        if reply:
            self._onward = reply[0].decode()
            self._take_offered(reply[1:])
        more = self._onward != "0-0"
        self._claim_at = self._clock() + (0.0 if more else self.plan.claim_every_s)

    def _recover(self) -> DriverSteps[None]:
        """Take up what is pending under our name: of an answer that was lost, or of a process before."""
        self._lost = False
        if (yield from self.ask_until_answered(self._make_join_request)):
            mine = self._run("mine", RECOVER_BATCH, self.plan.deliveries)
            self._take_offered((yield from self.ask_until_answered(lambda: mine)))

    def _begin(self, most: int) -> DriverSteps[list[Event]]:
        """Count a delivery of the next ones in the buffer, and finish others in the same step."""
        chosen: list[HeldEntry] = []
        while (
            self._buffer
            and len(chosen) < most
            and not (chosen and (self._buffer[0].deliveries or chosen[0].deliveries))
        ):
            chosen.append(self._buffer.popleft())
        if not chosen:
            return []
        words: list[str | int] = [word for held in chosen for word in (*held.place, held.deliveries)]
        answers = yield from self._run_turn(words)
        events: list[Event] = []
        for held, ours in zip(chosen, answers, strict=True):
            if not ours:
                self._held.pop(held.place, None)
                continue
            self._hand[held.place] = held
            try:
                events.append(event_of(held.id, held.fields, attempt=held.deliveries + 1, lane=held.lane))
            except UnreadableError as error:
                del self._hand[held.place]
                yield from self._fail_entries([held], _describe_error(error))
        return events

    def _settle(self) -> DriverSteps[None]:
        """Acknowledge what is finished."""
        if self._finished:
            yield from self._run_turn([])

    def _run_turn(self, words: list[str | int]) -> DriverSteps[Any]:
        finished = tuple(self._finished)
        turn = self._run("turn", len(finished), *(word for slot in finished for word in slot), *words)
        answers = yield from self.ask_until_answered(lambda: turn)
        for slot in finished:
            self._held.pop(slot, None)
        del self._finished[: len(finished)]
        return answers

    def _fail_entries(self, failed: list[HeldEntry], said: str) -> DriverSteps[None]:
        config = self.plan
        for held in failed:
            delay_ms = round(config.choose_back_off_s(held.deliveries + 1) * 1000)
            words = (config.claim_ms, delay_ms, config.deliveries, said, *held.place, held.deliveries + 1)
            back = self._run("give_back", *words)
            buried = yield from self.ask_until_answered(lambda back=back: back)  # type: ignore[misc]
            self._held.pop(held.place, None)
            if buried:
                _log.warning("entry %s went to the dead letters of %s: %s", held.id, config.group, said)

    def _release(self, unused: list[HeldEntry]) -> DriverSteps[None]:
        """Free entries at once, as if they had not been delivered."""
        if not unused:
            return
        config = self.plan
        words = [word for held in unused for word in (*held.place, held.deliveries)]
        # deliveries are no reason to bury here, so the most is beyond them all
        back = self._run("give_back", config.claim_ms, 0, 2**31, "", *words)
        yield from self.ask_until_answered(lambda: back, patience=MAX_OUTAGE_S)
        for held in unused:
            self._held.pop(held.place, None)

    def _finish_in_hand(self) -> None:
        self._finished += [held.place for held in self._hand.values()]
        self._hand.clear()

    def _take_offered(self, offers: Iterable[Any]) -> None:
        for lane, entry, fields, begun in offers:
            pairs = dict(zip(fields[::2], fields[1::2], strict=True))
            self._hold_entry(int(lane), entry.decode(), pairs, int(begun))

    def _hold_entry(self, lane: int, entry: str, raw: Any, begun: int) -> None:
        slot = (lane, entry)
        if slot in self._held:
            return
        fields = texts(raw if isinstance(raw, dict) else dict(zip(raw[::2], raw[1::2], strict=True)))
        held = self._held[slot] = HeldEntry(lane, entry, fields, begun)
        if self.plan.entry_filter.wants(fields):
            self._buffer.append(held)
        else:
            self._finished.append(slot)
        if lane == 1 and not begun:
            self._last_id = entry

    def _make_join_request(self) -> ScriptCall:
        """Make the request; a group that has gone begins where it was, as far as this process knows."""
        start = self._last_id or self.plan.start
        return self._run("enter", start, self.plan.claim_ms, int(self.plan.protect), FORGET_MS)

    def _run(self, script: str, *args: str | int) -> ScriptCall:
        plan = self.plan
        return ScriptCall(script, plan.keys.table(plan.name), (plan.group, plan.name, plan.token, *args))

    def ask_until_answered(
        self, request: Callable[[], DriverRequest], *, once: bool = False, patience: float | None = None
    ) -> DriverSteps[Any]:
        """Send a request until there is an answer; with `once` an answer that was lost is none.

        While the server is away it waits: for `patience` seconds, without it for ever, but no longer than
        MAX_OUTAGE_S when the consumer is to end. Raises ServerLostError after that, and AccessError at once.
        """
        began, backoff = self._clock(), Backoff()
        while True:
            try:
                return (yield request())
            except Exception as error:  # the driver throws the client's errors in here
                if is_refused(error):
                    raise AccessError(str(error)) from error
                if not (is_transient(error) or (is_missing_group(error) and self._settled)):
                    raise
                limit = MAX_OUTAGE_S if self.stopping else patience
                if limit is not None and self._clock() - began > limit:
                    raise ServerLostError(describe_outage(error)) from error
                if not self._lost:
                    _log.warning("the Redis server is away, waiting for it: %s", describe_outage(error))
                self._lost = True
                groupless = is_missing_group(error)
            yield PauseRequest(backoff.take_pause_s())
            if groupless:
                yield from self.ask_until_answered(self._make_join_request)
            if once:
                return None


def _describe_error(error: BaseException | str) -> str:
    return (error if isinstance(error, str) else f"{type(error).__name__}: {error}")[:MAX_ERROR_CHARS]
