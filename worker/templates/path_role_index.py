"""Indexes a template for its use on pages: what its paths say of a block. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from worker.templates.path_prints import LINKED_MARK, drop_words, hash_bare, hash_path, loosen_path
from worker.templates.template_values import BlockZone, PathCounts, SiteTemplate, add_counts

Role = Literal["text", "left", "mixed", "rare", "unknown"]
_SURE_SHARE = 0.8
"""The share of short blocks of a path and zone from which on they are all text, or all left out."""
_PAGES_A_STRAY = 10
"""Pages with lines of weight of a path of which one may have gone the other way; more tell nothing."""
_LEAST_PAGES = 2
"""Pages that must have had such a line of a path, words of outer elements aside, before it tells anything."""
_LEAST_EXACT_PAGES = 3
"""The same for the path with all its words: below that all paths count that end alike."""
MOST_UNKNOWN = 0.1
"""Share of a page's different paths, unknown to the template, above which the page is doubtful."""
_BETWEEN = ">"
_QUOTES = frozenset(("blockquote", "p"))
_WRITERS = frozenset(
    (
        *((f"h{level}",) for level in range(2, 7)),
        *((tag, "li") for tag in ("ul", "ol")),
        *((tag, "li", "p") for tag in ("ul", "ol")),
        ("blockquote",),
        ("blockquote", "p"),
        ("p",),
        *((*outer, "tr", cell) for outer in (("table",), ("figure", "table")) for cell in ("td", "th")),
    )
)
"""Elements beside paragraphs, outermost first, as writers use them in any system."""
_PLAIN_TAGS = frozenset(("p", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "dl", "dt", "dd"))
"""Elements that writers use; with no class words, or those of the running text."""
_STEADY = 0.8
"""The share of a template's pages that have text of a path, from which on a page without any is doubtful."""


@dataclass(frozen=True, slots=True)
class PathRoleIndex:
    """A template with its paths by what blocks are looked up by."""

    template: SiteTemplate
    exact: dict[str, PathCounts]
    loose: dict[str, PathCounts]
    """By paths with the class words of the last element alone."""
    bare: frozenset[str]
    """The paths without any class words."""
    bare_container: str
    steady: frozenset[str]
    """Loose paths that nearly all pages have text of."""
    homes: frozenset[str]
    """Paths of the elements that the running text stands in, without class words."""
    worded_homes: frozenset[str]
    """The same with their class words."""
    text_words: frozenset[str]
    """Class words of the running text's own elements, and none."""
    shared_words: frozenset[str]
    """Those that all paragraphs of the running text have; none where they have no class words."""
    known_words: frozenset[str]
    """Single class words of what the running text stands in, and of all elements that were text."""

    def find_role(self, path: str, zone: BlockZone | None, *, has_weight: bool = False) -> Role:
        """Return what blocks of a path are in a zone, and where nothing is known of that, in all zones.

        Lines of weight go by pages: a path of which pages took some and left some tells nothing of them.
        """
        loose = loosen_path(path)
        counts = self.exact.get(path)
        if counts is None or (has_weight and _count_pages(counts) < _LEAST_EXACT_PAGES):
            counts = self.loose.get(loose, counts)
        if counts is not None and has_weight:
            return self._weigh_lines(path, counts, zone)
        if counts is not None:
            return _weigh_blocks(counts, zone)
        if hash_path(loose) in self.template.around:
            return "left"
        return "text" if zone and self.is_writers(path, zone) else "unknown"

    def _weigh_lines(self, path: str, counts: PathCounts, zone: BlockZone | None) -> Role:
        least = min(_LEAST_PAGES, (self.template.pages + 1) // 2)
        role = _weigh_pages(counts, zone, least)
        if role == "mixed" and path in self.exact:  # others that end alike went the other way
            exact = _weigh_pages(self.exact[path], zone, least)
            role = "mixed" if exact == "unknown" else exact
        if role == "rare":
            role = _settle_rare(counts, path, is_plain=self.is_plain(path))
        if role == "rare" and zone and not sum(counts.left) and self.is_writers(path, zone):
            return "text"
        return role

    def is_plain(self, path: str) -> bool:
        """Return whether a path is that of a quotation, list or heading right beside the running text."""
        steps, bare = path.split(_BETWEEN), drop_words(path)
        for home in self.homes:
            if bare.startswith(home) and bare[len(home) : len(home) + 1] == _BETWEEN:
                own = (step.partition(".") for step in steps[home.count(_BETWEEN) + 1 :])
                return all(tag in _PLAIN_TAGS and words in self.text_words for tag, _, words in own)
        return False

    def is_writers(self, path: str, zone: BlockZone) -> bool:
        """Return whether a path is that of a line as writers put between paragraphs, or after them.

        It stands in an element that holds running text. Headings, lists and tables between paragraphs may
        have class words of their own; others have words of elements that were text, paragraphs at least all
        those that the paragraphs of the running text share.
        """
        home = next((home for home in self.worded_homes if path.startswith(f"{home}{_BETWEEN}")), None)
        if home is None or zone == BlockZone.ABOVE:
            return False
        steps = [step.partition(".") for step in path[len(home) + 1 :].split(_BETWEEN)]
        tags = tuple(tag for tag, _, _ in steps)
        if tags not in _WRITERS:
            return False
        words = {word for _, _, words in steps for word in words.split(".") if word}
        if tags == ("p",) and self.shared_words and self.shared_words <= words:
            return True
        return words <= self.known_words or (zone == BlockZone.AMONG and tags[0] not in _QUOTES)

    def is_kept(self, path: str) -> bool:
        """Return whether any page kept a text of this path, after all cleaning, or none had it."""
        counts = self.loose.get(loosen_path(path))
        return counts is None or counts.pages > 0

    def knows_path(self, path: str) -> bool:
        """Return whether pages had this path, or it without or with the mark of links, or without words.

        Class words of the last element may change with each page. Whether a line is text is asked elsewhere.
        """
        loose = loosen_path(path)
        other = loose.removesuffix(LINKED_MARK) if loose.endswith(LINKED_MARK) else f"{loose}{LINKED_MARK}"
        around = self.template.around
        if any(one in self.loose or hash_path(one) in around for one in (loose, other)):
            return True
        bare = drop_words(path)
        return hash_bare(bare) in around or bare in self.bare

    def is_unknown(self, paths: Sequence[str], passed: int = 0) -> bool:
        """Return whether a page has so many paths unknown to the template that it may be of another one.

        `passed` is how many different parts of it were passed: they are known.
        """
        different = set(paths)
        unknown = sum(not self.knows_path(path) for path in different)
        return unknown > max(1, MOST_UNKNOWN * (len(different) + passed))

    def measure_unknown(self, paths: Sequence[str], passed: int = 0) -> float:
        """Return which share (0 to 1) of a page's different paths the template does not know.

        `passed` is how many different parts of it were passed: they are known.
        """
        different = set(paths)
        return sum(not self.knows_path(path) for path in different) / (len(different) + passed or 1)


def index_template(template: SiteTemplate) -> PathRoleIndex:
    """Index a template."""
    loose: dict[str, PathCounts] = {}
    for path, counts in template.paths.items():
        key = loosen_path(path)
        loose[key] = add_counts(loose[key], counts) if key in loose else counts
    steady = frozenset(path for path, counts in loose.items() if _is_steady(template, counts))
    homes = {path.rpartition(_BETWEEN)[0] for path in template.paths if loosen_path(path) in steady}
    texts = (
        path
        for path, counts in template.paths.items()
        if counts.pages >= _LEAST_PAGES and not sum(counts.left)
    )
    known_words = {word for path in (*texts, *homes) for word in _list_words(path)}
    paragraphs = [
        set(own[2].split("."))
        for path in template.paths
        if loosen_path(path) in steady and (own := path.rpartition(_BETWEEN)[2].partition("."))[0] == "p"
    ]
    return PathRoleIndex(
        template=template,
        exact=dict(template.paths),
        loose=loose,
        bare=frozenset(map(drop_words, loose)),
        bare_container=drop_words(template.container),
        steady=steady,
        homes=frozenset(path.rpartition(_BETWEEN)[0] for path in steady),
        worded_homes=frozenset(homes),
        shared_words=frozenset(set.intersection(*paragraphs) - {""} if paragraphs else ()),
        known_words=frozenset((*known_words, "quote", "blockquote")),
        text_words=frozenset(("", *(path.rpartition(_BETWEEN)[2].partition(".")[2] for path in steady))),
    )


def _list_words(path: str) -> set[str]:
    return {word for step in path.split(_BETWEEN) for word in step.partition(".")[2].split(".") if word}


def _is_steady(template: SiteTemplate, counts: PathCounts) -> bool:
    return counts.pages >= max(1, template.pages * _STEADY)


def _weigh_blocks(counts: PathCounts, zone: BlockZone | None) -> Role:
    text, left = _sum_zones(counts.text, counts.left, zone)
    if text >= _SURE_SHARE * (text + left):
        return "text"
    return "left" if left >= _SURE_SHARE * (text + left) else "mixed"


def _weigh_pages(counts: PathCounts, zone: BlockZone | None, least: int) -> Role:
    """Weigh the pages with lines of weight; where there were none, short blocks tell what is left out."""
    text, left = _sum_zones(counts.text_pages, counts.left_pages, zone)
    if not text + left:
        return "left" if _weigh_blocks(counts, zone) == "left" else "unknown"
    if min(text, left) * _PAGES_A_STRAY > text + left:
        return "mixed"
    if text + left < least:  # where all zones agree, each has their number
        text, left = _sum_zones(counts.text_pages, counts.left_pages, None)
        if text + left < least or (text and left):
            return "rare"
    return "text" if text > left else "left"


def _settle_rare(counts: PathCounts, path: str, *, is_plain: bool) -> Role:
    """Return what a path of few pages tells: links go as they went, plain markup is text as before."""
    text, left = sum(counts.text), sum(counts.left)
    if not text and path.endswith(LINKED_MARK):
        return "left"
    return "text" if is_plain and text and not left else "rare"


def _count_pages(counts: PathCounts) -> int:
    return sum(counts.text_pages) + sum(counts.left_pages)


def _sum_zones(
    text: tuple[int, int, int], left: tuple[int, int, int], zone: BlockZone | None
) -> tuple[int, int]:
    if zone is None or not text[zone] + left[zone]:
        return sum(text), sum(left)
    return text[zone], left[zone]
