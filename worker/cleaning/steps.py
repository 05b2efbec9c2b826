"""Lists the cleaning steps in order, each with its name, and runs each within bounds for what it takes."""

from collections.abc import Sequence
from dataclasses import replace

from worker.cleaning import (
    byline_rows,
    calls_to_action,
    credit_lines,
    headline_repeats,
    label_lines,
    pull_quotes,
    related_links,
    set_apart_parts,
)
from worker.cleaning.draft import CleaningDraft, CleaningStep
from worker.cleaning.removal_restoration import find_beyond_bounds
from worker.document.blocks import Block
from worker.page_models import RemovedText

_BLANK = "·"
"""Stands for a line that the step shall not read; places and counts stay as they are."""

STEPS: dict[str, CleaningStep] = {
    "other_post": set_apart_parts.remove_other_posts,
    "read_time": byline_rows.remove_reading_times,
    "headline": headline_repeats.remove_headline_repeats,
    "standfirst": set_apart_parts.remove_standfirst,
    "pull_quote": pull_quotes.remove_pull_quotes,
    "related_end": related_links.remove_related_tail,
    "advert": label_lines.remove_advert_labels,
    "cookies": label_lines.remove_cookie_lines,
    "newsletter": calls_to_action.remove_newsletter_calls,
    "follow": calls_to_action.remove_follow_calls,
    "service": calls_to_action.remove_service_links,
    "share": calls_to_action.remove_share_lines,
    "caption": set_apart_parts.remove_captions,
    "inline_related": related_links.remove_inline_related,
    "related": related_links.remove_related_lists,
    "link_run": related_links.remove_link_runs,
    "link_list": related_links.remove_link_lists,
    "comments": label_lines.remove_comment_labels,
    "tags": label_lines.remove_tag_lists,
    "apart": set_apart_parts.remove_set_apart,
    "copyright": label_lines.remove_copyright_lines,
    "byline": byline_rows.remove_bylines,
    "agency_credit": credit_lines.remove_agency_credits,
    "author_note": label_lines.remove_author_notes,
    "reporter_credit": credit_lines.remove_reporter_credits,
    "agency_suffix": credit_lines.remove_agency_suffix,
    "closing_rows": byline_rows.remove_closing_rows,
    "dateline": credit_lines.remove_dateline,
}


def run_cleaning_steps(draft: CleaningDraft, *, skipped: frozenset[str] = frozenset()) -> CleaningDraft:
    """Run the story through all steps but those switched off."""
    for name, step in STEPS.items():
        if name not in skipped:
            draft = _run_within_bounds(draft, step, name)
    return replace(draft, blocks=tuple(block for block in draft.blocks if not block.is_landmark))


def _run_within_bounds(draft: CleaningDraft, step: CleaningStep, rule: str) -> CleaningDraft:
    """Run one step; what it takes beyond its bounds stays, and is noted in `put_back` with the rule.

    Facts that the step read from what was put back (a reading time, an agency) are not kept.
    """
    after = step(draft)
    if after.blocks is draft.blocks or len(after.blocks) == len(draft.blocks):
        return after
    kept = _match_kept_blocks(draft.blocks, after.blocks)
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


def _match_kept_blocks(before: Sequence[Block], after: Sequence[Block]) -> list[Block | None]:
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
