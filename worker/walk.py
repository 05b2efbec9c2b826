"""The walk over a parsed page that lists its blocks: one pass, in document order."""

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from worker.blocks import Block, Frame, class_words, plain, squeeze

_BLOCK_TAGS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "main"),
        *("menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot"),
        *("th", "thead", "tr", "ul"),
    ]
)
_SKIPPED_TAGS = frozenset(
    [
        *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed"),
        *("audio", "video", "canvas", "select", "option", "datalist", "textarea", "input", "head"),
        *("map", "area"),
    ]
)
_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_EMPHASIS = frozenset(("b", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table)", re.IGNORECASE)


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
        self.opened: list[str] = []
        """Of every open element its tag, empty where it is a block."""
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
                tag = element.tag
                style = element.get("style")
                if tag in _SKIPPED_TAGS or element.get("hidden") is not None or (style and _hides(style)):
                    walk.skip_subtree()
                    skipped.append(element)
                else:
                    self._open(element, tag, style)
            else:
                if skipped and skipped[-1] is element:
                    skipped.pop()
                else:
                    self._close()
                tail = element.tail
                if tail:
                    self._add(tail)
        self._flush()
        return self.blocks

    def _open(self, element: HtmlElement, tag: str, style: str | None) -> None:
        block = tag in _BLOCK_TAGS or (tag != "br" and ("-" in tag or (bool(style) and _blocks(style))))
        self.opened.append("" if block else tag)
        if (block or tag == "br") and self.parts:
            self._flush()
        if block:
            self.run += 1
            self.frames += 1
            self.frame = Frame(element, self.frame, self.frames)
        elif tag != "br":
            self.parts.append("")
            self.inline.append(class_words(element))
            if tag == "a":
                self.links += 1
                self.hrefs.append(element.get("href") or "")
            elif tag in _EMPHASIS:
                self.bolds += 1
        text = element.text
        if text:
            self._add(text)

    def _close(self) -> None:
        tag = self.opened.pop()
        if not tag:
            if self.parts:
                self._flush()
            self.run += 1
            self.frame = self.frame.parent if self.frame else None
            return
        if tag == "br":
            return
        self.parts.append("")
        self.inline.pop()
        if tag == "a":
            self.links -= 1
        elif tag in _EMPHASIS:
            self.bolds -= 1

    def _add(self, text: str) -> None:
        size = len(text.strip())
        if size or self.parts:
            self.parts.append(text)
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
            self.parts, self.hrefs = [], []
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
                    pieces=_pieces(self.parts, text) if "" in self.parts else (text,),
                    hrefs=tuple(self.hrefs),
                    key=squeeze(text),
                    marker=_marker(self.frame),
                )
            )
        self._fresh()


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    return _HIDDEN.search(style) is not None


@lru_cache(maxsize=1024)
def _blocks(style: str) -> bool:
    return _SHOWN_AS_BLOCK.search(style) is not None


def _marker(frame: Frame | None) -> str:
    """Say what a list prints before its item, for the item's first block."""
    item = frame.item() if frame else None
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


def _pieces(parts: list[str], text: str) -> tuple[str, ...]:
    """Join the parts between two borders ("") into one piece each; all of them are `text`."""
    pieces, current = [], ""
    for part in [*parts, ""]:
        if part:
            current += part
        elif current.strip():
            pieces.append(current)
            current = ""
    return tuple(map(plain, pieces)) if len(pieces) > 1 else (text,)
