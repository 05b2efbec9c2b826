"""Extracts the main text of a parsed page, as its body tree: the one importer of trafilatura.

Its expressions that only ask for values of attributes are replaced by what selects the same in less time.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Literal

from lxml.html import HtmlElement
from trafilatura import bare_extraction, xpaths
from trafilatura.settings import Document

from worker.document.attribute_selectors import build_selector, build_union_selector, keep_tested_values

ExtractionMode = Literal["usual", "fast", "recall"]
"""`usual` compares two algorithms' findings, `fast` takes the first one's, `recall` is the most generous."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "summary")
_MAX_HEADINGS = 1000
"""Headings shown as such: the extractor counts all that it found each time it drops one from the end."""


def extract_body(
    tree: HtmlElement, mode: ExtractionMode = "usual", *, compare: bool = True
) -> HtmlElement | None:
    """Return trafilatura's body (`p`, `head`, `list`, `quote`, `table`…), or None when it finds no text.

    The tree stays as it was. Comments are left out, and `deduplicate` is never set: it depends on the
    process's past and empties some pages. Without `compare` no second algorithm is asked, whatever the way:
    justext, which is one, compares each paragraph with those around it as far as they are short.
    """
    with _bounded_headings(tree), keep_tested_values(tree):
        found = bare_extraction(
            tree,
            include_comments=False,
            fast=mode == "fast" or not compare,
            favor_recall=mode == "recall",
            output_format="txt",  # of the body alone: "python" would write it out as text too
        )
    return found.body if isinstance(found, Document) else None


@contextmanager
def _bounded_headings(tree: HtmlElement) -> Iterator[None]:
    """Show the headings beyond _MAX_HEADINGS as paragraphs for as long as the context lasts."""
    beyond = [(element, element.tag) for element in islice(tree.iter(*_HEADINGS), _MAX_HEADINGS, None)]
    for element, _ in beyond:
        element.tag = "p"
    try:
        yield
    finally:
        for element, tag in beyond:
            element.tag = tag


def _replace_expressions() -> None:
    """Replace the expressions that trafilatura selects by, wherever it takes them from."""
    for expressions in (
        xpaths.BODY_XPATH,
        xpaths.DISCARD_IMAGE_ELEMENTS,
        xpaths.OVERALL_DISCARD_XPATH,
        xpaths.RAW_TREE_PRUNE_XPATH,
        xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH,
        xpaths.TEASER_DISCARD_XPATH,
    ):
        expressions[:] = map(build_selector, expressions)
    baseline = vars(sys.modules["trafilatura.baseline"])  # the package gives a function this name
    baseline["BASIC_CLEAN_XPATH"] = build_union_selector(baseline["BASIC_CLEAN_XPATH"])


_replace_expressions()
