"""A stream to consume from: articles appended as feedmill appends them, and what a group holds of them."""

from datetime import UTC, datetime
from typing import Any

import redis

from feedmill.article import SCHEMA, Article, encode

STREAM = "feedmill:articles"
MOMENT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def article(number: int, **fields: Any) -> Article:
    given = {"source": "A source", "lang": "en", "tags": ("news",)} | fields
    return Article(
        id=f"{number:016x}",
        rev=1,
        url=f"http://127.0.0.1/{number}",
        title=f"Title {number}",
        listed_at=MOMENT,
        fetched_at=MOMENT,
        feed="http://127.0.0.1/feed",
        text=f"Text {number}.",
        word_count=2,
        text_from="page",
        **given,
    )


class Room:
    """One stream, and a look at its groups."""

    def __init__(self, url: str, client: redis.Redis) -> None:
        self.url = url
        self.client = client

    def append(self, *numbers: int, event: str = "created", at: str = "*", **fields: Any) -> list[str]:
        """Append one entry for each number; answers their ids."""
        return [self.put(article(number, **fields), event=event, at=at) for number in numbers]

    def put(self, one: Article, *, event: str = "created", at: str = "*", **more: str | bytes) -> str:
        fields: dict[Any, Any] = {
            "event": event,
            "id": one.id,
            "rev": one.rev,
            "source": one.source,
            "feed": one.feed,
            "lang": one.lang or "",
            "tags": ",".join(one.tags),
            "url": one.url,
            "time": "2026-11-23T20:00:00.000Z",
            "schema": SCHEMA,
            "article": encode(one),
        }
        entry: Any = self.client.xadd(STREAM, fields | more, id=at)
        return str(entry.decode())

    def pending(self, group: str = "g") -> int:
        return int(self.client.xpending(STREAM, group)["pending"])

    def unread(self, group: str = "g") -> int:
        (row,) = [row for row in self.client.xinfo_groups(STREAM) if row["name"] == group.encode()]
        return int(row["lag"])

    def settled(self, group: str = "g") -> bool:
        """Say whether the group is done with everything and nothing is kept for it."""
        return not (self.pending(group) or self.unread(group) or self.tries(group))

    def now_ms(self) -> int:
        """Give the server's time."""
        seconds, micros = self.client.time()
        return int(seconds) * 1000 + int(micros) // 1000

    def silent(self, milliseconds: int, group: str = "g") -> bool:
        """Say whether nobody in the group has given a sign of life, or got an entry, for so long."""
        consumers = self.client.xinfo_consumers(STREAM, group)
        held = self.client.xpending_range(STREAM, group, "-", "+", 100)
        since = [row["idle"] for row in consumers] + [row["time_since_delivered"] for row in held]
        return min(since, default=0) > milliseconds

    def settled_if_there(self, group: str) -> bool:
        """Say whether there is such a group, and it is settled."""
        names = [row["name"] for row in self.client.xinfo_groups(STREAM)]
        return group.encode() in names and self.settled(group)

    def tries(self, group: str = "g") -> dict[bytes, bytes]:
        return dict(self.client.hgetall(f"feedmill:group:tries:{group}"))

    def dead(self, group: str = "g") -> list[dict[bytes, bytes]]:
        return [fields for _, fields in self.client.xrange(f"feedmill:group:dead:{group}")]
