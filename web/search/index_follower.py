"""Follows the stream in a thread of its own and keeps the search index as the stream is, in small batches."""

import contextlib
import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import redis
import structlog
from redis.exceptions import RedisError, ResponseError

from feedmill._text_safety import plain_text
from feedmill.event import texts
from web.http.parameters import StreamPosition
from web.search.query_words import split_letters
from web.search.text_index import IndexedText, TextIndex, delete_file
from web.stream.entry_index import format_stream_id, parse_stream_id

_ENTRIES_PER_BATCH = 20
"""Entries of one read and one transaction: bounds the memory, and how long others wait for the lock."""
_MAX_TEXT_CHARS = 200_000
"""Characters of an article that can be found: a book's worth; what follows is left out."""
_PAUSE_S = 2.0
"""Seconds between two looks for new entries, and between two tries while the server is away."""
_YIELD_S = 0.005
"""Seconds between two batches while the index is made, which leave the processor to answers."""
_CHECK_S = 30.0
"""Seconds between two checks of what the stream has dropped."""
_MAX_STOP_S = 5.0
"""Seconds that the end waits for the batch under way."""
_ROWS_PER_CHECK = 200
"""Rows that are taken out, or looked for in the stream, at a time."""
_NOWHERE: StreamPosition = (2**62, 0)
"""Behind every entry: all rows stand before it."""
log = structlog.get_logger()


class _Words(msgspec.Struct):
    """What of an article can be found."""

    title: str
    text: str
    standfirst: str | None = None


class SearchFollower:
    """The thread's work; one process of a machine writes the index, others wait for its lock."""

    def __init__(self, folder: Path, client: redis.Redis, stream: str, max_bytes: int) -> None:
        self.path = folder / "articles.sqlite"
        self.problem = ""
        """Why there is no index here; empty while there is one."""
        self._complete = threading.Event()
        self._folder = folder
        self._client = client
        self._stream = stream
        self._max_bytes = max_bytes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="search", daemon=True)
        self._check_at = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether all that the stream held has been read since the start."""
        return self._complete.is_set()

    def wait_complete(self, seconds: float) -> bool:
        """Wait until that is so; False when it is not so in time."""
        return self._complete.wait(seconds)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """End, within a batch."""
        self._stop.set()
        self._thread.join(_MAX_STOP_S)  # what it is at then is undone when the file is opened again
        self._client.close()

    def _run(self) -> None:
        rebuilt = False
        while not self._stop.is_set():
            try:
                with self._hold_lock():
                    self._follow()
            except (RedisError, BlockingIOError):
                self._stop.wait(_PAUSE_S)
            except (sqlite3.Error, OSError) as error:
                if str(error) != self.problem:
                    log.warning("search_index", error=str(error))
                self.problem = str(error)
                is_damaged = (
                    type(error) is sqlite3.DatabaseError
                )  # its subclasses are a full disk and the like
                if is_damaged and not rebuilt:
                    rebuilt = True  # once: a disk that breaks it again is not mended by that
                    with contextlib.suppress(OSError):
                        delete_file(self.path)
                    continue
                self._stop.wait(_CHECK_S)

    @contextlib.contextmanager
    def _hold_lock(self) -> Iterator[None]:
        """Hold the lock of who writes; raises BlockingIOError where another process holds it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._folder / "writer.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            self.problem = ""
            if self.path.exists():  # another process keeps it
                self._complete.set()
            raise
        finally:
            os.close(lock)

    def _follow(self) -> None:
        index = TextIndex(self.path)
        try:
            self._check_at, self.problem = 0.0, ""
            while not self._stop.is_set():
                if not self._take_step(index):
                    self._stop.wait(_PAUSE_S)
        finally:
            index.close()

    def _take_step(self, index: TextIndex) -> bool:
        """Check, read a batch, keep the bound; False when nothing was left to do."""
        if time.monotonic() >= self._check_at:
            self._check_stream(index)
            self._check_at = time.monotonic() + _CHECK_S
        rows: Any = self._client.xrange(
            self._stream, f"({format_stream_id(index.last)}", count=_ENTRIES_PER_BATCH
        )
        if rows:
            added, gone = _read_batch(rows)
            index.apply(added, gone, _place(rows[-1][0]))
        while index.remove_beyond(self._max_bytes, _ROWS_PER_CHECK) and not self._stop.wait(_YIELD_S):
            pass
        if len(rows) < _ENTRIES_PER_BATCH:
            self._complete.set()
        self._stop.wait(_YIELD_S)
        return len(rows) == _ENTRIES_PER_BATCH

    def _check_stream(self, index: TextIndex) -> None:
        """Take out what the stream has dropped; begin anew where it is another stream."""
        try:
            info: Any = self._client.xinfo_stream(self._stream)
        except ResponseError as error:
            if "no such key" not in str(error).lower():
                raise
            info = {"last-generated-id": b"0-0", "first-entry": None}
        first = info["first-entry"]
        low = _place(first[0]) if first else _NOWHERE
        if _place(info["last-generated-id"]) < index.last or not self._holds_newest(index, low):
            index.apply([], [], (0, 0))
            low = _NOWHERE
            self._complete.clear()
        removed = 0
        while (number := index.remove_before(low, _ROWS_PER_CHECK)) and not self._stop.wait(_YIELD_S):
            removed += number
        deleted = _place(info.get("max-deleted-entry-id", b"0-0"))
        if deleted > index.deleted:
            if deleted >= low:
                removed += self._remove_missing(index)
            if removed:
                index.forget_removed()
            index.note_deleted(deleted)

    def _holds_newest(self, index: TextIndex, low: StreamPosition) -> bool:
        """Return whether the stream has the newest row, or has dropped it in its time."""
        newest = index.newest
        if newest is None or newest[1] < low:
            return True
        place = format_stream_id(newest[1])
        rows: Any = self._client.xrange(self._stream, place, place)
        return not rows or texts(rows[0][1]).get("id") == newest[0]

    def _remove_missing(self, index: TextIndex) -> int:
        """Take out the articles whose entries were deleted from the stream one by one."""
        removed, after = 0, 0
        while rows := index.list_places(after, _ROWS_PER_CHECK // 10):
            with self._client.pipeline(transaction=False) as pipe:
                for _, _, place in rows:
                    pipe.xrange(self._stream, format_stream_id(place), format_stream_id(place))
                found: Any = pipe.execute()
            missing = [
                row[1] for row, reply in zip(rows, found, strict=True)
                if not reply or texts(reply[0][1]).get("id") != row[1]
            ]  # fmt: skip
            index.remove(missing)
            removed, after = removed + len(missing), rows[-1][0]
            if self._stop.wait(_YIELD_S):
                break
        return removed


def _read_batch(rows: Any) -> tuple[list[IndexedText], list[str]]:
    """Return the revisions of a batch, the last of each article, and the articles that were retracted."""
    added: dict[str, IndexedText] = {}
    gone: list[str] = []
    for raw_id, raw in rows:
        fields = texts(raw)
        if fields.get("event") == "retracted":
            gone.append(fields.get("id", ""))
            added.pop(gone[-1], None)
        elif (found := _read_words(raw_id, fields)) is not None:
            added.pop(found.article, None)  # rows stand in the order of the stream
            added[found.article] = found
    return list(added.values()), gone


def _read_words(raw_id: bytes, fields: dict[str, str]) -> IndexedText | None:
    """Return what of an entry can be found; None for one that is no revision."""
    if fields.get("event") not in {"created", "updated"}:
        return None
    try:
        words = msgspec.json.decode(fields.get("article", ""), type=_Words)
    except msgspec.DecodeError:  # of a later schema
        return None
    text = f"{words.standfirst}\n\n{words.text}" if words.standfirst else words.text
    return IndexedText(
        place=_place(raw_id),
        article=fields.get("id", ""),
        source=fields.get("source", ""),
        lang=fields.get("lang", ""),
        tags=fields.get("tags", ""),
        title=split_letters(plain_text(words.title[:_MAX_TEXT_CHARS])),
        text=split_letters(plain_text(text[:_MAX_TEXT_CHARS])),
    )


def _place(raw_id: bytes) -> StreamPosition:
    return parse_stream_id(raw_id.decode())
