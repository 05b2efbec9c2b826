"""Keeps the templates of one source and site, each with its trust; chooses and teaches them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.publishing.reader_version import READER_VERSION
from worker.templates.path_role_index import PathRoleIndex
from worker.templates.template_learning import is_of_template, learn_reading
from worker.templates.template_trust import PageResult, TemplateTrust, advance_trust, begin_anew
from worker.templates.template_values import PageReading, SiteTemplate

MOST_TEMPLATES = 4
"""Templates of one source and site: news, live pages, videos, opinion."""


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template, and how far it is trusted."""

    template: SiteTemplate
    trust: TemplateTrust


SiteTemplates = tuple[KnownTemplate, ...]
"""All of one source and site, the one used last in front."""
_UNLEARNED = SiteTemplate(paths={}, around=frozenset(), container="")
"""Stands where a template was unlearned and keeps its suspensions until the next one takes its place."""


def drop_foreign_readers(known: SiteTemplates, reader: int = READER_VERSION) -> SiteTemplates:
    """Return the templates that this reader's own readings made: another's pages may read otherwise."""
    return tuple(one for one in known if one.template.reader == reader)


def choose_template(templates: Sequence[PathRoleIndex], paths: Sequence[str]) -> PathRoleIndex | None:
    """Return the template that has most of a page's paths; None where there is no template."""
    if len(templates) < 2:  # noqa: PLR2004  the only one is measured when it is applied
        return next(iter(templates), None)
    return min(templates, key=lambda each: each.measure_unknown(paths))


def teach_reading(
    known: SiteTemplates,
    reading: PageReading,
    result: PageResult = "taught",
    why: str = "",
    *,
    used: SiteTemplate | None = None,
) -> SiteTemplates:
    """Return the templates after a reading by the full way, which teaches the one that it is of.

    `result` is that of the template `used`, `why` says what was doubtful, or what differed; another one is
    taught. A reading of no template begins one; the one not used for longest goes where there are too many.
    """
    taught = next((one for one in known if is_of_template(one.template, reading)), None)
    if used is not None and result != "taught" and (taught is None or taught.template is not used):
        known = record_result(known, used, result, why)
        result, why = "taught", ""
    if taught is not None:
        trust = advance_trust(taught.trust, result, why)
        if trust.state == "unlearned":
            return _unlearn(known, taught, trust)
        return _put_first(known, taught, KnownTemplate(learn_reading(taught.template, reading), trust))
    before = next((one for one in known if not one.template.pages), None)
    trust = advance_trust(before.trust if before else TemplateTrust(), "taught")
    begun = KnownTemplate(learn_reading(None, reading), trust)
    return (begun, *(one for one in known if one is not before))[:MOST_TEMPLATES]


def record_result(
    known: SiteTemplates, used: SiteTemplate, result: PageResult, why: str = ""
) -> SiteTemplates:
    """Return the templates after a page on which one was used or doubted, and nothing was learned."""
    for one in known:
        if one.template is used:
            trust = advance_trust(one.trust, result, why)
            if trust.state == "unlearned":
                return _unlearn(known, one, trust)
            return _put_first(known, one, KnownTemplate(one.template, trust))
    return known


def _unlearn(known: SiteTemplates, old: KnownTemplate, trust: TemplateTrust) -> SiteTemplates:
    return _put_first(known, old, KnownTemplate(_UNLEARNED, begin_anew(trust)))


def _put_first(known: SiteTemplates, old: KnownTemplate, new: KnownTemplate) -> SiteTemplates:
    return (new, *(one for one in known if one is not old))
