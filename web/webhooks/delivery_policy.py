"""Decides when an entry is sent again, when a receiver is paused, and when an entry is given up. Pure.

An entry that fails is put off by itself: the receiver may refuse this one and accept the others. When several
fail in a row, it is the receiver that fails: then one entry at a time is tried, ever more rarely, and no
attempt is charged to it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from feedmill.groups import HOOK_DOWN_AFTER

_ENTRY_GROWTH = 3.0
"""Factor by which each further failure of an entry lengthens its wait: most faults pass early or late."""
_MAX_ENTRY_DELAY_S = 3600.0
"""Longest wait between two attempts of an entry, so that it is sent soon after a long fault ends."""
_PROBE_GROWTH = 2.0
"""Factor for attempts that show whether a receiver is back: smaller, as all entries wait for it."""
_MAX_PROBE_DELAY_S = 900.0
"""Longest wait between two such attempts: bounds how late a receiver that is back gets its entries."""
_MAX_RETRY_AFTER_S = 86400.0
"""The longest wait that a receiver can ask for (Retry-After)."""
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class ReceiverState:
    """How a receiver does; times in ms since the epoch."""

    failures: int = 0
    """In a row."""
    failing_since: int | None = None
    next_at: int = 0
    """It is not asked before."""

    @property
    def is_down(self) -> bool:
        """Whether it is the receiver that fails, not an entry."""
        return self.failures >= HOOK_DOWN_AFTER


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """How one attempt ended."""

    status: int = 0
    """0 when no answer came."""
    detail: str = ""
    retry_after_s: float = 0.0

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken the message."""
        return self.status in _SUCCESS


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """What follows from an attempt that failed."""

    receiver: ReceiverState
    attempts: int
    """Charged to the entry so far."""
    is_dead: bool
    next_at: int
    """The entry is not sent before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long it is tried."""

    first_s: float
    """The wait after an entry's first failure."""
    deliveries: int
    """Failed ones after which an entry is dead."""
    give_up_s: float
    """How long an entry waits for a receiver that is down."""


def decide_after_failure(
    receiver: ReceiverState,
    attempts: int,
    attempt: DeliveryAttempt,
    patience: RetryPolicy,
    *,
    now: int,
    chance: Callable[[], float],
) -> RetryDecision:
    """Decide what follows from a failure; `chance` returns numbers from 0 to 1."""
    charged = attempts + (not receiver.is_down)
    failures = receiver.failures + 1
    asked_s = min(attempt.retry_after_s, _MAX_RETRY_AFTER_S)
    entry_s = (
        min(patience.first_s * _ENTRY_GROWTH ** min(charged - 1, 20), _MAX_ENTRY_DELAY_S) if charged else 0.0
    )
    rounds = failures - HOOK_DOWN_AFTER
    probe_s = (
        min(patience.first_s * _PROBE_GROWTH ** min(rounds, 20), _MAX_PROBE_DELAY_S) if rounds >= 0 else 0.0
    )
    after = ReceiverState(
        failures=failures,
        failing_since=receiver.failing_since or now,
        next_at=_spread_delay(now, max(probe_s, asked_s), chance),
    )
    dead = not receiver.is_down and charged >= patience.deliveries
    return RetryDecision(after, charged, dead, _spread_delay(now, max(entry_s, asked_s), chance))


def is_given_up(receiver: ReceiverState, entry_ms: int, patience: RetryPolicy, now: int) -> bool:
    """Whether an entry has waited long enough for a receiver that is down."""
    if not receiver.is_down or receiver.failing_since is None:
        return False
    return now - max(receiver.failing_since, entry_ms) > patience.give_up_s * 1000


def _spread_delay(now: int, seconds: float, chance: Callable[[], float]) -> int:
    """Return a moment, spread by a fifth each way so that failures do not keep step."""
    return now + round(seconds * 1000 * (0.8 + 0.4 * chance()))
