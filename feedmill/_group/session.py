"""One consumer's part in its group, without input or output: it yields requests, a driver answers them.

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

from feedmill._group.lost import is_groupless, is_passing
from feedmill._group.plan import MOST_SAID, Plan
from feedmill._group.requests import Command, Pause, Request, Run, Steps
from feedmill.errors import ServerLostError, UnreadableError
from feedmill.event import Event, event_of, texts

BLOCK_S = 1.0
"""The longest wait for new entries in one command; a stop is noticed after it."""
PATIENCE_S = 10.0
"""How long the first words and the last ones wait for a server that is away; between them there is no end."""
LONGEST_PAUSE_S = 2.0
FORGET_MS = 7 * 86_400_000
"""Consumers of a group that hold nothing and were idle for so long are taken off its list."""
MINE_AT_ONCE = 500

_log = logging.getLogger("feedmill")
Place = tuple[int, str]
"""Lane and id of an entry: 1 is the stream, 2 the dead letters that are tried again."""


@dataclass(frozen=True, slots=True)
class Held:
    """An entry that is pending under our name."""

    lane: int
    id: str
    fields: dict[str, str]
    begun: int
    """Deliveries begun before this one."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.lane, self.id


class Session:
    """The state of one consumer; its methods are steps for a driver unless they say otherwise."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.monotonic) -> None:
        self.plan = plan
        self.stopping = False
        """Set by whoever wants the consumer to end; any thread may."""
        self._clock = clock
        self._held: dict[Place, Held] = {}
        self._buffer: deque[Held] = deque()
        self._hand: dict[Place, Held] = {}
        self._finished: list[Place] = []
        self._lost = False
        self._settled = False
        self._onward = "0-0"
        self._claim_at = 0.0
        self._last_id: str | None = None

    def beat(self) -> Run:
        """Give the request that keeps what is held; not a step, and safe beside a running one."""
        places = [word for place in tuple(self._held) for word in place]
        return self._run("beat", self._life_ms(), int(self.plan.protect), *places)

    def enter(self) -> Steps[None]:
        """Become a consumer of the group, and take up what the process before left under the name."""
        yield from self._sure(self._entering, patience=PATIENCE_S)
        self._settled = True
        yield from self._recover()

    def next(self, most: int = 1, linger: float = 0.0) -> Steps[list[Event]]:
        """Finish what is in hand and begin up to `most` entries; none: the consumer is to end.

        With more than one wanted it waits up to `linger` seconds for them. What failed before comes alone.
        """
        self._finish_hand()
        while not self.stopping:
            waits = yield from self._fill(most, linger)
            events = yield from self._begin(most)
            if events:
                return events
            if not (waits or self._buffer):
                break
        yield from self._settle()
        return []

    def give_back(self, events: Iterable[Event], error: BaseException | str) -> Steps[None]:
        """Return entries in hand: this delivery failed. The last one allowed makes them dead letters."""
        failed = [self._hand.pop(event.place) for event in events if event.place in self._hand]
        yield from self._fail(failed, _said(error))

    def leave(self, error: BaseException | None) -> Steps[None]:
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
            yield from self._fail(hand, _said(error))
        else:
            yield from self._release(hand)
        yield from self._settle()
        yield from self._release([*self._buffer])
        self._buffer.clear()
        last = self._run("leave", self.plan.claim_ms, int(not self.plan.named))
        yield from self._sure(lambda: last, patience=PATIENCE_S)

    def _fill(self, most: int, linger: float) -> Steps[bool]:
        """Take entries into the buffer. False: there is nothing at the moment, and nobody wants to wait."""
        if self._lost:
            yield from self._recover()
        if self._clock() >= self._claim_at:
            yield from self._claim()
        until = self._clock() + linger
        while not self.stopping:
            left_s = until - self._clock()
            if len(self._buffer) >= most or (self._buffer and (self._buffer[0].begun or left_s <= 0)):
                return True
            wait_s = (left_s if self._buffer else BLOCK_S) if self.plan.wait else 0.0
            found = yield from self._read(wait_s)
            if not (found or self.plan.wait or self._lost or self._onward != "0-0"):
                return bool(self._buffer)
            if self._lost or self._clock() >= self._claim_at:
                return True
        return False

    def _read(self, wait_s: float) -> Steps[bool]:
        """Read what is new, waiting up to `wait_s` seconds; True when something came, wanted or not."""
        yield from self._settle()
        plan, keys = self.plan, self.plan.keys
        # BLOCK 0 is for ever, so a wait of nothing has no BLOCK
        block = ("BLOCK", max(1, round(min(wait_s, BLOCK_S) * 1000))) if wait_s else ()
        head = ("XREADGROUP", "GROUP", plan.group, plan.name, "COUNT", plan.prefetch)
        command = Command((*head, *block, "STREAMS", keys.stream(), keys.again(), ">", ">"))
        reply = yield from self._sure(lambda: command, once=True)
        lanes = {keys.stream().encode(): 1, keys.again().encode(): 2}
        for stream, entries in reply or ():
            for entry, fields in entries:
                self._take(lanes[stream], entry.decode(), fields, 0)
        return bool(reply)

    def _claim(self) -> Steps[None]:
        plan = self.plan
        claim = self._run("claim", plan.claim_ms, plan.prefetch, plan.deliveries, self._onward)
        reply = yield from self._sure(lambda: claim, once=True)
        if reply:
            self._onward = reply[0].decode()
            self._take_offers(reply[1:])
        more = self._onward != "0-0"
        self._claim_at = self._clock() + (0.0 if more else self.plan.claim_every)

    def _recover(self) -> Steps[None]:
        """Take up what is pending under our name: of an answer that was lost, or of a process before."""
        self._lost = False
        if (yield from self._sure(self._entering)):
            mine = self._run("mine", MINE_AT_ONCE, self.plan.deliveries)
            self._take_offers((yield from self._sure(lambda: mine)))

    def _begin(self, most: int) -> Steps[list[Event]]:
        """Count a delivery of the next ones in the buffer, and finish others in the same step."""
        chosen: list[Held] = []
        while (
            self._buffer
            and len(chosen) < most
            and not (chosen and (self._buffer[0].begun or chosen[0].begun))
        ):
            chosen.append(self._buffer.popleft())
        if not chosen:
            return []
        words: list[str | int] = [word for held in chosen for word in (*held.place, held.begun)]
        answers = yield from self._turn(words)
        events: list[Event] = []
        for held, ours in zip(chosen, answers, strict=True):
            if not ours:
                self._held.pop(held.place, None)
                continue
            self._hand[held.place] = held
            try:
                events.append(event_of(held.id, held.fields, attempt=held.begun + 1, lane=held.lane))
            except UnreadableError as error:
                del self._hand[held.place]
                yield from self._fail([held], _said(error))
        return events

    def _settle(self) -> Steps[None]:
        """Acknowledge what is finished."""
        if self._finished:
            yield from self._turn([])

    def _turn(self, words: list[str | int]) -> Steps[Any]:
        finished = tuple(self._finished)
        turn = self._run("turn", len(finished), *(word for place in finished for word in place), *words)
        answers = yield from self._sure(lambda: turn)
        for place in finished:
            self._held.pop(place, None)
        del self._finished[: len(finished)]
        return answers

    def _fail(self, failed: list[Held], said: str) -> Steps[None]:
        plan = self.plan
        for held in failed:
            delay_ms = round(plan.back_off(held.begun + 1) * 1000)
            words = (plan.claim_ms, delay_ms, plan.deliveries, said, *held.place, held.begun + 1)
            back = self._run("give_back", *words)
            buried = yield from self._sure(lambda back=back: back)  # type: ignore[misc]
            self._held.pop(held.place, None)
            if buried:
                _log.warning("entry %s went to the dead letters of %s: %s", held.id, plan.group, said)

    def _release(self, unused: list[Held]) -> Steps[None]:
        """Free entries at once, as if they had not been delivered."""
        if not unused:
            return
        plan = self.plan
        words = [word for held in unused for word in (*held.place, held.begun)]
        # deliveries are no reason to bury here, so the most is beyond them all
        back = self._run("give_back", plan.claim_ms, 0, 2**31, "", *words)
        yield from self._sure(lambda: back, patience=PATIENCE_S)
        for held in unused:
            self._held.pop(held.place, None)

    def _finish_hand(self) -> None:
        self._finished += [held.place for held in self._hand.values()]
        self._hand.clear()

    def _take_offers(self, offers: Iterable[Any]) -> None:
        for lane, entry, fields, begun in offers:
            pairs = dict(zip(fields[::2], fields[1::2], strict=True))
            self._take(int(lane), entry.decode(), pairs, int(begun))

    def _take(self, lane: int, entry: str, raw: Any, begun: int) -> None:
        place = (lane, entry)
        if place in self._held:
            return
        fields = texts(raw if isinstance(raw, dict) else dict(zip(raw[::2], raw[1::2], strict=True)))
        held = self._held[place] = Held(lane, entry, fields, begun)
        if self.plan.wanted.wants(fields):
            self._buffer.append(held)
        else:
            self._finished.append(place)
        if lane == 1 and not begun:
            self._last_id = entry

    def _entering(self) -> Run:
        """Make the request; a group that has gone begins where it was, as far as this process knows."""
        start = self._last_id or self.plan.start
        return self._run("enter", start, self._life_ms(), int(self.plan.protect), FORGET_MS)

    def _life_ms(self) -> int:
        return self.plan.claim_ms

    def _run(self, script: str, *args: str | int) -> Run:
        plan = self.plan
        return Run(script, plan.keys.table(plan.name), (plan.group, plan.name, plan.token, *args))

    def _sure(
        self, request: Callable[[], Request], *, once: bool = False, patience: float | None = None
    ) -> Steps[Any]:
        """Ask until there is an answer; with `once` an answer that was lost is none.

        While the server is away it waits: for `patience` seconds, without it for ever, but no longer than
        PATIENCE_S when the consumer is to end. Raises ServerLostError after that.
        """
        began, pause = self._clock(), 0.05
        while True:
            try:
                return (yield request())
            except Exception as error:  # the driver throws the client's errors in here
                if not (is_passing(error) or (is_groupless(error) and self._settled)):
                    raise
                limit = PATIENCE_S if self.stopping else patience
                if limit is not None and self._clock() - began > limit:
                    raise ServerLostError(f"the Redis server does not answer: {error}") from error
                if not self._lost:
                    _log.warning("the Redis server is away, waiting for it: %s", error)
                self._lost = True
                groupless = is_groupless(error)
            yield Pause(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            if groupless:
                yield from self._sure(self._entering)
            if once:
                return None


def _said(error: BaseException | str) -> str:
    said = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return said[:MOST_SAID]
