"""The one door to trafilatura: the main text of a parsed page, as its body tree."""

from typing import Literal

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

Way = Literal["usual", "fast", "recall"]
"""`usual` compares two algorithms' findings, `fast` takes the first one's, `recall` is the most generous."""


def extract_body(tree: HtmlElement, way: Way = "usual") -> HtmlElement | None:
    """Return trafilatura's body (`p`, `head`, `list`, `quote`, `table`…), or None when it finds no text.

    The tree stays as it was. Comments are left out, and `deduplicate` is never set: it depends on the
    process's past and empties some pages.
    """
    found = bare_extraction(
        tree,
        include_comments=False,
        fast=way == "fast",
        favor_recall=way == "recall",
        output_format="txt",  # of the body alone: "python" would write it out as text too
    )
    return found.body if isinstance(found, Document) else None
