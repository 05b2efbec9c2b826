"""Describes what a cleaning step removed, by what stays around it, for the bounds of the steps."""

import re
from collections.abc import Sequence
from functools import cached_property

from worker.document.block_tests import LINKED, RUNNING_WORDS, is_dense
from worker.document.blocks import Block, ElementFrame
from worker.document.text_rendering import count_words

_LETTERS = re.compile(r"[^\W\d_]")


class RemovalSurroundings:
    """The blocks before a step and the places that it took; each answer is found once, in linear time."""

    def __init__(self, blocks: Sequence[Block], gone: frozenset[int]) -> None:
        self.blocks = blocks
        self.gone = gone

    @cached_property
    def shown(self) -> list[int]:
        """The places of all blocks that are no landmarks."""
        return [place for place, block in enumerate(self.blocks) if not block.is_landmark]

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {place: rank for rank, place in enumerate(self.shown)}

    def find_next(self, place: int) -> int | None:
        """Return the place of the block after one that is no landmark."""
        rank = self._ranks[place] + 1
        return self.shown[rank] if rank < len(self.shown) else None

    def find_previous(self, place: int) -> int | None:
        """Return the place of the block before one that is no landmark."""
        rank = self._ranks[place] - 1
        return self.shown[rank] if rank >= 0 else None

    @cached_property
    def running(self) -> list[int]:
        """The places of all lines of running text."""
        return [place for place in self.shown if is_running(self.blocks[place])]

    @cached_property
    def start(self) -> int:
        """The place of the first line of running text that stays."""
        return next((place for place in self.running if place not in self.gone), len(self.blocks))

    @cached_property
    def last(self) -> int:
        """The place of the last line of running text that stays; behind all others when none does."""
        return next((place for place in reversed(self.running) if place not in self.gone), len(self.blocks))

    @cached_property
    def _spans(self) -> dict[int, tuple[int, int]]:
        """From the first to the last line of running text that stays, by the number of their container."""
        spans: dict[int, tuple[int, int]] = {}
        for place in self.running:
            container = find_container(self.blocks[place])
            if place not in self.gone and container is not None:
                spans[container.number] = (spans.get(container.number, (place, place))[0], place)
        return spans

    def is_among(self, place: int) -> bool:
        """Return whether running text that stays stands before and after a line, in its own element."""
        container = find_container(self.blocks[place])
        first, last = self._spans.get(container.number, (place, place)) if container else (place, place)
        return first < place < last


def is_running(block: Block) -> bool:
    """Return whether a block is a line of running text: a dozen words, most of them no link, no heading."""
    if block.linked >= LINKED or block.is_landmark or block.level or len(block.text) < 2 * RUNNING_WORDS:
        return False
    return count_running(block) >= (2 * RUNNING_WORDS if is_dense(block.text) else RUNNING_WORDS)


def count_running(block: Block) -> int:
    """Count the words of a line, characters where a script needs few."""
    return len(_LETTERS.findall(block.key)) if is_dense(block.text) else count_words(block.text)


def find_container(block: Block) -> ElementFrame | None:
    """Return the element that the block's element stands in."""
    return block.frame.parent if block.frame else None


def is_mostly_linked(blocks: Sequence[Block]) -> bool:
    """Return whether most characters of several blocks are links."""
    size = sum(len(block.key) for block in blocks)
    return sum(len(block.key) * block.linked for block in blocks) >= LINKED * size
