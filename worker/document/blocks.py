"""Describes blocks: the lines of text of a page, each with its place in the markup.

A block is what a reader sees as one line or paragraph: text between two block-level boundaries or line
breaks. `worker.document.block_walker` lists all of them in document order, article or not; which of them are
the article is decided elsewhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile
from typing import Literal

from lxml.html import HtmlElement

from feedmill._unicode_normalization import normalize_unicode

Kind = Literal["paragraph", "heading", "item", "quote", "cell", "code"]

ITEM_TAGS = frozenset(("li", "dd", "dt"))
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(_HEADINGS, "heading"),
    **dict.fromkeys(ITEM_TAGS, "item"),
    "blockquote": "quote",
    "pre": "code",
}
_CELLS = frozenset(("td", "th"))
_PICTURES = ("img", "picture", "video", "audio", "iframe")
_OUTER = frozenset(("body", "article", "main"))
_NO_TAGS: frozenset[str] = frozenset()
NEAR_FRAMES = 4
"""Elements outward, the block's own included, whose names describe it; further out they describe the page."""
MIN_PAGE_PARAGRAPHS = 3
"""Paragraphs from which a cell holds a page."""
_MIN_PAGE_BREAKS = 10
"""Line breaks from which a cell without paragraphs holds a page."""
MAX_NAMES_CHARS = 4000
"""Characters of an element's class and id that are read: bounds the cost of endless ones."""
_NO_WORD = re.compile(r"[^a-z0-9]+")
# Soft hyphens, zero-width spaces and bidirectional embeddings and overrides; ZWNJ and ZWJ are letters' business.  # noqa: E501
_UNSEEN = re.compile("[\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+")


def _holds_a_page(cell: HtmlElement) -> bool:
    if sum(1 for _ in islice(cell.iter("p"), MIN_PAGE_PARAGRAPHS)) == MIN_PAGE_PARAGRAPHS:
        return True
    return sum(1 for _ in islice(cell.iter("br"), _MIN_PAGE_BREAKS)) == _MIN_PAGE_BREAKS


def _shows_picture(element: HtmlElement) -> bool:
    if any(part.tag in _PICTURES or "lazy" in (part.get("class") or "") for part in element.iter()):
        return True
    before = element.getprevious()
    return (
        before is not None
        and next(before.iter(*_PICTURES), None) is not None
        and not "".join(before.itertext()).strip()
    )


class ElementFrame:
    """A block-level element on the path from the page's root down to a block."""

    __slots__ = (
        *(
            "_item",
            "_near",
            "_pictured",
            "_words",
            "element",
            "kind",
            "layout",
            "level",
            "number",
            "parent",
            "path",
            "tag",
            "has_marker",
        ),
    )

    def __init__(self, element: HtmlElement, parent: "ElementFrame | None", number: int) -> None:
        self.element = element
        self.tag: str = (tag := element.tag)
        self.parent = parent
        self.number = number
        self.has_marker = False
        """Whether a block within has been listed."""
        self.path: frozenset[str] = _NO_TAGS
        """The tags of this frame and those around it."""
        self.level: int = _HEADINGS.get(tag, 0)
        """Of the heading that it is or stands in, else 0."""
        self.layout = tag in _CELLS and _holds_a_page(element)
        """Whether it is a cell that lays out a page: paragraphs stand in it, not data."""
        kind = _KINDS.get(tag) if tag not in _CELLS else "paragraph" if self.layout else "cell"
        self._item: ElementFrame | None = None
        if parent is not None:
            self._item = parent.item()
            self.path = parent.path
            self.level = self.level or parent.level
            kind = kind or parent.kind
        if tag not in self.path:
            self.path |= {tag}
        self.kind: Kind = kind or "paragraph"
        """Of the blocks in it."""
        self._words: str | None = None
        self._near: str | None = None
        self._pictured: bool | None = None

    @property
    def words(self) -> str:
        """The class and id words of the element, as `read_class_words` gives them; few frames are asked."""
        if self._words is None:
            self._words = read_class_words(self.element)
        return self._words

    def item(self) -> "ElementFrame | None":
        """Return the innermost list item among this frame and those around it."""
        return self if self.tag in ITEM_TAGS else self._item

    def near(self) -> str:
        """Return the class and id words of this frame and three around it, within the article."""
        if self._near is None:
            frames = takewhile(lambda frame: frame.tag not in _OUTER, islice(self.up(), NEAR_FRAMES))
            self._near = "".join(frame.words for frame in frames)
        return self._near

    def is_pictured(self) -> bool:
        """Return whether a picture stands in this element or alone right before it; searched for once."""
        if self._pictured is None:
            self._pictured = _shows_picture(self.element)
        return self._pictured

    def up(self) -> Iterator["ElementFrame"]:
        """Yield this frame and those around it, innermost first."""
        frame: ElementFrame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def within(self, *tags: str) -> bool:
        """Return whether this frame or one around it has one of the tags."""
        return not self.path.isdisjoint(tags)


@dataclass(slots=True, eq=False)
class Block:
    """One line of text with the marks of its markup.

    `key` is the text without white space, for comparisons. `linked` and `strong` are shares (0 to 1) of its
    characters within links and bold. `pieces` are the texts between borders of inline elements. `run`
    numbers the element it stands in: lines of one `<p>` broken by `<br>` share it.
    """

    text: str
    frame: ElementFrame | None
    run: int
    index: int
    linked: float = 0.0
    strong: float = 0.0
    words: str = ""
    pieces: tuple[str, ...] = ()
    hrefs: tuple[str, ...] = ()
    key: str = field(default="")
    is_landmark: bool = False
    """A line that the extractor left out, shown to the steps as a landmark; it is never in the text."""
    marker: str = ""
    """What a list prints before its item: "-" or "3."; empty for the item's further lines."""

    @property
    def kind(self) -> Kind:
        """What the block is in the article's structure."""
        return self.frame.kind if self.frame else "paragraph"

    @property
    def level(self) -> int:
        """The heading's level, 0 for other blocks."""
        return self.frame.level if self.frame else 0

    def has_class_word(self, *words: str) -> bool:
        """Return whether the class or id words of the block or of a frame up to four steps out hold one of these."""  # noqa: E501
        near = self.words + (self.frame.near() if self.frame else "")
        return any(f" {word} " in near for word in words)


def normalize_line(text: str) -> str:
    """Fold white space, compose to NFC, drop what has no width, controls and direction overrides."""
    return _drop_unseen(" ".join(text.split()))


def normalize_code(text: str) -> str:
    """Compose to NFC and drop what has no width, line by line: line ends and indentation stay."""
    lines = (
        normalize_unicode("NFC", _UNSEEN.sub("", line)).rstrip()
        for line in text.replace("\xa0", " ").split("\n")
    )
    return "\n".join(lines).strip("\n")


def drop_line_spaces(line: str) -> str:
    """Drop all white space of a line that `normalize_line` gave, as `drop_white_space` does."""
    return line.replace(" ", "") if line.isascii() else drop_white_space(line)


def drop_white_space(text: str) -> str:
    """Drop all white space and unseen characters: what two renderings of one text have in common."""
    return _drop_unseen("".join(text.split()))


def _drop_unseen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return normalize_unicode("NFC", _UNSEEN.sub("", text)).strip()


def read_class_words(element: HtmlElement) -> str:
    """Return the words of class and id, lower-case, each with a space on either side: " entry content "."""
    names, name = element.get("class"), element.get("id")
    return _words(f"{names or ''} {name or ''}"[:MAX_NAMES_CHARS]) if names or name else ""


@lru_cache(maxsize=4096)
def _words(names: str) -> str:
    return f" {' '.join(_NO_WORD.split(names.lower()))} "


@lru_cache(maxsize=4096)
def drop_numbered_words(words: str) -> str:
    """Leave the words out that hold a digit."""
    return " ".join(word for word in words.split() if not any(char.isdigit() for char in word))
