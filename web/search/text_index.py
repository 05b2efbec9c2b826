"""Keeps the words of articles in an SQLite FTS5 file: adds, removes and bounds them, and finds them again.

The file can be made anew of the stream at any time: it is in no backup, and one of another layout is deleted.
Of each article it holds the last revision, in the order of the stream.
"""

import contextlib
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from web.http.parameters import StreamPosition

LAYOUT = 1
"""Grows with every change of the tables; a file of another layout is made anew."""
MAX_ARTICLES = 200_000
"""Articles of the index: bounds the time of a search and of making it anew."""
_MAX_SEARCH_S = 3.0
"""Seconds that one search may take; then it is given up."""
_CHECK_EVERY = 10_000
"""SQLite's steps between two looks at the clock."""
MAX_COUNTED = 1000
"""Articles up to which the found ones are counted: more are many."""
_SNIPPET_TOKENS = 32
"""Words of an excerpt."""
_TABLES = """
CREATE TABLE entries (
    id INTEGER PRIMARY KEY, article TEXT NOT NULL UNIQUE, ms INTEGER NOT NULL, seq INTEGER NOT NULL,
    source TEXT NOT NULL, lang TEXT NOT NULL, tags TEXT NOT NULL, bytes INTEGER NOT NULL
);
CREATE INDEX entries_by_place ON entries (ms, seq);
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES
    ('ms', 0), ('seq', 0), ('bytes', 0), ('articles', 0), ('deleted_ms', 0), ('deleted_seq', 0);
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = "unicode61 remove_diacritics 2");
"""
_ONE = """
SELECT ms, seq, article, snippet(words, 1, char(2), char(3), '…', ?)
FROM words JOIN entries ON entries.id = words.rowid WHERE words MATCH ? AND words.rowid = ?
"""


@dataclass(frozen=True, slots=True)
class IndexedText:
    """One revision's words; tags are separated by commas."""

    place: StreamPosition
    article: str
    source: str
    lang: str
    tags: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What is searched for; `match` is an FTS5 expression."""

    match: str
    sources: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    langs: frozenset[str] = frozenset()
    is_best_first: bool = False
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FoundText:
    """One article that was found."""

    place: StreamPosition
    article: str
    snippet: str


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """What a search found; `total` counts no further than MAX_COUNTED + 1."""

    texts: list[FoundText]
    total: int


class SearchTimeoutError(Exception):
    """A search took too long."""


class TextIndex:
    """The index for the one process that writes it; raises sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._db = _open_file(path)
        try:
            self._text_bytes, self._articles = self._read_state("bytes"), self._read_state("articles")
        except sqlite3.Error:
            self._db.close()
            raise

    @property
    def last(self) -> StreamPosition:
        """The last entry of the stream that was read."""
        return self._read_state("ms"), self._read_state("seq")

    @property
    def deleted(self) -> StreamPosition:
        """The last entry that was deleted from within the stream when rows were compared with it."""
        return self._read_state("deleted_ms"), self._read_state("deleted_seq")

    @property
    def newest(self) -> tuple[str, StreamPosition] | None:
        """The article and the place of the newest row."""
        row = self._db.execute("SELECT article, ms, seq FROM entries ORDER BY id DESC LIMIT 1").fetchone()
        return None if row is None else (row[0], (row[1], row[2]))

    def __len__(self) -> int:
        return self._articles

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def apply(self, texts: Sequence[IndexedText], gone: Sequence[str], last: StreamPosition) -> None:
        """Add revisions and take articles out, and remember how far the stream was read."""
        with self._changing():
            self._remove_articles([*gone, *(text.article for text in texts)])
            for text in texts:
                size = len(text.title.encode()) + len(text.text.encode())
                added = self._db.execute(
                    "INSERT INTO entries (article, ms, seq, source, lang, tags, bytes)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (text.article, *text.place, text.source, text.lang, f",{text.tags},", size),
                )
                words = (added.lastrowid, text.title, text.text)
                self._db.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)", words)
                self._text_bytes += size
                self._articles += 1
            self._write_state(ms=last[0], seq=last[1])

    def remove_before(self, place: StreamPosition, limit: int) -> int:
        """Take out what stands before a place of the stream, some at a time; returns how many."""
        return self._remove_where("(ms, seq) < (?, ?) ORDER BY ms, seq LIMIT ?", (*place, limit))

    def remove_beyond(self, max_bytes: int, limit: int) -> int:
        """Take the oldest out while there are too many or their text is too large; returns how many."""
        if self._articles <= MAX_ARTICLES and self._text_bytes <= max_bytes:
            return 0
        return self._remove_where("1 ORDER BY id LIMIT ?", (limit,))

    def remove(self, articles: Sequence[str]) -> None:
        """Take articles out."""
        with self._changing():
            self._remove_articles(articles)

    def list_places(self, after_id: int, limit: int) -> list[tuple[int, str, StreamPosition]]:
        """List the rows behind one, in their order."""
        rows = self._db.execute(
            "SELECT id, article, ms, seq FROM entries WHERE id > ? ORDER BY id LIMIT ?", (after_id, limit)
        )
        return [(row[0], row[1], (row[2], row[3])) for row in rows]

    def note_deleted(self, place: StreamPosition) -> None:
        """Remember that rows were compared with the stream after this entry was deleted from it."""
        self._write_state(deleted_ms=place[0], deleted_seq=place[1])

    def forget_removed(self) -> None:
        """Rewrite what is left, so that nothing of what was taken out stays in the file."""
        self._db.execute("INSERT INTO words (words) VALUES ('optimize')")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _remove_where(self, condition: str, values: tuple[int, ...]) -> int:
        with self._changing():
            query = f"SELECT article FROM entries WHERE {condition}"  # noqa: S608  (a literal of ours)
            articles = [row[0] for row in self._db.execute(query, values)]
            self._remove_articles(articles)
        return len(articles)

    def _remove_articles(self, articles: Sequence[str]) -> None:
        for article in articles:
            row = self._db.execute("SELECT id, bytes FROM entries WHERE article = ?", (article,)).fetchone()
            if row is not None:
                self._db.execute("DELETE FROM words WHERE rowid = ?", (row[0],))
                self._db.execute("DELETE FROM entries WHERE id = ?", (row[0],))
                self._text_bytes -= row[1]
                self._articles -= 1
        self._write_state(bytes=self._text_bytes, articles=self._articles)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._write_state(bytes=self._text_bytes, articles=self._articles)
        except BaseException:
            self._db.execute("ROLLBACK")
            self._text_bytes, self._articles = self._read_state("bytes"), self._read_state("articles")
            raise
        self._db.execute("COMMIT")

    def _read_state(self, name: str) -> int:
        return int(self._db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()[0])

    def _write_state(self, **values: int) -> None:
        self._db.executemany(
            "UPDATE state SET value = ? WHERE name = ?", [(value, name) for name, value in values.items()]
        )


def search_file(path: Path, query: TextQuery) -> FoundTexts:
    """Find articles; raises SearchTimeoutError, and sqlite3.Error where there is no index yet."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    ends_at = time.monotonic() + _MAX_SEARCH_S
    db.set_progress_handler(lambda: time.monotonic() > ends_at, _CHECK_EVERY)
    conditions, values = _write_conditions(query)
    order = "rank" if query.is_best_first else "words.rowid DESC"
    source = "words" if len(values) == 1 else "words JOIN entries ON entries.id = words.rowid"
    base = f"FROM {source} WHERE {conditions}"
    try:
        ids = db.execute(
            f"SELECT words.rowid {base} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, query.limit, query.offset),
        ).fetchall()
        found = [db.execute(_ONE, (_SNIPPET_TOKENS, query.match, one)).fetchone() for (one,) in ids]
        counted = f"SELECT count(*) FROM (SELECT 1 {base} LIMIT {MAX_COUNTED + 1})"  # noqa: S608
        (total,) = db.execute(counted, values).fetchone()
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise SearchTimeoutError from error
        raise
    finally:
        db.close()
    return FoundTexts([FoundText((row[0], row[1]), row[2], row[3]) for row in found if row], total)


def _write_conditions(query: TextQuery) -> tuple[str, list[str]]:
    """Write what rows must have as SQL, with a sign for each value."""
    conditions, values = ["words MATCH ?"], [query.match]
    for column, chosen in (("source", query.sources), ("lang", query.langs)):
        if chosen:
            conditions.append(f"{column} IN ({', '.join('?' * len(chosen))})")
            values += sorted(chosen)
    if query.tags:
        conditions.append("(" + " OR ".join("instr(tags, ?)" for _ in query.tags) + ")")
        values += [f",{tag}," for tag in sorted(query.tags)]
    return " AND ".join(conditions), values


def delete_file(path: Path) -> None:
    """Delete an index, with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _open_file(path: Path) -> sqlite3.Connection:
    """Open the file for writing, made anew where it is of another layout."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        (layout,) = db.execute("PRAGMA user_version").fetchone()
        if layout not in (0, LAYOUT):
            db.close()
            delete_file(path)
            return _open_file(path)
        path.chmod(0o600)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON")
        if layout == 0:
            db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {LAYOUT}; COMMIT;")
    except sqlite3.Error:
        db.close()
        raise
    return db
