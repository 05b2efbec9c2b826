"""Blocks: the lines of text of a page, each knowing where in the markup it stands.

A block is what a reader sees as one line or paragraph: text between two block-level boundaries or line
breaks. `page_blocks` lists all of them in document order, article or not; which of them are the article is
for others to say.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

Kind = Literal["paragraph", "heading", "item", "quote", "cell", "code"]

_BLOCK_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SKIPPED_TAGS = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "audio",
        "video",
        "canvas",
        "select",
        "option",
        "datalist",
        "textarea",
        "input",
        "head",
        "map",
        "area",
    ]
)
_ITEM_TAGS = frozenset(("li", "dd", "dt"))
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_EMPHASIS = frozenset(("b", "strong"))
_NO_WORD = re.compile(r"[^a-z0-9]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table)", re.IGNORECASE)
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


class Frame:
    """A block-level element on the path from the page's root down to a block."""

    __slots__ = ("element", "number", "parent", "tag", "told", "words")

    def __init__(self, element: HtmlElement, parent: "Frame | None", number: int) -> None:
        self.element = element
        self.tag: str = element.tag
        self.words = class_words(element)
        self.parent = parent
        self.number = number
        self.told = False
        """Whether a block within has been listed."""

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
            if frame.tag in _ITEM_TAGS:
                return "item"
            if frame.tag == "blockquote":
                return "quote"
            if frame.tag in ("td", "th"):
                return "cell"
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


def page_blocks(root: HtmlElement) -> list[Block]:
    """List all blocks of a parsed page in document order."""
    return _Walk().over(root)


class _Walk:
    """One pass over a tree; holds the line that is being collected."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.frame: Frame | None = None
        self.frames = 0
        self.run = 0
        self.links = 0
        self.bolds = 0
        self.inline: list[str] = []
        self._fresh()

    def _fresh(self) -> None:
        self.parts: list[str] = []
        self.seen = 0
        self.linked = 0
        self.strong = 0
        self.hrefs: list[str] = []
        self.words: dict[str, int] = {}

    def over(self, root: HtmlElement) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: list[HtmlElement] = []
        for event, element in walk:
            if event == "start":
                if element.tag in _SKIPPED_TAGS or self._is_hidden(element):
                    walk.skip_subtree()
                    skipped.append(element)
                else:
                    self._open(element)
            else:
                if skipped and skipped[-1] is element:
                    skipped.pop()
                else:
                    self._close(element)
                if element.tail:
                    self._add(element.tail)
        self._flush()
        return self.blocks

    @staticmethod
    def _is_hidden(element: HtmlElement) -> bool:
        style = element.get("style")
        return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)

    @staticmethod
    def _is_block(element: HtmlElement) -> bool:
        tag = element.tag
        if tag in _BLOCK_TAGS or "-" in tag:
            return True
        style = element.get("style")
        return style is not None and _SHOWN_AS_BLOCK.search(style) is not None

    def _open(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._flush()
        elif self._is_block(element):
            self._flush()
            self.run += 1
            self.frames += 1
            self.frame = Frame(element, self.frame, self.frames)
        else:
            self.parts.append("")
            self.inline.append(class_words(element))
            if tag == "a":
                self.links += 1
                self.hrefs.append(element.get("href") or "")
            elif tag in _EMPHASIS:
                self.bolds += 1
        if element.text:
            self._add(element.text)

    def _close(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            return
        if self._is_block(element):
            self._flush()
            self.run += 1
            self.frame = self.frame.parent if self.frame else None
            return
        self.parts.append("")
        self.inline.pop()
        if tag == "a":
            self.links -= 1
        elif tag in _EMPHASIS:
            self.bolds -= 1

    def _add(self, text: str) -> None:
        self.parts.append(text)
        size = len(text.strip())
        if not size:
            return
        self.seen += size
        if self.links > 0:
            self.linked += size
        if self.bolds > 0:
            self.strong += size
        for words in self.inline:
            if words:
                self.words[words] = self.words.get(words, 0) + size

    def _flush(self) -> None:
        if not self.seen:
            if self.parts:
                self._fresh()
            return
        text = plain("".join(self.parts))
        if text:
            size = self.seen
            self.blocks.append(
                Block(
                    text=text,
                    frame=self.frame,
                    run=self.run,
                    index=len(self.blocks),
                    linked=self.linked / size,
                    strong=self.strong / size,
                    words="".join(words for words, chars in self.words.items() if chars * 5 >= size * 4),
                    pieces=_pieces(self.parts) if "" in self.parts else (text,),
                    hrefs=tuple(self.hrefs),
                    key=squeeze(text),
                    marker=_marker(self.frame),
                )
            )
        self._fresh()


def _marker(frame: Frame | None) -> str:
    """Say what a list prints before its item, for the item's first block."""
    item = next((f for f in frame.up() if f.tag in _ITEM_TAGS), None) if frame else None
    if item is None or item.told:
        return ""
    item.told = True
    ordered = item.tag == "li" and item.parent is not None and item.parent.tag == "ol"
    return f"{_place(item)}." if ordered else "-"


def _place(item: Frame) -> int:
    """Count an item's number: its own value, else that of its list's start and the items before it."""
    element = item.element
    own = _number(element.get("value"))
    if own is not None:
        return own
    start = _number(element.getparent().get("start")) if element.getparent() is not None else None
    return (1 if start is None else start) + sum(1 for _ in element.itersiblings("li", preceding=True))


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _pieces(parts: list[str]) -> tuple[str, ...]:
    """Join the parts between two borders ("") into one piece each."""
    pieces, current = [], ""
    for part in [*parts, ""]:
        if part:
            current += part
        elif current.strip():
            pieces.append(plain(current))
            current = ""
    return tuple(pieces)
