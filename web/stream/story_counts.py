"""Counts which stories several sources carry, and lists who carries one. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from web.http.parameters import StreamPosition
from web.stream.entry_index import StoryEntry

MAX_NAMES = 50
"""Sources of a story that are named; the rest is counted, to bound the answer."""


@dataclass(frozen=True, slots=True)
class StoryCount:
    """One story, as far as entries were counted."""

    id: str
    shown: StreamPosition
    """Where the entry stands that shows it: the last revision of its first article, else its oldest entry."""
    first_ms: int
    last_ms: int
    sources: tuple[str, ...]
    """In the order of their first entries."""
    articles: int


@dataclass(frozen=True, slots=True)
class StoryCarrier:
    """One article of a story."""

    id: str
    source: str
    place: StreamPosition
    """Where its last revision stands."""


def count_stories(entries: Iterable[StoryEntry]) -> list[StoryCount]:
    """Count entries, the oldest first, by their stories; those of most sources come first."""
    by_story: dict[int, list[StoryEntry]] = {}
    for entry in entries:
        by_story.setdefault(entry.story, []).append(entry)
    found = [_count_story(rows) for rows in by_story.values()]
    return sorted(found, key=lambda one: (-len(one.sources), -one.articles, -one.last_ms, one.id))


def list_carriers(entries: Iterable[StoryEntry]) -> list[StoryCarrier]:
    """List the articles of one story's entries, in the order in which they came out."""
    last = {entry.article: entry for entry in entries}
    return [StoryCarrier(f"{article:016x}", entry.source, entry.place) for article, entry in last.items()]


def _count_story(rows: Sequence[StoryEntry]) -> StoryCount:
    of_first = [row for row in rows if row.article == row.story]
    return StoryCount(
        id=f"{rows[0].story:016x}",
        shown=(of_first[-1] if of_first else rows[0]).place,
        first_ms=rows[0].place[0],
        last_ms=rows[-1].place[0],
        sources=tuple(dict.fromkeys(row.source for row in rows)),
        articles=len({row.article for row in rows}),
    )
