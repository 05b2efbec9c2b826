"""Follows a server's outage for the loop that waits for it: its begin and end, and the pauses."""

from dataclasses import dataclass, field

FIRST_PAUSE_S = 0.1
"""The first wait: a server that is only restarted is back within it or the next few."""
MAX_PAUSE_S = 2.0
"""Bounds the wait, and with it how late a loop comes back to a server that has returned."""


@dataclass(slots=True)
class Backoff:
    """Pauses between tries, each twice the one before."""

    first_s: float = FIRST_PAUSE_S
    max_s: float = MAX_PAUSE_S
    next_s: float = 0.0
    """The pause after the next one; 0: the first."""

    def take_pause_s(self) -> float:
        """Return the pause before the next try, in seconds."""
        pause = self.next_s or self.first_s
        self.next_s = min(pause * 2, self.max_s)
        return pause

    def reset(self) -> None:
        """Begin again with the first pause."""
        self.next_s = 0.0


@dataclass(slots=True)
class Outage:
    """Whether the server is away, since when, and the pauses meanwhile. Times in seconds."""

    backoff: Backoff = field(default_factory=Backoff)
    since: float | None = None

    def begin(self, now: float) -> bool:
        """Note a try without an answer; return whether it is the first, which is to be logged."""
        if self.since is not None:
            return False
        self.since = now
        return True

    def end(self, now: float) -> float | None:
        """Note an answer; return how long the outage was, to be logged; None: there was none."""
        self.backoff.reset()
        if self.since is None:
            return None
        lasted, self.since = now - self.since, None
        return lasted
