"""Lists the dead letters of a group: entries whose deliveries failed too often, each with its article."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis

from feedmill._group.drivers import run_script
from feedmill._group.group_keys import GroupKeys
from feedmill._group.io_requests import ScriptCall
from feedmill.event import texts


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter of a group."""

    letter: str
    """Its own id, by which it is retried or dropped."""
    entry: str
    """The id that the entry had in the stream, where it may have been trimmed since."""
    error: str
    """What was said of the last delivery."""
    deliveries: int
    consumer: str
    """The consumer that had it last."""
    died_at: int
    """ms since the epoch."""
    fields: dict[str, str]
    """The entry as it stood in the stream."""


_OF_A_LETTER = ("entry", "error", "deliveries", "consumer")


class Letters:
    """The dead letters of one group, on an open client; raises the client's errors."""

    def __init__(self, client: redis.Redis, group: str, prefix: str = "feedmill", stream: str = "") -> None:
        self._client = client
        self._keys = GroupKeys(prefix, group, stream)

    def latest(self, limit: int = 100) -> list[Letter]:
        """Return up to `limit` of them, the latest first."""
        rows: Any = self._client.xrevrange(self._keys.dead(), count=limit)
        return [_letter(row[0].decode(), texts(row[1])) for row in rows]

    def one(self, letter: str) -> Letter | None:
        """Return the one of this id."""
        rows: Any = self._client.xrange(self._keys.dead(), letter, letter)
        return _letter(letter, texts(rows[0][1])) if rows else None

    def retry(self, letters: Sequence[str]) -> int:
        """Return these to the group's consumers, with no delivery counted; returns how many."""
        words = (self._keys.group, "", "", *letters)
        return int(run_script(ScriptCall("again", self._keys.table(), words), self._client))

    def drop(self, letters: Sequence[str]) -> int:
        """Delete these; returns how many there were."""
        return int(self._client.xdel(self._keys.dead(), *letters)) if letters else 0


def _letter(letter: str, fields: dict[str, str]) -> Letter:
    return Letter(
        letter=letter,
        entry=fields.get("entry", ""),
        error=fields.get("error", ""),
        deliveries=int(fields.get("deliveries") or 0),
        consumer=fields.get("consumer", ""),
        died_at=int(letter.partition("-")[0]),
        fields={name: value for name, value in fields.items() if name not in _OF_A_LETTER},
    )
