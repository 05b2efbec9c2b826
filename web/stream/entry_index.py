"""Indexes in memory where the stream's entries are by source, tag, language, event and article.

The stream is the only truth: the index is filled from it at the start, follows it, and drops what it drops.
An entry takes 60 bytes. Looking for something rare in half a million entries takes some 50 ms.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedmill._ledger.core.operation_result_types import EntryHeader
from feedmill.stream_entry_filter import Wanted
from web.http.parameters import STREAM_ID, StreamPosition

MAX_ENTRIES = 500_000
"""Entries that are kept; of a longer stream the latest."""
UNKNOWN = 0xFFFFFFFF
"""Stands for a delay that is not known: the highest number of 32 bits, which no delay reaches."""


def parse_stream_id(stream_id: str) -> StreamPosition:
    """Read an entry's id; raises ValueError."""
    found = STREAM_ID.fullmatch(stream_id)
    if found is None:
        raise ValueError(stream_id)
    return int(found[1]), int(found[2])


def format_stream_id(place: StreamPosition) -> str:
    """Write an entry's id."""
    return f"{place[0]}-{place[1]}"


class _WordNumbers:
    """Words as small numbers."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self.words)
            self.words.append(word)
        return found

    def numbers(self, chosen: frozenset[str]) -> set[int] | None:
        """Return the numbers of chosen words; None leaves it open."""
        return {self._numbers[word] for word in chosen if word in self._numbers} if chosen else None

    def with_any(self, chosen: frozenset[str]) -> set[int] | None:
        """Return the numbers of words that are lists with one of the chosen."""
        if not chosen:
            return None
        return {at for at, word in enumerate(self.words) if not chosen.isdisjoint(word.split(","))}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search gave."""

    places: list[StreamPosition]
    has_more: bool
    """There may be more behind the last one."""


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """An entry of an article that is in a story; stories and articles as numbers, 0 stands for none."""

    story: int
    article: int
    source: str
    place: StreamPosition


class EntryIndex:
    """The index; `first` and `last` are the ends of what is remembered."""

    def __init__(self) -> None:
        self._ms, self._seq = array("Q"), array("Q")
        self._article, self._story = array("Q"), array("Q")
        self._delay = array("I")
        self._columns = {
            name: array("I") for name in ("source", "feed", "lang", "event", "tags", "text_from")
        }
        self._names = {name: _WordNumbers() for name in self._columns}
        self.last: StreamPosition = (0, 0)

    def __len__(self) -> int:
        return len(self._ms)

    @property
    def first(self) -> StreamPosition | None:
        """The oldest entry kept."""
        return (self._ms[0], self._seq[0]) if self._ms else None

    def add(self, row: EntryHeader) -> None:
        """Add an entry that is newer than all before."""
        ms, seq = parse_stream_id(row.stream_id)
        self._ms.append(ms)
        self._seq.append(seq)
        self._article.append(_article_number(row.article_id))
        self._story.append(_article_number(row.story))
        self._delay.append(
            _publish_delay_s(row.listed_at, ms) if row.event in {"created", "updated"} else UNKNOWN
        )
        for name, column in self._columns.items():
            column.append(self._names[name].number(getattr(row, name)))
        self.last = (ms, seq)
        if len(self._ms) > MAX_ENTRIES + MAX_ENTRIES // 16:
            self._cut(len(self._ms) - MAX_ENTRIES)

    def drop_before(self, place: StreamPosition | None) -> None:
        """Drop what the stream has dropped; None: the stream is empty."""
        self._cut(len(self) if place is None else self._at(place))

    def revisions(self, article_id: str) -> list[StreamPosition]:
        """Find all entries of an article, oldest first."""
        return [(self._ms[at], self._seq[at]) for at in _find_all(self._article, _article_number(article_id))]

    def find_story(self, story_id: str) -> Iterator[StoryEntry]:
        """Find the entries of a story, oldest first; those of further feeds (`listed`) are left out."""
        number = _article_number(story_id)
        return self._read_stories(_find_all(self._story, number) if number else ())

    def find_shared_stories(self, since_ms: int) -> Iterator[StoryEntry]:
        """Find the entries since a time whose story has several, oldest first; `listed` is left out."""
        low = bisect_left(self._ms, max(since_ms, 0))
        shared = {story for story, entries in Counter(self._story[low:]).items() if story and entries > 1}
        return self._read_stories(at for at in range(low, len(self)) if self._story[at] in shared)

    def find_entries(
        self,
        wanted: Wanted,
        limit: int,
        *,
        after: StreamPosition | None = None,
        since_ms: int | None = None,
        until_ms: int | None = None,
        newest_first: bool = True,
    ) -> SearchResult:
        """Find up to `limit` entries in one direction, beginning behind `after`."""
        low = 0 if since_ms is None else bisect_left(self._ms, max(since_ms, 0))
        high = len(self) if until_ms is None else bisect_left(self._ms, max(until_ms, 0))
        if after is not None and newest_first:
            high = min(high, self._at(after))
        elif after is not None:
            low = max(low, self._at((after[0], after[1] + 1)))
        places: list[StreamPosition] = []
        order = range(high - 1, low - 1, -1) if newest_first else range(low, high)
        for at in self._matching(wanted, order):
            if len(places) == limit:
                return SearchResult(places, has_more=True)
            places.append((self._ms[at], self._seq[at]))
        return SearchResult(places, has_more=False)

    def count_between(self, since_ms: int, until_ms: int) -> tuple[int, Sequence[int]]:
        """Count the entries of a span; return how long those took that have the time of their listing (s)."""
        low, high = bisect_left(self._ms, since_ms), bisect_left(self._ms, until_ms)
        return high - low, [delay for delay in self._delay[low:high] if delay != UNKNOWN]

    def count_events(self, since_ms: int, until_ms: int) -> dict[str, int]:
        """Count the entries of a span by event."""
        low, high = bisect_left(self._ms, max(since_ms, 0)), bisect_left(self._ms, max(until_ms, 0))
        words = self._names["event"].words
        return {words[at]: number for at, number in Counter(self._columns["event"][low:high]).items()}

    def count_sources(self, since_ms: int) -> dict[str, int]:
        """Count the new articles since a time by source."""
        low = bisect_left(self._ms, max(since_ms, 0))
        created = self._names["event"].numbers(frozenset({"created"})) or set()
        words = self._names["source"].words
        pairs = zip(self._columns["source"][low:], self._columns["event"][low:], strict=True)
        return {
            words[at]: number for at, number in Counter(at for at, event in pairs if event in created).items()
        }

    def counts(self, name: str) -> dict[str, int]:
        """Count the entries by source, lang or tag."""
        by_number: dict[int, int] = {}
        for number in self._columns[name]:
            by_number[number] = by_number.get(number, 0) + 1
        counted: dict[str, int] = {}
        for number, count in by_number.items():
            for word in (
                self._names[name].words[number].split(",")
                if name == "tags"
                else (self._names[name].words[number],)
            ):
                counted[word] = counted.get(word, 0) + count
        counted.pop("", None)
        return counted

    def _matching(self, wanted: Wanted, order: Iterable[int]) -> Iterator[int]:
        names, columns = self._names, self._columns
        tests = [
            (columns[name], allowed)
            for name, chosen in (
                ("source", wanted.sources),
                ("feed", wanted.feeds),
                ("lang", wanted.langs),
                ("event", wanted.events),
                ("text_from", wanted.text_from),
            )
            if (allowed := names[name].numbers(chosen)) is not None
        ]
        if (bearing := names["tags"].with_any(wanted.tags)) is not None:
            tests.append((columns["tags"], bearing))
        if any(not allowed for _, allowed in tests):
            return
        if wanted.firsts:  # a story is called after its first
            order = (at for at in order if self._story[at] in (0, self._article[at]))
        for at in order:
            for column, allowed in tests:
                if column[at] not in allowed:
                    break
            else:
                yield at

    def _read_stories(self, order: Iterable[int]) -> Iterator[StoryEntry]:
        events, sources = self._names["event"].words, self._names["source"].words
        for at in order:
            if events[self._columns["event"][at]] != "listed":
                source = sources[self._columns["source"][at]]
                yield StoryEntry(self._story[at], self._article[at], source, (self._ms[at], self._seq[at]))

    def _at(self, place: StreamPosition) -> int:
        """Return the index of the first entry that is not before a place."""
        at = bisect_left(self._ms, min(place[0], 2**63))
        while at < len(self._ms) and self._ms[at] == place[0] and self._seq[at] < place[1]:
            at += 1
        return at

    def _cut(self, count: int) -> None:
        for column in (self._ms, self._seq, self._article, self._story, self._delay, *self._columns.values()):
            del column[:count]


def _find_all(column: "array[int]", wanted: int) -> Iterator[int]:
    at = -1
    while True:
        try:
            at = column.index(wanted, at + 1)
        except ValueError:
            return
        yield at


def _article_number(article_id: str) -> int:
    try:
        return int(article_id[:16] or "0", 16)
    except ValueError:
        return 0


def _publish_delay_s(listed_at: str, ms: int) -> int:
    """Seconds from the listing to the stream."""
    try:
        return min(max(round(ms / 1000 - datetime.fromisoformat(listed_at).timestamp()), 0), UNKNOWN - 1)
    except ValueError:
        return UNKNOWN
