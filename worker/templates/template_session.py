"""Describes the templates for one page and what became of them; it is filled while the page is read."""

from collections import Counter
from dataclasses import dataclass

from worker.metadata.metadata_reader import Metadata
from worker.page_models import CleanedArticle
from worker.publishing.fingerprints import compute_fingerprint, has_same_substance
from worker.publishing.reader_version import ReadingOrigin
from worker.templates.page_pruning import choose_passed
from worker.templates.template_learning import is_redesign
from worker.templates.template_set import KnownTemplate, SiteTemplates, record_result, teach_reading
from worker.templates.template_trust import LEAST_READINGS, PageResult, ReadingWay, choose_way
from worker.templates.template_values import PageReading


@dataclass(slots=True)
class TemplateSession:
    """The templates of a page's source and site, and what its reading made of them."""

    known: SiteTemplates
    """After the page: with what it taught."""
    audits_all: bool = False
    """Both ways read each page, for benches and drills; trust goes on as without."""
    way: ReadingWay = "full"
    """How the page was read: by the full way, by both, by the template alone."""
    reasons: tuple[str, ...] = ()
    """Why it was read by the full way, in single words."""
    used: KnownTemplate | None = None
    """The template that knows the page best."""
    passed: frozenset[int] = frozenset()
    """Prints of the parts that the page was read without by template."""
    facts: Metadata | None = None
    """The metadata of the page without them; None where none were passed."""
    is_redesigned: bool = False
    """The page is unlike all pages of its site that templates were learned from, its menus and all."""
    by_template: CleanedArticle | None = None
    """What the template made of the page, where nothing of that was doubtful."""

    def name_way(self) -> tuple[str, str]:
        """Name the way that the page was read, and the first reason why that was the full way."""
        if self.way == "full":
            return "full", next(iter(self.reasons), "other")
        return ("audit" if self.way == "both" else self.way), ""

    def choose_passed(self) -> frozenset[int]:
        """Choose the parts of the page that a reading by template need not look at."""
        tried = [one for one in self.known if choose_way(one.trust) != "full"]
        return choose_passed([one.template.parts for one in tried])

    def name_origin(self, read: CleanedArticle) -> ReadingOrigin:
        """Name the way that gave a text: an audit that agrees may stand for either."""
        if read is self.by_template:
            return "template"
        return "either" if self.by_template and is_alike(self.by_template, read) else "full"

    def conclude(self, read: CleanedArticle | None, reading: PageReading | None) -> None:
        """Take into `known` what came of the page.

        `read` is the full way's text, where that way was gone and gave one, `reading` what it shows of the
        page's template, where anything may be learned of it.
        """
        if self.way == "template" and self.used:
            self.known = record_result(self.known, self.used.template, "template")
            return
        result, why = self._compare(read)
        if reading:
            self.is_redesigned = any(
                one.trust.readings >= LEAST_READINGS for one in self.known
            ) and is_redesign([one.template for one in self.known], reading)
            used = self.used.template if self.used else None
            self.known = teach_reading(self.known, reading, result, why, used=used)
        elif self.used and result != "taught":
            self.known = record_result(self.known, self.used.template, result, why)

    def _compare(self, read: CleanedArticle | None) -> tuple[PageResult, str]:
        if self.by_template is None:
            is_doubtful = self.reasons and self.used and self.used.trust.state != "learning"
            return ("doubtful", self.reasons[0]) if is_doubtful else ("taught", "")
        if read is None:
            return "differs", "no_article"
        if is_alike(self.by_template, read):
            return "alike", ""
        lost, _ = list_differing_lines(read, self.by_template)
        return "differs", "lost_lines" if lost else "more_lines"


def is_alike(one: CleanedArticle, two: CleanedArticle) -> bool:
    """Return whether two readings of a page are of one substance; a paragraph more or less is none."""
    return has_same_substance(compute_fingerprint(one), compute_fingerprint(two))


def list_differing_lines(one: CleanedArticle, two: CleanedArticle) -> tuple[list[str], list[str]]:
    """Return the lines that only the first has, and those that only the second has."""
    mine, theirs = (Counter(line.text for line in each.lines) for each in (one, two))
    return list((mine - theirs).elements()), list((theirs - mine).elements())
