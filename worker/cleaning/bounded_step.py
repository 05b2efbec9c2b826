"""Runs a cleaning step and puts back what no step may take, for the chain of steps."""

from collections.abc import Sequence
from dataclasses import replace

from worker.cleaning.draft import CleaningDraft, CleaningStep
from worker.cleaning.removal_restoration import find_beyond_bounds
from worker.document.blocks import Block
from worker.page_models import RemovedText

_BLANK = "·"
"""Stands for a line that the step shall not read; places and counts stay as they are."""


def run_step_within_bounds(draft: CleaningDraft, step: CleaningStep, rule: str) -> CleaningDraft:
    """Run one step; what it takes beyond its bounds stays, and is noted in `put_back` with the rule.

    Facts that the step read from what was put back (a reading time, an agency) are not kept.
    """
    after = step(draft)
    if after.blocks is draft.blocks or len(after.blocks) == len(draft.blocks):
        return after
    kept = match_kept_blocks(draft.blocks, after.blocks)
    removed = [place for place, block in enumerate(kept) if block is None]
    back = find_beyond_bounds(draft.blocks, removed, rule)
    if not back:
        return after
    hidden = replace(
        draft,
        blocks=tuple(
            replace(block, text=_BLANK, key=_BLANK, pieces=(_BLANK,)) if place in back else block
            for place, block in enumerate(draft.blocks)
        ),
    )
    returned = tuple(RemovedText(text=draft.blocks[place].text, rule=rule) for place in sorted(back))
    return replace(
        step(hidden),
        blocks=tuple(
            block or draft.blocks[place]
            for place, block in enumerate(kept)
            if place in back or block is not None
        ),
        removed=draft.removed + _subtract(after.removed[len(draft.removed) :], returned),
        put_back=draft.put_back + returned,
    )


def match_kept_blocks(before: Sequence[Block], after: Sequence[Block]) -> list[Block | None]:
    """Map each block before a step to what it is after it: itself, a shortened copy, or None."""
    kept: list[Block | None] = []
    at = 0
    for block in before:
        if at < len(after) and _is_same(block, after[at]):
            kept.append(after[at])
            at += 1
        else:
            kept.append(None)
    return kept


def _is_same(block: Block, other: Block) -> bool:
    if other is block:
        return True
    place, its = (block.frame, block.run, block.index), (other.frame, other.run, other.index)
    return place == its and other.text in block.text


def _subtract(removed: Sequence[RemovedText], returned: Sequence[RemovedText]) -> tuple[RemovedText, ...]:
    left = list(removed)
    for piece in returned:
        if piece in left:
            left.remove(piece)
    return tuple(left)
