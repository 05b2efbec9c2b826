"""Queues entries that wait to be sent: in order per article, one of an article at a time. Pure."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

DeliveryPlace = tuple[int, str]
"""Lane and id: 1 is the stream, 2 the dead letters that are tried again."""


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """One entry."""

    lane: int
    id: str
    fields: Mapping[str, str]
    attempts: int = 0
    next_at: int = 0
    """ms since the epoch."""
    tried_at: int = 0
    """The number, of all attempts, of this entry's last one: what waits longest is tried first."""

    @property
    def place(self) -> DeliveryPlace:
        """Where it stands."""
        return self.lane, self.id

    @property
    def order_key(self) -> str:
        """What is sent in order; an entry without an article's id stands alone."""
        return self.fields.get("id") or f"{self.lane}/{self.id}"

    @property
    def appended_ms(self) -> int:
        """When it was appended."""
        return int(self.id.partition("-")[0])


class DeliveryQueue:
    """All that is known to wait; `sending` are those under way."""

    def __init__(self) -> None:
        self._of: dict[str, deque[PendingDelivery]] = {}
        self._places: set[DeliveryPlace] = set()
        self.sending: set[DeliveryPlace] = set()

    def __len__(self) -> int:
        return len(self._places)

    def add_delivery(self, one: PendingDelivery) -> None:
        """Put an entry behind those of its article; one that is known is left where it is."""
        if one.place not in self._places:
            self._places.add(one.place)
            self._of.setdefault(one.order_key, deque()).append(one)

    def list_sendable(self) -> Iterator[PendingDelivery]:
        """Yield the first entry of each article that is not under way."""
        for line in self._of.values():
            if line[0].place not in self.sending:
                yield line[0]

    def choose_next(self, now: int, *, probing: bool = False) -> PendingDelivery | None:
        """Choose what is sent next; to probe a receiver that is down, an entry's own delay does not count."""
        due = [one for one in self.list_sendable() if probing or one.next_at <= now]
        return min(due, key=lambda one: (one.tried_at, one.lane, _delivery_order(one.id)), default=None)

    def next_due_at(self) -> int | None:
        """When the first one may be sent that may not yet; None when there is none."""
        return min((one.next_at for one in self.list_sendable()), default=None)

    def defer_delivery(self, one: PendingDelivery, attempts: int, next_at: int, tried: int) -> None:
        """Keep an entry for later, before the others of its article."""
        self.sending.discard(one.place)
        line = self._of.get(one.order_key)
        if line and line[0].place == one.place:
            line[0] = replace(one, attempts=attempts, next_at=next_at, tried_at=tried)

    def remove_delivery(self, one: PendingDelivery) -> None:
        """Take an entry off."""
        self.sending.discard(one.place)
        line = self._of.get(one.order_key)
        if line and line[0].place == one.place:
            line.popleft()
            self._places.discard(one.place)
            if not line:
                del self._of[one.order_key]

    def clear(self) -> None:
        """Remove all."""
        self._of.clear()
        self._places.clear()
        self.sending.clear()


def _delivery_order(entry: str) -> tuple[int, int]:
    ms, _, seq = entry.partition("-")
    return int(ms), int(seq)
