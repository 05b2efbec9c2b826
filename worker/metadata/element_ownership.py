"""Distinguishes what on a page is the article's own from comments, teasers and embedded posts."""

import re
from functools import lru_cache
from itertools import chain, islice

from lxml.html import HtmlElement

from worker.document.block_tests import DENSE_TIMES, LONG, is_as_long
from worker.document.tag_sets import MOST_CHECKED, MOST_NAME_CHARS

_MAX_ANCESTORS = 12
"""Elements around one that are checked: the parts of a page are nested less deeply than its layout."""
_OTHER_TAGS = frozenset(("aside", "blockquote", "nav", "figure", "table", "dialog", "template"))
_OTHER_NAMES = re.compile(
    r"(?:^|[\s_-])(?:comments?|kommentare?|commentaires?|comentarios?|replies|reply|discussion|teasers?|cards?"
    r"|related|recommend\w*|recommended|trending|popular|latest|more|also|read-?more|read-?next|next-?up|sidebar|widgets?"
    r"|tweets?|twitter|embed(?:s|ded)?|instagram|events?|vevent|calendar|agenda|upcoming|promo|newsletter|footer)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_OTHER_TYPES = re.compile(r"/(?:Comment|UserComments|Event|SocialMediaPosting|ItemList|WPSideBar)$|Event$")
_PAGE_TAGS = frozenset(("body", "html", "main"))
_SENTENCES = frozenset(("p", "li", "dd"))
_OWN_FOOT = frozenset(("header", "footer"))
_DATED = re.compile(r"(?:^|[\s_-])(?:meta|byline|dates?|info|published)(?:$|[\s_-])", re.IGNORECASE)


def is_running_text(element: HtmlElement) -> bool:
    """Return whether an element holds a paragraph of running text itself, not only in blocks within it."""
    raw = "".join(_own_texts(element))
    return len(raw) * DENSE_TIMES >= LONG and is_as_long(" ".join(raw.split()), LONG)


def _own_texts(element: HtmlElement) -> list[str]:
    if element.tag == "p":
        return list(islice(element.itertext(), 50))
    return [element.text or "", *(child.tail or "" for child in islice(element, 50))]


def belongs_to_other(element: HtmlElement) -> bool:
    """Return whether an element stands in something else than the article: a comment, a teaser, a sentence.

    By the tags, names and item types of what it stands in, up to the element that holds the page's headline.
    A footer counts as the article's own where it stands in an `<article>` with a headline.
    """
    headed = _list_headline_containers(element.getroottree().getroot())
    for around in islice(chain((element,), element.iterancestors()), _MAX_ANCESTORS):
        tag = around.tag
        if around is not element and tag in _SENTENCES and is_running_text(around):
            return True
        if tag in _PAGE_TAGS or (around is not element and around in headed):
            return False
        names = f"{around.get('class') or ''} {around.get('id') or ''}"[:MOST_NAME_CHARS]
        beside = tag in _OTHER_TAGS and not (tag == "aside" and _DATED.search(names))
        if beside or (tag == "footer" and not _is_own_foot(around)):
            return True
        if _name_other(names) or _OTHER_TYPES.search(around.get("itemtype") or ""):
            return tag not in _OWN_FOOT or not _is_own_foot(around)
    return False


@lru_cache(maxsize=2048)
def _name_other(names: str) -> bool:
    return _OTHER_NAMES.search(names) is not None


def stands_in_own_foot(element: HtmlElement) -> bool:
    """Return whether an element stands in the header or footer of the article itself."""
    around = next(
        (each for each in islice(element.iterancestors(), _MAX_ANCESTORS) if each.tag in _OWN_FOOT), None
    )
    return around is not None and _is_own_foot(around)


def stands_above_own_text(element: HtmlElement, most_paragraphs: int) -> bool:
    """Return whether an element stands in the page's own `<article>` below at most so many paragraphs of it.

    The own one is the first, or one that holds an `h1`.
    """
    home = next((each for each in islice(element.iterancestors("article"), 1)), None)
    if home is None:
        return False
    if not _holds_headline(home) and next(element.getroottree().iter("article"), None) is not home:
        return False
    paragraphs = 0
    for each in islice(home.iter(), MOST_CHECKED):
        if each is element:
            return True
        if isinstance(each.tag, str):
            paragraphs += is_running_text(each)
        if paragraphs > most_paragraphs:
            return False
    return False


def _is_own_foot(foot: HtmlElement) -> bool:
    parent = foot.getparent()
    return parent is not None and parent.tag == "article" and _holds_headline(parent)


def _holds_headline(element: HtmlElement) -> bool:
    return element in _list_headline_containers(element.getroottree().getroot())


@lru_cache(maxsize=1)
def _list_headline_containers(root: HtmlElement) -> frozenset[HtmlElement]:
    """List a page's headlines and all that they stand in; kept for one page: many elements are asked."""
    headlines = list(islice(root.iter("h1"), MOST_CHECKED))
    return frozenset(each for headline in headlines for each in (headline, *headline.iterancestors()))
