"""Takes links for the reader's use out of headings: to the heading itself, to edit its section."""

import re

from lxml.html import HtmlElement

from worker.document.inline_context import empty_element
from worker.document.tag_sets import HEADING_TAGS

_LINK_CLASS = re.compile(
    r"(?:^|[\s_-])(?:anchor(?:js)?(?:-?link)?|header-?link|heading-?(?:link|anchor)|perma-?link|hash-?link|direct-?link)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_EDIT_CLASS = re.compile(r"(?:^|[\s_-])edit-?section(?:$|[\s_-])|(?:^|\s)mw-editsection", re.IGNORECASE)
_LETTER = re.compile(r"\w")


def drop_heading_marks(tree: HtmlElement) -> None:
    """Empty the links in headings that lead to the heading itself, and what is named as a link to edit.

    A link to itself has an address within the page and no letter ("#", "¶"), or a class that calls it an
    anchor and words beside it. A heading that is such a link as a whole keeps its words.
    """
    for heading in tree.iter(*HEADING_TAGS):
        if not len(heading):
            continue
        for element in list(heading.iter("a", "span")):
            names = element.get("class") or ""
            if element.tag == "span":
                is_mark = _EDIT_CLASS.search(names) is not None
            else:
                is_mark = _is_link_to_itself(element, names, heading)
            if is_mark:
                empty_element(element)


def _is_link_to_itself(link: HtmlElement, names: str, heading: HtmlElement) -> bool:
    if "#" not in (link.get("href") or ""):
        return False
    text = "".join(link.itertext())
    if not _LETTER.search(text):
        return True
    if not _LINK_CLASS.search(names):
        return False
    words, whole = "".join(text.split()), "".join("".join(heading.itertext()).split())
    return bool(_LETTER.search(whole.replace(words, "", 1)))
