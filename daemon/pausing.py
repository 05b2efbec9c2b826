"""What an operator pauses, by the words that he uses for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import redis

from daemon.errors import AskedWronglyError
from feedmill._ledger.feed_calls import feeds
from feedmill._ledger.identity import feed_id
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill._ledger.links import site_of
from feedmill._ledger.watch_calls import pause, resume


@dataclass(frozen=True, slots=True)
class Paused:
    """One thing that is paused."""

    what: str
    """`all`, a site, or a feed's URL."""
    kind: str
    """all, site or feed."""
    since_ms: int


class Pauses:
    """The pauses of one ledger."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._keys = Keys(prefix)
        self._ledger = SyncLedger(client, self._keys)

    def names(self, said: str) -> tuple[str, str]:
        """Give the ledger's name for what an operator said, and how to show it; raises AskedWronglyError."""
        if said == "all":
            return "all", "everything"
        if "://" in said:
            return f"feed:{feed_id(said)}", said
        site = site_of(f"http://{said}/")
        if not site or "/" in said or " " in said:
            raise AskedWronglyError(f"{said}: give `all`, a feed's URL, or a site such as example.org")
        return f"site:{site}", site

    def pause(self, name: str) -> int:
        """Pause it: 1, 0 when it was, -1 when there is no such feed."""
        return self._ledger.run(pause(self._keys, what=name, token=uuid4().hex))

    def resume(self, name: str) -> bool:
        """Go on with it; False when it was not paused."""
        return self._ledger.run(resume(self._keys, what=name, token=uuid4().hex))

    def listed(self) -> list[Paused]:
        """List what is paused."""
        found: Any = self._client.hgetall(self._keys.paused())
        urls = {f"feed:{feed.id}": feed.url for feed in self._ledger.run(feeds(self._keys))} if found else {}
        return sorted(
            (
                Paused(urls.get(name, name.partition(":")[2]) or "all", name.partition(":")[0], int(moment))
                for name, moment in ((raw.decode(), at) for raw, at in found.items())
            ),
            key=lambda one: (one.kind, one.what),
        )


def keeping(paused: Iterable[Paused], url: str) -> list[Paused]:
    """Pick the pauses that keep feedmill from a feed."""
    names = {("all", "all"), ("site", site_of(url)), ("feed", url)}
    return [one for one in paused if (one.kind, one.what) in names]


def since(paused: Paused) -> str:
    """Write since when it is paused."""
    return datetime.fromtimestamp(paused.since_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
