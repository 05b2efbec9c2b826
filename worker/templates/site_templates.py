"""Keeps the templates of one source and site, each with its trust, and teaches them. Pure."""

from dataclasses import dataclass

from worker.publishing.reader_version import READER_VERSION
from worker.templates.template_learning import is_of_template, learn_reading
from worker.templates.template_trust import PageResult, TemplateTrust, advance_trust
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


def drop_foreign_readers(known: SiteTemplates, reader: int = READER_VERSION) -> SiteTemplates:
    """Return the templates that this reader's own readings made: another's pages may read otherwise."""
    return tuple(one for one in known if one.template.reader == reader)


def teach_reading(known: SiteTemplates, reading: PageReading, result: PageResult = "taught") -> SiteTemplates:
    """Return the templates after a reading by the full way, with its result for the template that it is of.

    A reading of no template begins one; the one not used for longest goes where there are too many.
    """
    for one in known:
        if is_of_template(one.template, reading):
            trust = advance_trust(one.trust, result)
            if trust.state == "unlearned":
                return tuple(other for other in known if other is not one)
            return _put_first(known, one, KnownTemplate(learn_reading(one.template, reading), trust))
    begun = KnownTemplate(learn_reading(None, reading), advance_trust(TemplateTrust(), "taught"))
    return (begun, *known)[:MOST_TEMPLATES]


def record_result(known: SiteTemplates, used: SiteTemplate, result: PageResult) -> SiteTemplates:
    """Return the templates after a page on which one was used or doubted, and nothing was learned."""
    for one in known:
        if one.template is used:
            trust = advance_trust(one.trust, result)
            if trust.state == "unlearned":
                return tuple(other for other in known if other is not one)
            return _put_first(known, one, KnownTemplate(one.template, trust))
    return known


def _put_first(known: SiteTemplates, old: KnownTemplate, new: KnownTemplate) -> SiteTemplates:
    return (new, *(one for one in known if one is not old))
