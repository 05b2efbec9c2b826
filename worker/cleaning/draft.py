"""Describes the draft that each cleaning step takes and returns: blocks, facts and what was removed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from worker.document.block_tests import is_paragraph
from worker.document.blocks import Block
from worker.page_models import RemovedText


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """The page's data from metadata and feed, for steps to compare with."""

    titles: tuple[str, ...] = ()
    """All titles known, folded by `comparable`."""
    authors: tuple[str, ...] = ()
    standfirst: str | None = None
    site: str | None = None
    host: str = ""
    """Of the page's address."""


@dataclass(frozen=True, slots=True)
class CleaningDraft:
    """Blocks still taken for the article, what was taken out so far, and what was learned on the way."""

    blocks: tuple[Block, ...]
    facts: ArticleFacts = field(default_factory=ArticleFacts)
    above: tuple[Block, ...] = ()
    """Blocks of the page above the article's first paragraph that the extractor left out."""
    below: tuple[Block, ...] = ()
    """Blocks of the page from the first paragraph to right below the last, left out by the extractor."""
    removed: tuple[RemovedText, ...] = ()
    put_back: tuple[RemovedText, ...] = ()
    """What steps took and may not take, with the rule that took it; it is in `blocks`."""
    reading_seconds: int | None = None
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    reporters: tuple[str, ...] = ()
    standfirst: str | None = None

    def remove_blocks(self, places: Iterable[int], rule: str) -> "CleaningDraft":
        """Take blocks out by their places, recording the rule."""
        gone = set(places)
        if not gone:
            return self
        return replace(
            self,
            blocks=tuple(block for place, block in enumerate(self.blocks) if place not in gone),
            removed=self.removed
            + tuple(
                RemovedText(text=block.text, rule=rule)
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
        """Return the place after the last paragraph: where credits, tags and notes stand."""
        for place in range(len(self.blocks) - 1, -1, -1):
            if is_paragraph(self.blocks[place]):
                return place + 1
        return 0


CleaningStep = Callable[[CleaningDraft], CleaningDraft]
