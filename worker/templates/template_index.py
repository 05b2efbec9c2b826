"""Indexes a template for its use on pages: what its paths say of a block. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from worker.templates.path_prints import LINKED_MARK, drop_words, hash_path, loosen_path
from worker.templates.template_values import BlockZone, PathCounts, SiteTemplate, add_counts

Role = Literal["text", "left", "mixed", "unknown"]
SURE = 0.8
"""The share of blocks of a path, in one zone, from which on they are all text, or all left out."""
_STEADY = 0.8
"""The share of a template's pages that have text of a path, from which on a page without any is doubtful."""


@dataclass(frozen=True, slots=True)
class TemplateIndex:
    """A template with its paths by what blocks are looked up by."""

    template: SiteTemplate
    exact: dict[str, PathCounts]
    loose: dict[str, PathCounts]
    """By paths with the class words of the last element alone."""
    bare_container: str
    steady: frozenset[str]
    """Loose paths that nearly all pages have text of."""

    def find_role(self, path: str, zone: BlockZone) -> Role:
        """Return what blocks of a path are in a zone, and where nothing is known of that, in all zones."""
        loose = loosen_path(path)
        for counts in (self.exact.get(path), self.loose.get(loose)):
            if counts is not None:
                return _weigh(counts, zone)
        return "left" if hash_path(loose) in self.template.around else "unknown"

    def knows_path(self, path: str) -> bool:
        """Return whether pages had this path, or it without or with the mark of links."""
        loose = loosen_path(path)
        other = loose.removesuffix(LINKED_MARK) if loose.endswith(LINKED_MARK) else f"{loose}{LINKED_MARK}"
        around = self.template.around
        return any(one in self.loose or hash_path(one) in around for one in (loose, other))

    def measure_unknown(self, paths: Sequence[str], passed: int = 0) -> float:
        """Return which share (0 to 1) of a page's different paths the template does not know.

        `passed` is how many different parts of it were passed: they are known.
        """
        different = set(paths)
        return sum(not self.knows_path(path) for path in different) / (len(different) + passed or 1)


def index_template(template: SiteTemplate) -> TemplateIndex:
    """Index a template."""
    loose: dict[str, PathCounts] = {}
    for path, counts in template.paths.items():
        key = loosen_path(path)
        loose[key] = add_counts(loose[key], counts) if key in loose else counts
    steady = frozenset(
        path for path, counts in loose.items() if counts.pages >= max(1, template.pages * _STEADY)
    )
    return TemplateIndex(template, dict(template.paths), loose, drop_words(template.container), steady)


def _weigh(counts: PathCounts, zone: BlockZone) -> Role:
    text, left = counts.text[zone], counts.left[zone]
    if not text + left:
        text, left = sum(counts.text), sum(counts.left)
    if text >= SURE * (text + left):
        return "text"
    return "left" if left >= SURE * (text + left) else "mixed"
