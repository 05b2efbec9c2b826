"""Reads the stream for the demo in one consumer group, as any program would."""

from time import monotonic
from typing import Any, cast

from daemon.demo.promise_checks import Arrival
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill.article import decode

_GROUP = "demo"
_NAME = "screen"
_REVISIONS = (b"created", b"updated")
_ENTRIES_PER_READ = 32
"""Entries of one read: few enough for the progress to show as they come."""


class DemoConsumer:
    """Reads the article stream from its beginning with the group `demo` and acknowledges what it got."""

    def __init__(self, url: str, keys: Keys) -> None:
        self._client = connect_blocking(url)
        self._stream = keys.stream()
        self._client.xgroup_create(self._stream, _GROUP, id="0", mkstream=True)

    def read(self, wait_seconds: float) -> list[Arrival]:
        """Wait so many seconds at most for entries new to this group; an empty list when none came."""
        reply = self._client.xreadgroup(
            _GROUP,
            _NAME,
            {self._stream: ">"},
            count=_ENTRIES_PER_READ,
            block=max(1, int(wait_seconds * 1000)),
        )
        streams = cast("list[tuple[bytes, list[tuple[bytes, dict[bytes, bytes]]]]]", reply or [])
        arrivals = [
            _arrival(name, fields)
            for _, entries in streams
            for name, fields in entries
            if fields[b"event"] in _REVISIONS
        ]
        if arrivals:
            self._client.xack(self._stream, _GROUP, *(arrival.stream_id for arrival in arrivals))
        return arrivals

    def read_remaining(self) -> list[Arrival]:
        """Read what is there without waiting for more."""
        found: list[Arrival] = []
        started = monotonic()
        while monotonic() - started < 1 and (more := self.read(0.001)):
            found += more
        return found

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    @property
    def client(self) -> Any:
        """The connection, for the ledger's census."""
        return self._client


def _arrival(name: bytes, fields: dict[bytes, bytes]) -> Arrival:
    return Arrival(name.decode(), fields[b"event"].decode(), decode(fields[b"article"]))
