"""Describes one entry of the stream as a consumer gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from feedmill.article import Article, decode
from feedmill.errors import UnreadableError
from feedmill.revision_changes import Changes, decode_changes

STREAM_FIELDS = ("event", "id", "rev", "source", "feed", "lang", "tags", "url", "time", "schema", "article")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to an article, with the article."""

    entry: str
    """The entry's id in the stream, such as `1795465348709-0`."""
    event: str
    """`created`, `updated`, or another that feedmill names in docs/stream.md."""
    id: str
    """The article's id; with `rev` it shows whether this was seen before."""
    rev: int
    source: str
    feed: str
    lang: str
    """Empty when unknown."""
    tags: tuple[str, ...]
    url: str
    time: datetime | None
    """When feedmill made this revision."""
    place: tuple[int, str]
    """Where it is pending: 1 and its id in the stream, or 2 and its id among the dead letters tried again."""
    attempt: int
    """1 when it is delivered first; deliveries that ended in an error or a death count."""
    fields: Mapping[str, str]
    """All fields as they stand in the stream, also those that this version does not know."""
    decoded: Article | None

    @property
    def article(self) -> Article:
        """The article; raises UnreadableError for an event that carries none."""
        if self.decoded is None:
            raise UnreadableError(self.entry, f"the event {self.event!r} carries no article")
        return self.decoded

    @property
    def changes(self) -> Changes | None:
        """What an `updated` one changed; None when that is not stated. Raises UnreadableError."""
        data = self.fields.get("changes")
        try:
            return decode_changes(data) if data else None
        except msgspec.DecodeError as error:
            raise UnreadableError(self.entry, f"changes: {error}") from error

    @property
    def access(self) -> str:
        """`restricted` where page or feed is behind the operator's credentials; empty elsewhere."""
        return self.fields.get("access", "")

    @property
    def reserved(self) -> str:
        """The first of its `rights` that the operator honours with a mark; empty without one."""
        return self.fields.get("reserved", "")

    @property
    def story(self) -> str:
        """Id of the first article of the story that the text is of; empty where it is of none, or unknown."""
        return self.fields.get("story", "")

    @property
    def story_sources(self) -> int:
        """Different sources of the story when this was appended; 0 where the text is of none."""
        count = self.fields.get("story_sources", "")
        return int(count) if count.isdecimal() else 0


def texts(fields: Mapping[bytes, bytes]) -> dict[str, str]:
    """Read the fields of an entry as text."""
    return {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields.items()
    }


def event_of(entry: str, fields: Mapping[str, str], *, attempt: int = 1, lane: int = 1) -> Event:
    """Read an entry's fields and decode its article; raises UnreadableError."""
    data = fields.get("article")
    try:
        article = decode(data) if data else None
    except msgspec.DecodeError as error:  # a ValidationError is one
        raise UnreadableError(entry, f"schema {fields.get('schema', '')!r}: {error}") from error
    rev = fields.get("rev", "")
    return Event(
        entry=fields.get("entry", entry),
        event=fields.get("event", ""),
        id=fields.get("id", ""),
        rev=int(rev) if rev.isdecimal() else 0,
        source=fields.get("source", ""),
        feed=fields.get("feed", ""),
        lang=fields.get("lang", ""),
        tags=tuple(tag for tag in fields.get("tags", "").split(",") if tag),
        url=fields.get("url", ""),
        time=_moment(fields.get("time", "")),
        place=(lane, entry),
        attempt=attempt,
        fields=fields,
        decoded=article,
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
