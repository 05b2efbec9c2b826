"""Describes what is learned of a site's pages: frozen values, no behavior but counting."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from worker.publishing.reader_version import READER_VERSION


class BlockZone(IntEnum):
    """Where a block stands, seen from the running text of the article."""

    ABOVE = 0
    AMONG = 1
    BELOW = 2


@dataclass(frozen=True, slots=True)
class PathCounts:
    """How often blocks of one path were text, and how often they were left out, by zone."""

    text: tuple[int, int, int] = (0, 0, 0)
    """Blocks that the extraction took for the article."""
    left: tuple[int, int, int] = (0, 0, 0)
    """Blocks that it left out."""
    rules: Mapping[str, int] = field(default_factory=dict)
    """Blocks of `text` that a cleaning step took out afterwards, by its rule."""
    pages: int = 0
    """Pages with text of this path that no step took out."""
    text_pages: tuple[int, int, int] = (0, 0, 0)
    """Pages on which a line of weight (`block_tests.has_weight`) of it was taken, by zone."""
    left_pages: tuple[int, int, int] = (0, 0, 0)
    """Pages on which such a line was left out."""


def add_counts(one: PathCounts, two: PathCounts) -> PathCounts:
    """Add the counts of two readings of one path, or of two paths that are taken for one."""
    rules = Counter(one.rules)
    rules.update(two.rules)
    return PathCounts(
        text=_add_zones(one.text, two.text),
        left=_add_zones(one.left, two.left),
        rules=dict(rules),
        pages=one.pages + two.pages,
        text_pages=_add_zones(one.text_pages, two.text_pages),
        left_pages=_add_zones(one.left_pages, two.left_pages),
    )


def _add_zones(one: tuple[int, int, int], two: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + two[0], one[1] + two[1], one[2] + two[2]


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one reading by the full way shows of a page's template."""

    paths: Mapping[str, PathCounts]
    """Of the blocks in the container of the article."""
    around: frozenset[int]
    """Prints of the paths outside it (`path_prints.hash_path`)."""
    outside: Mapping[str, PathCounts]
    """Of the blocks outside it, which were all left out."""
    container: str
    """Path of the lowest element that holds the article."""
    text_chars: Mapping[str, int]
    """Characters of the article by path."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Paths of headline, byline, date, standfirst and image, as far as they were found."""
    words: int = 0
    """Words of the cleaned text."""
    parts: Mapping[int, int] = field(default_factory=dict)
    """Parts of the page that the article does not need (`page_pruning.list_parts`)."""


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """What readings of a site's pages have in common."""

    paths: Mapping[str, PathCounts]
    around: frozenset[int]
    container: str
    marks: Mapping[str, str] = field(default_factory=dict)
    pages: int = 0
    """Readings that it was learned from."""
    least_words: int = 0
    most_words: int = 0
    """Words of the shortest and the longest text among those."""
    parts: Mapping[int, int] = field(default_factory=dict)
    """Prints of parts, with the pages that did not need them; `page_pruning.NEEDED` where one did."""
    reader: int = READER_VERSION
    """Number of the reader whose readings these were: those of another are not used."""
