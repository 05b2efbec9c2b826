"""Reads the stream of articles without a consumer group: nothing is acknowledged, nothing disturbed."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from daemon.command_context import ServerHandle
from daemon.terminal.output import make_text_printable
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill.article import Article, decode

_BLOCK_MS = 5000
"""Longest wait of one XREAD for entries, in ms: bounds how late a lost connection shows."""
_ENTRIES_PER_READ = 100
"""Entries of one XREAD: bounds the memory for them, and how long the server works on one read."""
_RETRY_S = 1.0
"""Pause before a server that is away is tried again, in seconds."""


@dataclass(frozen=True, slots=True)
class StreamEntry:
    """One entry of the stream: its id and its fields as they stand there."""

    stream_id: str
    fields: dict[str, str]

    @property
    def decode_article(self) -> Article | None:
        """The article, where the entry carries one."""
        text = self.fields.get("article")
        return decode(text) if text else None


def follow_stream(
    server: ServerHandle, prefix: str, *, from_start: bool, count: int | None, wait: bool, route: str = ""
) -> Iterator[StreamEntry]:
    """Yield entries, oldest first, up to `count`; with `wait` for ever, over losses of the server too."""
    last = "0-0"
    stream = Keys(prefix).route_stream(route) if route else Keys(prefix).stream()
    left = count if count is not None else sys.maxsize
    with connect_blocking(server.url) as client:
        if not from_start:
            newest = client.xrevrange(stream, count=1)
            last = newest[0][0].decode() if newest else last
        while left > 0:
            try:
                reply = client.xread(
                    {stream: last}, count=min(left, _ENTRIES_PER_READ), block=_BLOCK_MS if wait else None
                )
            except (RedisConnectionError, RedisTimeoutError) as error:
                if not wait:
                    raise
                _wait_for_server(server, str(error))
                continue
            found = reply[0][1] if reply else []
            for raw_id, fields in found:
                last = raw_id.decode()
                yield StreamEntry(last, {name.decode(): value.decode() for name, value in fields.items()})
            left -= len(found)
            if not found and not wait:
                return


def _wait_for_server(server: ServerHandle, said: str) -> None:
    sys.stderr.write(f"feedmill: waiting for the server: {said}\n")
    time.sleep(_RETRY_S)
    if server.embedded is not None:
        server.embedded.ensure_running()


def format_json(entry: StreamEntry) -> str:
    """Write an entry as one line of JSON: its fields, `tags` as a list and `article` as an object."""
    fields: dict[str, object] = {"stream_id": entry.stream_id, **entry.fields}
    fields["tags"] = [tag for tag in entry.fields.get("tags", "").split(",") if tag]
    if rev := entry.fields.get("rev"):
        fields["rev"] = int(rev)
    if text := entry.fields.get("article"):
        fields["article"] = msgspec.Raw(text.encode())
    return msgspec.json.encode(fields).decode()


def format_text(entry: StreamEntry) -> str:
    """Write an entry for a person: two lines."""
    fields = entry.fields
    article = entry.decode_article
    title = article.title if article else fields.get("id", "")
    event = fields.get("event", "")
    mark = "" if event == "created" else f" [{event}, rev {fields.get('rev', '?')}]"
    words = f"  ({article.word_count} words)" if article else ""
    first = f"{fields.get('time', '')}  {fields.get('source', '')}: {title}{mark}{words}"
    return make_text_printable(f"{first}\n    {fields.get('url', '')}")
