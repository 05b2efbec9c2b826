"""Describes a template for people and programs: its paths as selectors with their counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from worker.templates.path_prints import LINKED_MARK
from worker.templates.template_set import KnownTemplate
from worker.templates.template_trust import LEAST_READINGS, TRIAL_PAGES

_BETWEEN = ">"
MOST_DESCRIBED = 40
"""Paths of a template that are described, those with most text first: the rest has hardly any."""


@dataclass(frozen=True, slots=True)
class DescribedPath:
    """A path as a selector; digits in its class words stand as 0."""

    selector: str
    is_linked: bool
    """Its blocks are nothing but links."""
    text: int
    """Blocks that were text."""
    left: int
    """Blocks that were left out."""
    rules: Mapping[str, int]
    """Blocks of `text` that cleaning took out, by its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedTemplate:
    """A template of a source and host."""

    source: str
    host: str
    state: str
    standing: str
    """What the state waits for, in words."""
    pages: int
    """Pages that it was learned from."""
    words: tuple[int, int]
    """Words of the shortest and the longest text among those."""
    container: str
    paths: tuple[DescribedPath, ...]
    marks: Mapping[str, str]
    suspensions: int
    setbacks: tuple[str, ...]
    """Why it was suspended, the latest first."""


def describe_template(source: str, host: str, known: KnownTemplate) -> DescribedTemplate:
    """Describe a template and how far it is trusted."""
    template, trust = known.template, known.trust
    often = sorted(template.paths.items(), key=lambda item: (-sum(item[1].text), -sum(item[1].left), item[0]))
    return DescribedTemplate(
        source=source,
        host=host,
        state=trust.state,
        standing=_describe_standing(known),
        pages=template.pages,
        words=(template.least_words, template.most_words),
        container=write_selector(template.container),
        paths=tuple(
            DescribedPath(
                selector=write_selector(path),
                is_linked=path.endswith(LINKED_MARK),
                text=sum(counts.text),
                left=sum(counts.left),
                rules=counts.rules,
            )
            for path, counts in often[:MOST_DESCRIBED]
        ),
        marks={name: write_selector(path) for name, path in template.marks.items()},
        suspensions=trust.suspensions,
        setbacks=trust.setbacks,
    )


def write_selector(path: str) -> str:
    """Write a path as a selector, without the steps of the page itself."""
    steps = path.removesuffix(LINKED_MARK).split(_BETWEEN)
    outer = ["…" if step.startswith("#") else step for step in steps if step not in ("html", "body")]
    return f" {_BETWEEN} ".join(outer) or "body"


def _describe_standing(known: KnownTemplate) -> str:
    trust = known.trust
    if trust.state == "learning":
        return f"{trust.readings} of {LEAST_READINGS} readings"
    if trust.state == "trusted":
        return f"next audit in {trust.until_audit}, every {trust.audit_gap}"
    return f"{trust.alike} of {TRIAL_PAGES} alike in a row"
