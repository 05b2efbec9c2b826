"""The story: what a chain of cleaning steps hands on from one to the next."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from worker.blocks import Block
from worker.page import Removed

_DENSE = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_NO_WORD = re.compile(r"[\W_]+")
LONG = 140
"""Characters from which a block without links counts as a paragraph of the article."""


@dataclass(frozen=True, slots=True)
class About:
    """What metadata and feed say about the page, for steps to compare with."""

    titles: tuple[str, ...] = ()
    """All titles known, folded by `comparable`."""
    authors: tuple[str, ...] = ()
    standfirst: str | None = None
    site: str | None = None
    host: str = ""
    """Of the page's address."""


@dataclass(frozen=True, slots=True)
class Story:
    """Blocks still taken for the article, what was taken out so far, and what was learned on the way."""

    blocks: tuple[Block, ...]
    about: About = field(default_factory=About)
    above: tuple[Block, ...] = ()
    """Blocks of the page above the article's first paragraph that the extractor left out."""
    below: tuple[Block, ...] = ()
    """Blocks of the page from the first paragraph to right below the last, left out by the extractor."""
    removed: tuple[Removed, ...] = ()
    reading_seconds: int | None = None
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    reporters: tuple[str, ...] = ()
    standfirst: str | None = None

    def without(self, places: Iterable[int], rule: str) -> "Story":
        """Take blocks out by their places, recording the rule."""
        gone = set(places)
        if not gone:
            return self
        return replace(
            self,
            blocks=tuple(block for place, block in enumerate(self.blocks) if place not in gone),
            removed=self.removed
            + tuple(
                Removed(text=block.text, rule=rule)
                for place, block in enumerate(self.blocks)
                if place in gone
            ),
        )

    def head(self) -> int:
        """Count the blocks before the first paragraph: where headers, bylines and dates stand."""
        for place, block in enumerate(self.blocks):
            if is_paragraph(block):
                return place
        return len(self.blocks)

    def tail(self) -> int:
        """Give the place after the last paragraph: where credits, tags and notes stand."""
        for place in range(len(self.blocks) - 1, -1, -1):
            if is_paragraph(self.blocks[place]):
                return place + 1
        return 0


Step = Callable[[Story], Story]


def is_paragraph(block: Block) -> bool:
    """Tell whether a block is a paragraph of running text: long, or a sentence, and not a link."""
    size = len(block.key)
    if size * 2 < LONG or block.linked >= 0.5:  # noqa: PLR2004
        return False
    return size >= LONG or is_dense(block.text)


def is_link(block: Block) -> bool:
    """Tell whether a block is nothing but links."""
    return block.linked > 0.85  # noqa: PLR2004


def is_dense(text: str) -> bool:
    """Tell whether a text is written in a script that needs few characters (Chinese, Japanese, Korean)."""
    return not text.isascii() and _DENSE.search(text, 0, 40) is not None


def comparable(text: str) -> str:
    """Fold a title or line to letters and digits, case aside."""
    return _NO_WORD.sub("", text.casefold())
