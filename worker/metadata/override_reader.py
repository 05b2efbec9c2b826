"""Reads from a page what the operator's selectors name: text, title, authors, publication, next page."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._operator_rules.override_selectors import parse_selectors
from feedmill._operator_rules.page_overrides import KEYS, PageOverrides
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block, normalize_line
from worker.document.element_selection import SelectionTimeoutError, select_elements
from worker.document.html_parsing import parse_html
from worker.document.normalization.formulas import show_formula_sources
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.page_trimming import trim
from worker.document.preparation.page_preparation import prepare_page
from worker.metadata.date_parser import parse_printed_day, parse_written_time
from worker.metadata.metadata_reader import Metadata
from worker.metadata.page_declarations import resolve_http_url
from worker.metadata.person_names import parse_person_names

_MAX_TITLE_CHARS = 1000
"""Characters of a title that a selector names; a selector may name far more than a headline."""
_MAX_AUTHORS = 20
"""Authors that selectors name, for the same reason."""
_MAX_AUTHOR_CHARS = 200
"""Characters of one author or time, for the same reason."""
_SHOWS_NO_TEXT = ("script", "style", "svg", "template", "link", "meta", "iframe", "noscript")


@dataclass(slots=True)
class OverrideRun:
    """The operator's selectors for a page, and what became of them: it is filled while the page is read."""

    rules: PageOverrides
    switched_off: set[str] = field(default_factory=set)
    """Selectors that took too long in this process: they are not tried again."""
    missing: dict[str, str] = field(default_factory=dict)
    """Keys of which nothing was found, with their selectors."""
    slow: dict[str, str] = field(default_factory=dict)
    """Keys of which a selector took too long, with that selector."""
    next_page: str | None = None
    """The address of the page on which the article goes on, by the selector of `next`."""


@dataclass(frozen=True, slots=True)
class OverriddenParts:
    """What the selectors gave; what is None is as without them."""

    blocks: tuple[Block, ...] | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    trimmed: bool = False
    names_next: bool = False
    """The operator names the next page: what else looks like one is none."""
    next_page: str | None = None

    def list_changes(self, metadata: Metadata, *, trimmed: bool) -> dict[str, Any]:
        """Return the fields of a page's draft that are other than what was found without selectors."""
        given = replace(
            metadata,
            title=self.title or metadata.title,
            authors=self.authors or metadata.authors,
            published_at=self.published_at or metadata.published_at,
        )
        if self.names_next:
            given = replace(given, next_page=self.next_page, more_pages=self.next_page is not None)
        text = {"blocks": self.blocks, "above": (), "below": ()} if self.blocks else {}
        return {"metadata": given, "trimmed": trimmed or self.trimmed, **text}


def read_overridden_parts(tree: HtmlElement, run: OverrideRun, url: str) -> OverriddenParts:
    """Read what the selectors name, and take from the tree what they drop; a page too large is trimmed."""
    trimmed = trim(tree)
    if run.rules.next:
        run.next_page = select_next_page(tree, url, run)
    found = {key: _select(tree, run, key) for key in KEYS if key != "next" and getattr(run.rules, key)}
    lang: str | None = tree.getroottree().getroot().get("lang")
    title = next((text for one in found.get("title", ()) if (text := _read_text(one))), None)
    authors = _read_authors(found.get("authors", ()))
    published = next((day for one in found.get("published", ()) if (day := _read_time(one, lang))), None)
    dropped = set(found.get("drop", ()))
    for element in dropped:
        if element.getparent() is not None:
            element.drop_tree()
    blocks = _read_blocks([one for one in found.get("text", ()) if not _is_within(one, dropped)])
    given = {"text": blocks, "drop": dropped, "title": title, "authors": authors, "published": published}
    for key in found:
        if not given[key] and key not in run.slow:
            run.missing[key] = ", ".join(getattr(run.rules, key))
    return OverriddenParts(
        blocks=blocks or None,
        title=title and title[:_MAX_TITLE_CHARS],
        authors=authors,
        published_at=published,
        trimmed=trimmed,
        names_next=bool(run.rules.next),
        next_page=run.next_page,
    )


def select_next_page(tree: HtmlElement, url: str, run: OverrideRun) -> str | None:
    """Return where the first link that `next` names leads: http(s), the same site, not the page itself.

    Most articles have one page: that nothing is found is no trouble.
    """
    for element in _select(tree, run, "next"):
        link = element if element.get("href") else next(element.iter("a"), None)
        address = resolve_http_url(link.get("href") or "", url) if link is not None else None
        if address and find_site(address) == find_site(url) and urldefrag(address).url != urldefrag(url).url:
            return urldefrag(address).url
    return None


def _select(tree: HtmlElement, run: OverrideRun, key: str) -> list[HtmlElement]:
    """Return the elements of a key, in document order; a selector that takes too long is switched off."""
    found: dict[HtmlElement, None] = {}
    for text in getattr(run.rules, key):
        if text in run.switched_off:
            run.slow[key] = text
            continue
        try:
            found.update(dict.fromkeys(select_elements(tree, parse_selectors(text))))
        except SelectionTimeoutError:
            run.switched_off.add(text)
            run.slow[key] = text
    if len(getattr(run.rules, key)) == 1:
        return list(found)
    return [element for element in tree.iter("*") if element in found]


def _is_within(element: HtmlElement, others: set[HtmlElement]) -> bool:
    return element in others or any(outer in others for outer in element.iterancestors())


def _read_blocks(elements: Sequence[HtmlElement]) -> tuple[Block, ...]:
    """List the blocks of elements as those of a page of their own; one within another is there once."""
    taken = set(elements)
    page = parse_html("<html><body><article></article></body></html>")
    if page is None or not elements:
        return ()
    home = page.find(".//article")
    for element in elements:
        if not any(outer in taken for outer in element.iterancestors()):
            copy = deepcopy(element)
            copy.tail = None
            home.append(copy)
    prepare_page(page)
    show_formula_sources(page)
    strip_elements(page, *_SHOWS_NO_TEXT, with_tail=False)
    normalize_tree(page)
    return tuple(block for block in list_page_blocks(page) if block.text)


def _read_text(element: HtmlElement) -> str:
    return normalize_line(element.get("content") or element.text_content())


def _read_authors(elements: Sequence[HtmlElement]) -> tuple[str, ...]:
    """Name the authors; a text of which nothing reads as a person's name is taken as it stands."""
    names: dict[str, None] = {}
    for element in elements[:_MAX_AUTHORS]:
        text = _read_text(element)[:_MAX_AUTHOR_CHARS]
        people = list(parse_person_names(text)) or ([text] if text else [])
        names.update(dict.fromkeys(people))
    return tuple(names)[:_MAX_AUTHORS]


def _read_time(element: HtmlElement, lang: str | None) -> datetime | None:
    for value in (element.get("datetime"), element.get("content"), element.text_content()):
        text = normalize_line(value or "")[:_MAX_AUTHOR_CHARS]
        written = parse_written_time(text)
        if moment := written.moment if written else parse_printed_day(text, lang):
            return moment
    return None
