"""Blocks: the lines of text of a page, each knowing where in the markup it stands.

A block is what a reader sees as one line or paragraph: text between two block-level boundaries or line
breaks. `worker.walk` lists all of them in document order, article or not; which of them are the article is
for others to say.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal

from lxml.html import HtmlElement

Kind = Literal["paragraph", "heading", "item", "quote", "cell", "code"]

ITEM_TAGS = frozenset(("li", "dd", "dt"))
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_PAGE = 3
"""Paragraphs from which a cell holds a page."""
_NO_WORD = re.compile(r"[^a-z0-9]+")
# Soft hyphens, zero-width spaces and bidirectional embeddings and overrides; ZWNJ and ZWJ are letters' business.  # noqa: E501
_UNSEEN = dict.fromkeys(
    [
        0xAD,
        0x200B,
        0x2060,
        0xFEFF,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0x7F, 0xA0),
    ]
)


def _holds_a_page(cell: HtmlElement) -> bool:
    return sum(1 for _ in islice(cell.iter("p"), _PAGE)) == _PAGE


class Frame:
    """A block-level element on the path from the page's root down to a block."""

    __slots__ = ("element", "layout", "number", "parent", "tag", "told", "words")

    def __init__(self, element: HtmlElement, parent: "Frame | None", number: int) -> None:
        self.element = element
        self.tag: str = element.tag
        self.words = class_words(element)
        self.parent = parent
        self.number = number
        self.told = False
        """Whether a block within has been listed."""
        self.layout = self.tag in _CELLS and _holds_a_page(element)
        """Whether it is a cell that lays out a page: paragraphs stand in it, not data."""

    def up(self) -> Iterator["Frame"]:
        """Yield this frame and those around it, innermost first."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.parent

    def within(self, *tags: str) -> bool:
        """Tell whether this frame or one around it has one of the tags."""
        return any(frame.tag in tags for frame in self.up())


@dataclass(slots=True, eq=False)
class Block:
    """One line of text with what its markup says about it.

    `key` is the text without white space, for comparisons. `linked` and `strong` are shares (0 to 1) of its
    characters within links and bold. `pieces` are the texts between borders of inline elements. `run`
    numbers the element it stands in: lines of one `<p>` broken by `<br>` share it.
    """

    text: str
    frame: Frame | None
    run: int
    index: int
    linked: float = 0.0
    strong: float = 0.0
    words: str = ""
    pieces: tuple[str, ...] = ()
    hrefs: tuple[str, ...] = ()
    key: str = field(default="")
    ghost: bool = False
    """A line that the extractor left out, shown to the steps as a landmark; it is never in the text."""
    marker: str = ""
    """What a list prints before its item: "-" or "3."; empty for the item's further lines."""

    @property
    def kind(self) -> Kind:
        """What the block is in the article's structure."""
        for frame in self.frame.up() if self.frame else ():
            if frame.tag in _HEADINGS:
                return "heading"
            if frame.tag in ITEM_TAGS:
                return "item"
            if frame.tag == "blockquote":
                return "quote"
            if frame.tag in _CELLS:
                return "paragraph" if frame.layout else "cell"
            if frame.tag == "pre":
                return "code"
        return "paragraph"

    @property
    def level(self) -> int:
        """The heading's level, 0 for other blocks."""
        return next(
            (_HEADINGS[f.tag] for f in (self.frame.up() if self.frame else ()) if f.tag in _HEADINGS), 0
        )

    def said_by(self, *words: str) -> bool:
        """Tell whether the class or id words of the block or of a frame up to four steps out hold one of these."""  # noqa: E501
        near = [self.words]
        for step, frame in enumerate(self.frame.up() if self.frame else ()):
            if step > 3 or frame.tag in ("body", "article", "main"):  # noqa: PLR2004
                break
            near.append(frame.words)
        return any(f" {word} " in line for line in near for word in words)


def plain(text: str) -> str:
    """Fold white space, compose to NFC, drop what has no width, controls and direction overrides."""
    return _seen(" ".join(text.split()))


def squeeze(text: str) -> str:
    """Drop all white space and unseen characters: what two renderings of one text have in common."""
    return _seen("".join(text.split()))


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text.translate(_UNSEEN)).strip()


def class_words(element: HtmlElement) -> str:
    """Return the words of class and id, lower-case, each with a space on either side: " entry content "."""
    names, name = element.get("class"), element.get("id")
    return _words(f"{names or ''} {name or ''}") if names or name else ""


@lru_cache(maxsize=4096)
def _words(names: str) -> str:
    return f" {' '.join(_NO_WORD.split(names.lower()))} "
