"""Walks over a parsed page and lists its blocks: one pass, in document order."""

import re
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from worker.document.blocks import (
    Block,
    ElementFrame,
    drop_line_spaces,
    drop_white_space,
    normalize_code,
    normalize_line,
    read_class_words,
)
from worker.document.tag_sets import BLOCK_TAGS, SKIPPED_TAGS

_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_EMPHASIS = frozenset(("b", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SHOWN_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|table)", re.IGNORECASE)


def list_page_blocks(root: HtmlElement) -> list[Block]:
    """List all blocks of a parsed page in document order."""
    return _BlockWalker().walk(root)


def is_block(tag: str, style: str | None) -> bool:
    """Return whether an element parts lines: by its tag, as a custom element, or by its style."""
    return tag in BLOCK_TAGS or (
        tag != "br" and ("-" in tag or (bool(style) and _is_block_style(style or "")))
    )


class _BlockWalker:
    """One pass over a tree; holds the line that is being collected."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.frame: ElementFrame | None = None
        self.frames = 0
        self.run = 0
        self.links = 0
        self.bolds = 0
        self.broken = False
        """Whether a `br` was the last thing, white space aside."""
        self.inline: list[str] = []
        self.opened: list[str] = []
        """Of every open element its tag, empty where it is a block."""
        self.counted: dict[HtmlElement, tuple[HtmlElement, int]] = {}
        """Of every list the last item that was counted, and how many it is."""
        self._fresh()

    def _fresh(self) -> None:
        self.parts: list[str] = []
        self.seen = 0
        self.linked = 0
        self.strong = 0
        self.hrefs: list[str] = []
        self.words: dict[str, int] = {}

    def walk(self, root: HtmlElement) -> list[Block]:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: list[HtmlElement] = []
        for event, element in walk:
            if event == "start":
                tag = element.tag
                style = element.get("style")
                if (
                    tag in SKIPPED_TAGS
                    or element.get("hidden") is not None
                    or (style and _is_hiding_style(style))
                ):
                    walk.skip_subtree()
                    skipped.append(element)
                else:
                    self._open(element, tag, style)
                    text = element.text
                    if text and (self.parts or not text.isspace()):
                        self._add(text)
            else:
                if skipped and skipped[-1] is element:
                    skipped.pop()
                else:
                    self._close()
                tail = element.tail
                if tail and (self.parts or not tail.isspace()):
                    self._add(tail)
        self._flush()
        return self.blocks

    def _open(self, element: HtmlElement, tag: str, style: str | None) -> None:
        block = tag in BLOCK_TAGS or ((style is not None or "-" in tag) and is_block(tag, style))
        self.opened.append("" if block else tag)
        if block or tag == "br":
            if self.parts:
                self._flush()
            elif tag == "br" and self.broken:
                self.run += 1  # an empty line parts paragraphs
            self.broken = tag == "br"
        if block:
            self.run += 1
            self.frames += 1
            self.frame = ElementFrame(element, self.frame, self.frames)
        elif tag != "br":
            self.parts.append("")
            self.inline.append(read_class_words(element))
            if tag == "a":
                self.links += 1
                self.hrefs.append(element.get("href") or "")
            elif tag in _EMPHASIS:
                self.bolds += 1

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
        """Add a text to the line; white space alone only within it."""
        self.parts.append(text)
        size = len(text.strip())
        if not size:
            return
        self.seen += size
        self.broken = False
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
        is_code = self.frame is not None and self.frame.kind == "code"
        text = (normalize_code if is_code else normalize_line)("".join(self.parts))
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
                    words=self._class_words() if self.words else "",
                    pieces=_join_pieces(self.parts, text) if "" in self.parts and not is_code else (text,),
                    hrefs=tuple(self.hrefs),
                    key=drop_white_space(text) if is_code else drop_line_spaces(text),
                    marker=self._marker(),
                )
            )
        self._fresh()

    def _class_words(self) -> str:
        """Return the class words of the inline elements that hold nearly all of the line."""
        return "".join(words for words, chars in self.words.items() if chars * 5 >= self.seen * 4)

    def _marker(self) -> str:
        """Return what a list prints before its item, for the item's first block."""
        item = self.frame.item() if self.frame else None
        if item is None or item.has_marker:
            return ""
        item.has_marker = True
        ordered = item.tag == "li" and item.parent is not None and item.parent.tag == "ol"
        return f"{self._place(item.element)}." if ordered else "-"

    def _place(self, item: HtmlElement) -> int:
        """Count an item's number: its own value, else that of its list's start and the items before it."""
        own = _number(item.get("value"))
        around = item.getparent()
        if own is not None or around is None:
            return 1 if own is None else own
        start = _number(around.get("start"))
        last, counted = self.counted.get(around, (None, 0))
        count = 0
        for before in item.itersiblings("li", preceding=True):
            count += 1
            if before is last:
                count += counted
                break
        self.counted[around] = item, count
        return (1 if start is None else start) + count


@lru_cache(maxsize=1024)
def _is_hiding_style(style: str) -> bool:
    return _HIDDEN.search(style) is not None


@lru_cache(maxsize=1024)
def _is_block_style(style: str) -> bool:
    return _SHOWN_AS_BLOCK.search(style) is not None


def _number(text: str | None) -> int | None:
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _join_pieces(parts: list[str], text: str) -> tuple[str, ...]:
    """Join the parts between two borders ("") into one piece each; all of them are `text`."""
    pieces = []
    begin = 0
    for place in [*(place for place, part in enumerate(parts) if not part), len(parts)]:
        if place > begin:
            piece = parts[begin] if place == begin + 1 else "".join(parts[begin:place])
            if not piece.isspace():
                pieces.append(piece)
        begin = place + 1
    return tuple(map(normalize_line, pieces)) if len(pieces) > 1 else (text,)
