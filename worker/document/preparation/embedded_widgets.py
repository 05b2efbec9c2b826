"""Drops the words of widgets: of players, of polls, and of posts that a script would embed.

A player of sound or film shows a position that begins at nought, and beside it nothing but its label and
length; a poll has a name and something to choose; a post to embed is, without its script, a link in a
quotation.
"""

import re
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from worker.document.block_tests import NOTHING_BUT_LINKS
from worker.document.tag_sets import MOST_CHECKED, MOST_NAME_CHARS, NEAR_LEVELS

_POSITIONS = XPath("descendant::text()[contains(., '0:00')][string-length(normalize-space()) < 24]/parent::*")
_POSITION = re.compile(
    r"\W*0?0:00(?::00)?(?:\s*[/|–—-]\s*-?\d{1,2}(?::\d\d){1,2})?"  # noqa: RUF001
    r"(?:\s+\d(?:\.\d+)?\s?[x×])?\W*"  # noqa: RUF001
)
_BARE_TEXTS = XPath("descendant::text()[not(ancestor::button)]", smart_strings=False)
_CLOCKS = XPath("descendant::text()[contains(., ':')][string-length(normalize-space()) < 9]")
_CLOCK = re.compile(r"\W*\d{1,2}(?::\d\d){1,2}\W*")
_MOST_CLOCKS = 6
"""Clocks alone in their element up to which they are of players; more are a transcript or a timetable."""
_MAX_WORDS_CHARS = 90
"""Characters of all that a player says: its label, its position and length."""
_OUTER_LINKS = XPath("descendant::a[not(ancestor::a)]")
_OUTER = frozenset(("body", "main", "article", "html"))
_OF_TEXT = frozenset(("li", "td", "th", "tr", "table", "dd", "dt", "dl", "ul", "ol", "pre", "blockquote"))
_KEPT = ("h1", "h2", "h3", "p", "blockquote", "figure", "table", "ul", "ol")
_SENTENCE = re.compile(r"[.!?。！？।]\s*$")  # noqa: RUF001
_CHOICES = XPath("descendant::input[@type='radio']")
_POLL = re.compile(
    r"(?:^|[\s_-])(?:polls?|surveys?|votes?|voting|umfragen?|abstimmung|encuestas?|enquetes?|sondages?"
    r"|sondaggio|opros|anket)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_POLL_CHARS = 600
"""Characters of the longest poll; a longer element holds text of the article."""
_EMBEDDED = XPath(
    "descendant::blockquote[contains(@class, 'instagram-') or contains(@class, 'tiktok-')"
    " or contains(@class, 'twitter-') or contains(@class, 'fb-') or contains(@class, 'bluesky-')"
    " or contains(@class, 'text-post-media') or contains(@class, 'reddit-embed')]"
)


def drop_widgets(tree: HtmlElement) -> None:
    """Take out players with their labels, polls, and posts to embed that say nothing themselves; in place."""
    for field in islice(_CHOICES(tree), MOST_CHECKED):
        poll = next((each for each in islice(field.iterancestors(), NEAR_LEVELS) if _is_poll(each)), None)
        if poll is not None and poll.getparent() is not None:
            poll.drop_tree()
    positions = [each for each in islice(_POSITIONS(tree), MOST_CHECKED) if _is_position(each)]
    if positions and sum(1 for text in _CLOCKS(tree) if _CLOCK.fullmatch(text)) <= _MOST_CLOCKS:
        for element in positions:
            player = _find_player(element)
            if player is not None:
                player.drop_tree()
    outer: HtmlElement | None = None
    for quotation in islice(_EMBEDDED(tree), MOST_CHECKED):
        if outer is not None and outer in quotation.iterancestors("blockquote"):
            continue  # a post within a post has been read with it
        outer = quotation
        if _says_nothing(quotation) and quotation.getparent() is not None:
            quotation.drop_tree()


def _is_poll(element: HtmlElement) -> bool:
    """Return whether an element is named a poll and says no more than a question and its answers."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:MOST_NAME_CHARS]
    if element.tag in _OUTER or not _POLL.search(names):
        return False
    return not _says_more(element, _MAX_POLL_CHARS) and next(element.iter("h1"), None) is None


def _is_position(element: HtmlElement) -> bool:
    return element.tag != "time" and _POSITION.fullmatch(_read(element)) is not None


def _find_player(position: HtmlElement) -> HtmlElement | None:
    """Find the outermost element round a position that says no more than a player does."""
    found = None
    element: HtmlElement | None = position
    for _ in range(NEAR_LEVELS):
        if element is None or element.tag in _OUTER or element.getparent() is None:
            break
        if element.tag in _OF_TEXT or (element.tag == "p" and not _POSITION.fullmatch(_read_bare(element))):
            return None  # an item, or a line of the text that begins with a clock
        if _says_more(element, _MAX_WORDS_CHARS) or _holds_text(element, position):
            break
        found = element
        element = element.getparent()
    return found


def _holds_text(element: HtmlElement, position: HtmlElement) -> bool:
    """Return whether an element holds a headline, a picture or a sentence beside a position."""
    return any(
        part.tag not in ("p", "h2", "h3") or _SENTENCE.search(_read(part)) is not None
        for part in element.iter(*_KEPT)
        if part is not position
    )


def _says_nothing(quotation: HtmlElement) -> bool:
    """Return whether all words of a quotation are links."""
    linked = sum(_count_letters(link) for link in _OUTER_LINKS(quotation))
    return linked >= _count_letters(quotation) * NOTHING_BUT_LINKS


def _count_letters(element: HtmlElement) -> int:
    return len("".join("".join(element.itertext()).split()))


def _says_more(element: HtmlElement, chars: int) -> bool:
    """Return whether an element's words are more than so many characters; reads no further than these."""
    said: list[str] = []
    length = 0
    for text in element.itertext():
        said.append(text)
        length += len("".join(text.split()))
        if length > chars:
            return True
    return len(" ".join("".join(said).split())) > chars


def _read_bare(element: HtmlElement) -> str:
    """Read an element's words without those of its buttons."""
    words = _BARE_TEXTS(element)
    return " ".join(" ".join(words).split())


def _read(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
