"""Lists and releases dead letters, of the ledger's pages and of a group, in the same words."""

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Self
from uuid import uuid4

import msgspec

from daemon.articles.stream_and_group_existence import require_group
from daemon.command_context import CommandContext
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import DeadPage
from feedmill._ledger.operations.dead_page_operations import drop_dead_page, list_dead_pages, retry_dead_page
from feedmill.dead_letters import Letter, Letters


@dataclass(frozen=True, slots=True)
class DeadLetterSummary:
    """A dead letter as the list shows it."""

    id: str
    died_at: int
    """ms since the epoch."""
    source: str
    reason: str
    url: str


class DeadLetterStore:
    """The dead letters of pages, or of one group; a context manager.

    Entering it raises InvalidRequestError for a group that does not read the stream and has none.
    """

    MOST: ClassVar[int] = 20_000

    def __init__(self, options: CommandContext, group: str | None, stream: str = "") -> None:
        self._options = options
        self._group = group
        self._stream = stream
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Open the server."""
        loaded = self._options.load_config()
        prefix = loaded.settings.redis.prefix
        self._keys = Keys(prefix)
        with ExitStack() as opening:
            server = opening.enter_context(self._options.open_server(loaded))
            self._client = opening.enter_context(connect_blocking(server.url))
            self._ledger = SyncLedger(self._client, self._keys)
            self._letters = Letters(self._client, self._group, prefix, self._stream) if self._group else None
            if self._group and self._letters and not self._letters.latest(1):
                require_group(self._client, prefix, self._group, self._stream)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._open.__exit__(kind, error, trace)

    def now_ms(self) -> int:
        """Read the server's clock."""
        time: Any = self._client.time()
        return int(time[0] * 1000 + time[1] // 1000)

    def latest(self, limit: int) -> list[DeadLetterSummary]:
        """Return up to `limit` of them, the latest first."""
        if self._letters:
            return [_summarize_letter(letter) for letter in self._letters.latest(limit)]
        pages = self._ledger.run(list_dead_pages(self._keys, limit=limit))
        return [_summarize_page(page) for page in pages]

    def one(self, name: str) -> dict[str, Any] | None:
        """Return all that is known of one."""
        if self._letters:
            letter = self._letters.one(name)
            return None if letter is None else _describe_letter(letter)
        pages = self._ledger.run(list_dead_pages(self._keys, limit=self.MOST))
        found = next((page for page in pages if page.id == name), None)
        return None if found is None else msgspec.to_builtins(found)

    def retry(self, name: str) -> bool:
        """Try one again. False: there is none."""
        if self._letters:
            return self._letters.retry([name]) == 1
        return self._ledger.run(retry_dead_page(self._keys, page_id=name, token=uuid4().hex))

    def drop(self, name: str) -> bool:
        """Delete one. False: there is none."""
        if self._letters:
            return self._letters.drop([name]) == 1
        return self._ledger.run(drop_dead_page(self._keys, page_id=name, token=uuid4().hex))


def _summarize_letter(letter: Letter) -> DeadLetterSummary:
    fields = letter.fields
    reason = f"{letter.deliveries} deliveries; {letter.error}"
    return DeadLetterSummary(
        letter.letter, letter.died_at, fields.get("source", ""), reason, fields.get("url", "")
    )


def _summarize_page(page: DeadPage) -> DeadLetterSummary:
    reason = f"{page.reason} {page.detail}".strip()
    return DeadLetterSummary(page.id, page.died_at, page.source, reason, page.url)


def _describe_letter(letter: Letter) -> dict[str, Any]:
    fields: dict[str, Any] = dict(letter.fields)
    with suppress(msgspec.DecodeError):  # what is no JSON is shown as it is
        fields["article"] = msgspec.json.decode(fields.get("article", "null"))
    return {
        "id": letter.letter,
        "entry": letter.entry,
        "error": letter.error,
        "deliveries": letter.deliveries,
        "consumer": letter.consumer,
        "died_at": letter.died_at,
        "fields": fields,
    }
